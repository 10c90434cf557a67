// Reads for feeds and doors which credentials of open sockets are still valid, and with what permissions (rules T5, P2).

import { sql } from "drizzle-orm";
import { type Credential, credentialOf } from "../../domain/people/credential.ts";
import type { OrganizationId } from "../../domain/ids.ts";
import type { Actor } from "../../domain/people/policy.ts";
import type { Db } from "../client.ts";
import { isDeviceActive, deviceVenue, isCreator, keyActor, type ActiveKey } from "./credentials.ts";
import { type OpenSession, readOpenSessions } from "../members/membership.ts";
import { events, gates } from "../schema/catalogue.ts";
import { apiKeys, devices } from "../schema/credentials.ts";
import { members } from "../schema/people.ts";

type CredentialQuery = Credential & { readonly organizationId: OrganizationId };
/** `actor` null: the session is open, and its person no member any more. `endsAt`: when it ends by itself; null: never. */
export type CredentialState = { readonly actor: Actor | null; readonly endsAt: number | null };
type DeviceRow = Omit<Extract<Actor, { kind: "device" }>, "kind"> & Pick<CredentialState, "endsAt">;

/** Those of these credentials that are valid at `now` in the organisation that all came for, by `credentialOf`. */
export async function readCredentialState(
  db: Db,
  queries: readonly CredentialQuery[],
  now: number,
): Promise<ReadonlyMap<string, CredentialState>> {
  const [keys, scanners, people] = await Promise.all([
    readKeys(db, idsOf(queries, "api_key"), now),
    readDevices(db, idsOf(queries, "device"), now),
    readPeople(db, queries, now),
  ]);
  const states = new Map<string, CredentialState>();
  for (const key of [...scanners, ...keys]) states.set(key.actor.id, key);
  for (const { id, member, endsAt } of people) states.set(id, { actor: member, endsAt });
  return states;
}

function idsOf(queries: readonly CredentialQuery[], kind: CredentialQuery["kind"]): string[] {
  return queries.filter((each) => each.kind === kind).map(credentialOf);
}

type OpenKey = CredentialState & { readonly actor: Actor };
type KeyRow = ActiveKey & Pick<CredentialState, "endsAt">;

async function readKeys(db: Db, ids: readonly string[], now: number): Promise<OpenKey[]> {
  if (ids.length === 0) return [];
  const rows = await db.all<KeyRow>(sql`SELECT ${apiKeys.id} AS id, ${apiKeys.organization_id} AS organizationId,
      ${apiKeys.permissions} AS permissions, ${apiKeys.creator_id} AS creatorId, ${members.role} AS creatorRole,
      ${apiKeys.expires_at} AS endsAt
    FROM ${apiKeys} LEFT JOIN ${members} ON ${isCreator}
    WHERE ${apiKeys.revoked_at} IS NULL AND (${apiKeys.expires_at} IS NULL OR ${apiKeys.expires_at} > ${now})
      AND ${apiKeys.id} IN (SELECT value FROM json_each(${JSON.stringify(ids)}))`);
  return rows.flatMap(({ endsAt, ...row }) => {
    const actor = keyActor(row);
    return actor ? [{ actor, endsAt }] : [];
  });
}

async function readPeople(db: Db, queries: readonly CredentialQuery[], now: number): Promise<OpenSession[]> {
  const ids = idsOf(queries, "user");
  const organizationId = queries[0]?.organizationId;
  return ids.length === 0 || organizationId === undefined ? [] : readOpenSessions(db, organizationId, ids, now);
}

async function readDevices(db: Db, ids: readonly string[], now: number): Promise<OpenKey[]> {
  if (ids.length === 0) return [];
  const rows = await db.all<DeviceRow>(sql`SELECT ${devices.id} AS id, ${devices.organization_id} AS organizationId,
      ${devices.gate_id} AS gateId, ${deviceVenue} AS venueId, ${devices.event_id} AS eventId,
      ${devices.expires_at} AS endsAt
    FROM ${devices} LEFT JOIN ${gates} ON ${gates.id} = ${devices.gate_id}
      LEFT JOIN ${events} ON ${events.id} = ${devices.event_id}
    WHERE ${isDeviceActive} AND (${devices.expires_at} IS NULL OR ${devices.expires_at} > ${now})
      AND ${devices.id} IN (SELECT value FROM json_each(${JSON.stringify(ids)}))`);
  return rows.map(({ endsAt, ...device }) => ({ actor: { kind: "device", ...device }, endsAt }));
}
