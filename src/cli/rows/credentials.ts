// Makes ids, credentials and secrets for the local commands, in the formats that auth/ checks.

import { createHash, randomBytes } from "node:crypto";
import { join } from "node:path";
import { idFrom, type IdPrefix } from "../../domain/ids.ts";
import { readJson, writePrivate } from "../local/private-file.ts";

const SECRET_BYTES = 32;

export function newId<P extends IdPrefix>(prefix: P): ReturnType<typeof idFrom<P>> {
  return idFrom(prefix, randomBytes(16));
}

export function newApiKey(): string {
  return `vgk_${newSecret()}`;
}

export function newDeviceToken(): string {
  return `vgd_${newSecret()}`;
}

/** Makes a password of 96 random bits, for an account that a person signs in to. */
export function newPassword(): string {
  return randomBytes(12).toString("base64url");
}

/** Hashes a credential as it is stored: SHA-256 of the whole text, hex (rule P2). */
export function hashCredential(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** The Worker's secrets `names`: made at the first start, kept in the state folder, and reused later. */
export function keepSecrets(stateDir: string, names: readonly string[]): Record<string, string> {
  const path = join(stateDir, "secrets.json");
  const credentials = stringFields(readJson(path));
  const secrets = Object.fromEntries(names.map((name) => [name, credentials[name] ?? newSecret()]));
  if (names.some((name) => credentials[name] === undefined))
    writePrivate(path, `${JSON.stringify({ ...credentials, ...secrets }, null, 2)}\n`);
  return secrets;
}

function newSecret(): string {
  return randomBytes(SECRET_BYTES).toString("base64url");
}

function stringFields(value: unknown): Record<string, string> {
  const fields = typeof value === "object" && value !== null ? Object.entries(value) : [];
  return Object.fromEntries(fields.filter((field): field is [string, string] => typeof field[1] === "string"));
}
