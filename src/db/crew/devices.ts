// Lists, writes and revokes devices for their organisation (rules P2, T1). credentials.ts reads them as credentials.

import { and, eq, isNotNull, isNull, type SQL, sql } from "drizzle-orm";
import type { DeviceId, EventId, OrganizationId } from "../../domain/ids.ts";
import { type Audit, writeAudited } from "../audit/audit.ts";
import type { Db } from "../client.ts";
import { createRow, type Provenance } from "../create.ts";
import { isOrganizationActive } from "../organizations/organizations.ts";
import { gates } from "../schema/catalogue.ts";
import { devices } from "../schema/credentials.ts";
import { every, readPage, type PageQuery, type Placed, placed } from "../statements.ts";

export type Device = typeof devices.$inferSelect;

/** `eventId`: those that were paired for it. `pairedAlone`: none that was made at a gate. */
export type DevicesQuery = PageQuery & { readonly eventId: EventId | null; readonly pairedAlone: boolean };

/** Those that are revoked or over stay in the list. */
export async function listDevices(
  db: Db,
  organizationId: OrganizationId,
  { eventId, pairedAlone, ...page }: DevicesQuery,
): Promise<Placed<Device>[]> {
  const wanted = and(
    eq(devices.organization_id, organizationId),
    eventId === null ? undefined : eq(devices.event_id, eventId),
    pairedAlone ? isNotNull(devices.crew_code_id) : undefined,
  );
  return placed(await readPage(db.select().from(devices).$dynamic(), devices, wanted, page));
}

export async function readDevice(db: Db, organizationId: OrganizationId, id: DeviceId): Promise<Device | null> {
  const rows = await db.select().from(devices).where(isOf(organizationId, id));
  return rows[0] ?? null;
}

/** Writes the device while its gate is the organisation's and that is active; false when it was not written. */
export function insertDevice(db: Db, device: Device, provenance: Provenance): Promise<boolean> {
  const gateExists = sql`EXISTS (SELECT 1 FROM ${gates}
    WHERE ${gates.id} = ${device.gate_id} AND ${gates.organization_id} = ${device.organization_id})`;
  return createRow(db, devices, device, every(gateExists, isOrganizationActive(device.organization_id)), provenance);
}

/**
 * Revokes the device with its audit row, unless it is revoked or not the organisation's: then nothing is written.
 * `pairedAlone`: nor if it was made at a gate.
 */
export function revokeDeviceRow(db: Db, id: DeviceId, pairedAlone: boolean, audit: Audit): Promise<boolean> {
  const isPaired = pairedAlone ? isNotNull(devices.crew_code_id) : undefined;
  const isActive = and(isOf(audit.organizationId, id), isNull(devices.revoked_at), isPaired);
  return writeAudited(db, sql`UPDATE ${devices} SET revoked_at = ${audit.at} WHERE ${isActive}`, audit);
}

function isOf(organizationId: OrganizationId, id: DeviceId): SQL | undefined {
  return and(eq(devices.organization_id, organizationId), eq(devices.id, id));
}
