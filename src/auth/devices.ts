// Verifies device tokens (`vgd_…`): one indexed look-up, cached for 5 s, and for longer while D1 fails (X3).

import { findDevice, noteDeviceUse } from "../db/credentials/credentials.ts";
import type { Actor } from "../domain/people/policy.ts";
import { newCredentialCache } from "./credential-cache.ts";
import { type LookUp, lookUp, type Credential } from "./look-up.ts";

type Device = Extract<Actor, { kind: "device" }>;

const cache = newCredentialCache<Credential<Device>>();

/** The device of the token; null when the token is malformed, unknown or revoked. */
export function verifyDeviceToken(source: LookUp, token: string): Promise<Device | null> {
  return lookUp(source, token, {
    cache,
    find: findDevice,
    note: (db, { id }, ...times) => noteDeviceUse(db, id, ...times),
  });
}
