// Caches the credentials that an isolate has looked up: for 5 s, so that a revocation takes effect by then (rule P2), and
// for 15 minutes in case D1 fails (rule X3). Only what was found is cached, so that a new credential works at once.

import { isD1Fault } from "../db/fault.ts";
import { notBefore } from "../domain/time/backoff.ts";

export const CREDENTIAL_CACHE_MS = 5_000;
export const CREDENTIAL_FALLBACK_MS = 15 * 60_000;
const MAX_ENTRIES = 1_000;

export type CredentialCache<A> = {
  /**
   * Returns what `find` returned for this hash less than 5 s ago, or else calls it. While D1 fails, returns what `find`
   * last returned less than 15 minutes ago. `now` is epoch ms.
   */
  read(hash: string, now: number, find: () => Promise<A | null>): Promise<A | null>;
  /** Empties the cache, since this isolate has itself changed a credential. */
  clear(): void;
};

/** `foundAt` is when the query of D1 began. Until `freshUntil` D1 is not queried again. */
type Entry<A> = { readonly actor: A; readonly foundAt: number; readonly freshUntil: number };

export function newCredentialCache<A>(): CredentialCache<A> {
  const entries = new Map<string, Entry<A>>();

  function keep(hash: string, entry: Entry<A>): A {
    if (entries.size >= MAX_ENTRIES && !entries.has(hash)) entries.clear();
    entries.set(hash, entry);
    return entry.actor;
  }

  return {
    clear: () => entries.clear(),
    async read(hash, now, find) {
      const entry = entries.get(hash);
      const isUntil = (at: number, longestMs: number) => now < notBefore(at, now, longestMs);
      const isGood = entry !== undefined && isUntil(entry.foundAt + CREDENTIAL_FALLBACK_MS, CREDENTIAL_FALLBACK_MS);
      if (isGood && isUntil(entry.freshUntil, CREDENTIAL_CACHE_MS)) return entry.actor;
      try {
        const actor = await find();
        // `now` was taken before the look-up, so the times count from when the query began, not from when it ended.
        if (actor !== null) return keep(hash, { actor, foundAt: now, freshUntil: now + CREDENTIAL_CACHE_MS });
        entries.delete(hash);
        return null;
      } catch (fault) {
        if (!isGood || !isD1Fault(fault)) throw fault;
        // A D1 that does not respond takes long to fail, and not every request must wait for that. An entry that was
        // cleared meanwhile is not brought back.
        return entries.get(hash) === entry
          ? keep(hash, { ...entry, freshUntil: now + CREDENTIAL_CACHE_MS })
          : entry.actor;
      }
    },
  };
}
