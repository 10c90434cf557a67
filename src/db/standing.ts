// Which credentials still stand, and with what permissions: asked by feeds of those who hold a socket (rules T5, P2).

import { sql } from "drizzle-orm";
import type { ApiKeyId, DeviceId, GateId, OrganizationId, VenueId } from "../domain/ids.ts";
import type { Actor } from "../domain/policy.ts";
import type { Db } from "./client.ts";
import { permissionsOf } from "./credentials.ts";
import { readMembersOf } from "./membership.ts";
import { apiKeys, devices, gates } from "./schema.ts";

type Asked = { readonly kind: string; readonly id: string; readonly organizationId: OrganizationId };
type KeyRow = { readonly id: ApiKeyId; readonly organizationId: OrganizationId; readonly permissions: string };
type DeviceRow = {
  readonly id: DeviceId;
  readonly organizationId: OrganizationId;
  readonly gateId: GateId;
  readonly venueId: VenueId;
};

/** Who of these still acts in the organisation that all of them came for, by id. What is revoked or gone is not in it. */
export async function readStanding(db: Db, asked: readonly Asked[]): Promise<ReadonlyMap<string, Actor>> {
  const [keys, scanners, people] = await Promise.all([
    readKeys(db, idsOf(asked, "api_key")),
    readDevices(db, idsOf(asked, "device")),
    readPeople(db, asked),
  ]);
  return new Map([...keys, ...scanners, ...people].map((actor) => [actor.id, actor]));
}

function idsOf(asked: readonly Asked[], kind: string): string[] {
  return asked.filter((each) => each.kind === kind).map(({ id }) => id);
}

async function readKeys(db: Db, ids: readonly string[]): Promise<Actor[]> {
  if (ids.length === 0) return [];
  const rows = await db.all<KeyRow>(sql`SELECT id, organization_id AS organizationId, permissions FROM ${apiKeys}
    WHERE revoked_at IS NULL AND id IN (SELECT value FROM json_each(${JSON.stringify(ids)}))`);
  return rows.map(({ permissions, ...key }) => ({ kind: "api_key", ...key, permissions: permissionsOf(permissions) }));
}

async function readPeople(db: Db, asked: readonly Asked[]): Promise<Actor[]> {
  const ids = idsOf(asked, "user");
  const organizationId = asked[0]?.organizationId;
  return ids.length === 0 || organizationId === undefined ? [] : readMembersOf(db, organizationId, ids);
}

async function readDevices(db: Db, ids: readonly string[]): Promise<Actor[]> {
  if (ids.length === 0) return [];
  const rows = await db.all<DeviceRow>(sql`SELECT ${devices.id} AS id, ${devices.organization_id} AS organizationId,
      ${gates.id} AS gateId, ${gates.venue_id} AS venueId
    FROM ${devices} JOIN ${gates} ON ${gates.id} = ${devices.gate_id}
    WHERE ${devices.revoked_at} IS NULL AND ${devices.id} IN (SELECT value FROM json_each(${JSON.stringify(ids)}))`);
  return rows.map((device) => ({ kind: "device", ...device }));
}
