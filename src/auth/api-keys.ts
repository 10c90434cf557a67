// Verifies API keys (`vgk_…`): one indexed look-up, cached for 5 s, and for longer while D1 fails (X3).

import { findApiKey, noteKeyUse } from "../db/credentials/credentials.ts";
import type { Actor } from "../domain/people/policy.ts";
import { newCredentialCache } from "./credential-cache.ts";
import { type LookUp, lookUp, type Credential } from "./look-up.ts";

type ApiKey = Extract<Actor, { kind: "api_key" }>;

const cache = newCredentialCache<Credential<ApiKey>>();

/** The actor of the key; null when the key is malformed, unknown, revoked or expired. */
export function verifyApiKey(source: LookUp, key: string): Promise<ApiKey | null> {
  return lookUp(source, key, { cache, find: findApiKey, note: (db, { id }, ...times) => noteKeyUse(db, id, ...times) });
}
