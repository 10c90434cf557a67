// Makes an actor of a secret that D1 stores as a hash, and writes down when it was last used: after the response, at most
// once a minute.

import type { Db } from "../db/client.ts";
import type { Found } from "../db/credentials/credentials.ts";
import { isD1Fault } from "../db/fault.ts";
import type { CredentialCache } from "./credential-cache.ts";
import { hashSecret, isSecret } from "./secrets.ts";

/** A use within this time of the last one that was written is not written. */
const LAST_USE_MS = 60_000;

/** `now` is epoch ms; `waitUntil` keeps the Worker running for work after the response. */
export type LookUp = {
  readonly db: () => Db;
  readonly now: number;
  readonly waitUntil: (work: Promise<unknown>) => void;
};

/** `endsAt` is when it expires by itself, even if it is cached; null for never. */
export type Credential<A> = Pick<Found<A>, "actor" | "endsAt">;

type Kind<A> = {
  readonly cache: CredentialCache<Credential<A>>;
  readonly find: (db: Db, hash: string) => Promise<Found<A> | null>;
  readonly note: (db: Db, actor: A, now: number, before: number) => Promise<void>;
};

/**
 * The actor of the secret; null when it is malformed, unknown, revoked or expired. What cannot be a secret is not looked
 * up.
 */
export async function lookUp<A>(
  { db, now, waitUntil }: LookUp,
  secret: string,
  { cache, find, note }: Kind<A>,
): Promise<A | null> {
  if (!isSecret(secret)) return null;
  const hash = hashSecret(secret);
  const credential = await cache.read(hash, now, async () => {
    const found = await find(db(), hash);
    if (found === null || isOver(found, now)) return null;
    const before = now - LAST_USE_MS;
    if (found.lastUsedAt === null || found.lastUsedAt <= before)
      waitUntil(unlessAway(note(db(), found.actor, now, before)));
    return found;
  });
  return credential === null || isOver(credential, now) ? null : credential.actor;
}

function isOver({ endsAt }: { readonly endsAt: number | null }, now: number): boolean {
  return endsAt !== null && now >= endsAt;
}

/** If D1 does not take it now, the next look-up writes it. */
async function unlessAway(work: Promise<void>): Promise<void> {
  try {
    await work;
  } catch (fault) {
    if (!isD1Fault(fault)) throw fault;
  }
}
