// Devices in D1 as their organisation manages them (rules P2, T1). As credentials they are read in credentials.ts.

import { and, eq, isNull, type SQL, sql } from "drizzle-orm";
import type { DeviceId, OrganizationId } from "../domain/ids.ts";
import { type Audit, insertAudit, selectWritten } from "./audit.ts";
import type { Db } from "./client.ts";
import { createRow, type Provenance } from "./create.ts";
import { isOrganizationActive } from "./organizations.ts";
import { devices, gates } from "./schema.ts";
import { every, readPage, type PageQuery, type Placed, placed } from "./statements.ts";

export type Device = typeof devices.$inferSelect;

/** Those that are revoked stay in the list. */
export async function listDevices(db: Db, organizationId: OrganizationId, query: PageQuery): Promise<Placed<Device>[]> {
  return placed(
    await readPage(db.select().from(devices).$dynamic(), devices, eq(devices.organization_id, organizationId), query),
  );
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

/** Revokes the device with its audit row, unless it is revoked or not the organisation's: then nothing is written. */
export async function revokeDeviceRow(db: Db, id: DeviceId, audit: Audit): Promise<boolean> {
  const standing = and(isOf(audit.organizationId, id), isNull(devices.revoked_at));
  const [, , written] = await db.batch([
    db.run(sql`UPDATE ${devices} SET revoked_at = ${audit.at} WHERE ${standing}`),
    db.run(insertAudit(audit)),
    selectWritten(db, audit),
  ]);
  return written.length === 1;
}

function isOf(organizationId: OrganizationId, id: DeviceId): SQL | undefined {
  return and(eq(devices.organization_id, organizationId), eq(devices.id, id));
}
