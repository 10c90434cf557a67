// Finds API keys and devices by the hash of their secret. A revoked one is not found (rule P2).

import { and, eq, isNull, lte, or, type SQL, sql } from "drizzle-orm";
import type { ApiKeyId, DeviceId, UserId, VenueId } from "../../domain/ids.ts";
import {
  type Actor,
  CREW_PERMISSION,
  cutToCreator,
  parsePermission,
  type Permission,
  type Role,
  rolesWith,
} from "../../domain/people/policy.ts";
import type { Db } from "../client.ts";
import { events, gates } from "../schema/catalogue.ts";
import { apiKeys, devices } from "../schema/credentials.ts";
import { members } from "../schema/people.ts";

type ApiKeyActor = Extract<Actor, { kind: "api_key" }>;
type DeviceActor = Extract<Actor, { kind: "device" }>;

/**
 * Who acts, when its use was last stored (epoch ms; null when it never was), and when it ends by itself (null: never).
 */
export type Found<A> = { readonly actor: A; readonly lastUsedAt: number | null; readonly endsAt: number | null };

/**
 * The API key whose secret has this SHA-256 (hex), as who acts, also when it is over by its time; null when unknown,
 * revoked or its creator left.
 */
export async function findApiKey(db: Db, keyHash: string): Promise<Found<ApiKeyActor> | null> {
  const [row] = await db
    .select({
      id: apiKeys.id,
      organizationId: apiKeys.organization_id,
      permissions: apiKeys.permissions,
      creatorId: apiKeys.creator_id,
      creatorRole: members.role,
      lastUsedAt: apiKeys.last_used_at,
      endsAt: apiKeys.expires_at,
    })
    .from(apiKeys)
    .leftJoin(members, isCreator)
    .where(and(eq(apiKeys.key_hash, keyHash), isNull(apiKeys.revoked_at)))
    .limit(1);
  if (!row) return null;
  const { lastUsedAt, endsAt, ...key } = row;
  const actor = keyActor(key);
  return actor && { actor, lastUsedAt, endsAt };
}

/** A key that is not revoked, with the role that its creator has now. */
export type ActiveKey = Pick<ApiKeyActor, "id" | "organizationId"> & {
  readonly permissions: string;
  readonly creatorId: UserId | null;
  readonly creatorRole: Role | null;
};

/** Joins a key with the membership of its creator. */
export const isCreator: SQL = sql`${members.organization_id} = ${apiKeys.organization_id}
  AND ${members.user_id} = ${apiKeys.creator_id}`;

/** Who acts by the key; null when its creator is no member any more (rule P2). */
export function keyActor({ creatorId, creatorRole, permissions, ...key }: ActiveKey): ApiKeyActor | null {
  const granted = permissionsOf(permissions);
  if (creatorId === null) return { kind: "api_key", ...key, permissions: granted };
  return creatorRole && { kind: "api_key", ...key, permissions: cutToCreator(granted, creatorRole) };
}

/**
 * True of a device that is not revoked, and whose creator may still give it (rule P2). Whether it has expired is not
 * checked here: `expires_at`.
 */
export const isDeviceActive: SQL = sql`${devices.revoked_at} IS NULL AND (${devices.creator_id} IS NULL OR EXISTS (
  SELECT 1 FROM ${members} WHERE ${members.organization_id} = ${devices.organization_id}
    AND ${members.user_id} = ${devices.creator_id}
    AND ${members.role} IN (SELECT value FROM json_each(
      CASE WHEN ${devices.crew_code_id} IS NULL THEN ${giving("manage_devices")} ELSE ${giving(CREW_PERMISSION)} END))))`;

function giving(permission: Permission): string {
  return JSON.stringify(rolesWith(permission));
}

/** The venue of a device of `devices` joined with `gates` and `events`: of its gate, or of the event that it is for. */
export const deviceVenue: SQL<VenueId> = sql`coalesce(${gates.venue_id}, ${events.venue_id})`;

/**
 * The device whose token has this SHA-256 (hex), as who acts, also when it is over by its time; null when unknown or
 * revoked, or its creator may not give it.
 */
export async function findDevice(db: Db, tokenHash: string): Promise<Found<DeviceActor> | null> {
  const [row] = await db
    .select({
      id: devices.id,
      organizationId: devices.organization_id,
      gateId: devices.gate_id,
      venueId: deviceVenue,
      eventId: devices.event_id,
      lastUsedAt: devices.last_seen_at,
      endsAt: devices.expires_at,
    })
    .from(devices)
    .leftJoin(gates, eq(gates.id, devices.gate_id))
    .leftJoin(events, eq(events.id, devices.event_id))
    .where(and(eq(devices.token_hash, tokenHash), isDeviceActive))
    .limit(1);
  if (!row) return null;
  const { lastUsedAt, endsAt, ...device } = row;
  return { actor: { kind: "device", ...device }, lastUsedAt, endsAt };
}

/** Stores that the key was used at `now`, unless a use was stored since `before`. */
export async function noteKeyUse(db: Db, id: ApiKeyId, now: number, before: number): Promise<void> {
  const stale = or(isNull(apiKeys.last_used_at), lte(apiKeys.last_used_at, before));
  await db
    .update(apiKeys)
    .set({ last_used_at: now })
    .where(and(eq(apiKeys.id, id), stale));
}

/** Stores that the device was used at `now`, unless a use was stored since `before`. */
export async function noteDeviceUse(db: Db, id: DeviceId, now: number, before: number): Promise<void> {
  const stale = or(isNull(devices.last_seen_at), lte(devices.last_seen_at, before));
  await db
    .update(devices)
    .set({ last_seen_at: now })
    .where(and(eq(devices.id, id), stale));
}

/** The stored permissions. A permission that is not known, or a value that is no list, grants nothing. */
export function permissionsOf(stored: string): Permission[] {
  const list: unknown = JSON.parse(stored);
  if (!Array.isArray(list)) return [];
  return list.flatMap((entry) => (typeof entry === "string" ? (parsePermission(entry) ?? []) : []));
}
