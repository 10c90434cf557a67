// What an isolate remembers of credentials that it looked up, for 5 s at most, so that revoking is seen by then (rule P2).
// Only what was found is kept: a credential that is made works at once.

export const CREDENTIAL_CACHE_MS = 5_000;
const MAX_ENTRIES = 1_000;

export type CredentialCache<A> = {
  /** What `find` answered for this hash less than 5 s ago, or what it answers now; `now` in epoch ms. */
  look(hash: string, now: number, find: () => Promise<A | null>): Promise<A | null>;
  /** Everything is asked again: this isolate has itself changed what it remembers. */
  clear(): void;
};

export function newCredentialCache<A>(): CredentialCache<A> {
  const entries = new Map<string, { readonly actor: A; readonly until: number }>();
  return {
    clear: () => entries.clear(),
    async look(hash, now, find) {
      const entry = entries.get(hash);
      if (entry && now < entry.until) return entry.actor;
      entries.delete(hash);
      const actor = await find();
      if (actor === null) return null;
      if (entries.size >= MAX_ENTRIES) entries.clear();
      // Why `now`, taken before the look-up: the 5 s count from when D1 was asked, not from when it answered.
      entries.set(hash, { actor, until: now + CREDENTIAL_CACHE_MS });
      return actor;
    },
  };
}
