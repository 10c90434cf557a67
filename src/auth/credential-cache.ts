// What an isolate remembers of credentials that it looked up: for 5 s, so that revoking is seen by then (rule P2), and for
// 15 minutes to go on by while D1 fails (rule X3). Only what was found is kept: a credential that is made works at once.

import { isD1Fault } from "../db/fault.ts";
import { notBefore } from "../domain/backoff.ts";

export const CREDENTIAL_CACHE_MS = 5_000;
export const CREDENTIAL_KEPT_MS = 15 * 60_000;
const MAX_ENTRIES = 1_000;

export type CredentialCache<A> = {
  /**
   * What `find` answered for this hash less than 5 s ago, or what it answers now; while D1 fails, what it last answered
   * less than 15 minutes ago. `now` in epoch ms.
   */
  look(hash: string, now: number, find: () => Promise<A | null>): Promise<A | null>;
  /** Everything is asked again: this isolate has itself changed what it remembers. */
  clear(): void;
};

/** `foundAt`: when D1 was asked that answered it. Until `askAt` D1 is not asked again. */
type Entry<A> = { readonly actor: A; readonly foundAt: number; readonly askAt: number };

export function newCredentialCache<A>(): CredentialCache<A> {
  const entries = new Map<string, Entry<A>>();

  function keep(hash: string, entry: Entry<A>): A {
    if (entries.size >= MAX_ENTRIES && !entries.has(hash)) entries.clear();
    entries.set(hash, entry);
    return entry.actor;
  }

  return {
    clear: () => entries.clear(),
    async look(hash, now, find) {
      const entry = entries.get(hash);
      const isUntil = (at: number, longestMs: number) => now < notBefore(at, now, longestMs);
      const isGood = entry !== undefined && isUntil(entry.foundAt + CREDENTIAL_KEPT_MS, CREDENTIAL_KEPT_MS);
      if (isGood && isUntil(entry.askAt, CREDENTIAL_CACHE_MS)) return entry.actor;
      try {
        const actor = await find();
        // `now` was taken before the look-up: the times count from when D1 was asked, not from when it answered.
        if (actor !== null) return keep(hash, { actor, foundAt: now, askAt: now + CREDENTIAL_CACHE_MS });
        entries.delete(hash);
        return null;
      } catch (fault) {
        if (!isGood || !isD1Fault(fault)) throw fault;
        // A D1 that never answers takes its time to fail: not every request has to wait for that. What this isolate has
        // cleared meanwhile is not brought back.
        return entries.get(hash) === entry ? keep(hash, { ...entry, askAt: now + CREDENTIAL_CACHE_MS }) : entry.actor;
      }
    },
  };
}
