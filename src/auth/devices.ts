// Device tokens (`vgd_…`) to actors: one indexed look-up, remembered for 5 s at most.

import type { Db } from "../db/client.ts";
import { findDevice } from "../db/credentials.ts";
import { answered } from "../db/limit.ts";
import type { Actor } from "../domain/policy.ts";
import { newCredentialCache } from "./credential-cache.ts";
import { hashSecret, isSecret } from "./secrets.ts";

export type Device = Extract<Actor, { kind: "device" }>;

const cache = newCredentialCache<Device>();

/** The device that the token stands for; null when it is malformed, unknown or revoked. */
export async function verifyDeviceToken(db: () => Db, token: string, now: number): Promise<Device | null> {
  if (!isSecret(token)) return null;
  const hash = hashSecret(token);
  return cache.look(hash, now, () => answered(findDevice(db(), hash)));
}
