// API keys (`vgk_…`) to actors: one indexed look-up, remembered for 5 s at most.

import type { Db } from "../db/client.ts";
import { findApiKey } from "../db/credentials.ts";
import { answered } from "../db/limit.ts";
import type { Organiser } from "../domain/policy.ts";
import { newCredentialCache } from "./credential-cache.ts";
import { hashSecret, isSecret } from "./secrets.ts";

const cache = newCredentialCache<Organiser>();

/** The organiser that the key stands for; null when it is malformed, unknown or revoked. */
export async function verifyApiKey(db: () => Db, key: string, now: number): Promise<Organiser | null> {
  if (!isSecret(key)) return null;
  const hash = hashSecret(key);
  return cache.look(hash, now, () => answered(findApiKey(db(), hash)));
}
