// Credentials at rest: API keys and devices by the hash of their secret. A revoked one is not found (rule P2).

import { and, eq, isNull } from "drizzle-orm";
import { type Actor, parsePermission, type Permission } from "../domain/policy.ts";
import type { Db } from "./client.ts";
import { apiKeys, devices } from "./schema.ts";

type ApiKeyActor = Extract<Actor, { kind: "api_key" }>;
type DeviceActor = Extract<Actor, { kind: "device" }>;

/** The API key whose secret has this SHA-256 (hex), as who acts; null when unknown or revoked. */
export async function findApiKey(db: Db, keyHash: string): Promise<ApiKeyActor | null> {
  const [row] = await db
    .select({ id: apiKeys.id, organizationId: apiKeys.organization_id, permissions: apiKeys.permissions })
    .from(apiKeys)
    .where(and(eq(apiKeys.key_hash, keyHash), isNull(apiKeys.revoked_at)))
    .limit(1);
  if (!row) return null;
  return {
    kind: "api_key",
    id: row.id,
    organizationId: row.organizationId,
    permissions: permissionsOf(row.permissions),
  };
}

/** The device whose token has this SHA-256 (hex), as who acts; null when unknown or revoked. */
export async function findDevice(db: Db, tokenHash: string): Promise<DeviceActor | null> {
  const [row] = await db
    .select({ id: devices.id, organizationId: devices.organization_id, gateId: devices.gate_id })
    .from(devices)
    .where(and(eq(devices.token_hash, tokenHash), isNull(devices.revoked_at)))
    .limit(1);
  return row ? { kind: "device", ...row } : null;
}

/** What is stored but not known, or not a list, grants nothing. */
function permissionsOf(stored: string): Permission[] {
  const list: unknown = JSON.parse(stored);
  if (!Array.isArray(list)) return [];
  return list.flatMap((entry) => (typeof entry === "string" ? (parsePermission(entry) ?? []) : []));
}
