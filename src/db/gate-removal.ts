// How a gate is deleted. Apart from its reads, since no first answer needs this.

import { eq, sql } from "drizzle-orm";
import type { GateId } from "../domain/ids.ts";
import { isNamedByTypes } from "./admission-rules.ts";
import type { Audit } from "./audit.ts";
import { deleteRow } from "./change.ts";
import type { Db } from "./client.ts";
import { tellDoorsAt } from "./door-syncs.ts";
import { insertFeedSync, openEventsAt } from "./feed.ts";
import type { Gate } from "./gates.ts";
import { devices, gates } from "./schema.ts";

/** Deletes the gate while no device refers to it, revoked ones included, since their rows name it, and no admission (rule D8). */
export function removeGate(db: Db, seen: Gate, audit: Audit): Promise<boolean> {
  const unused = sql`NOT EXISTS (SELECT 1 FROM ${devices} WHERE ${devices.gate_id} = ${seen.id})
    AND NOT ${isNamedByTypes(seen)}`;
  return deleteRow(
    db,
    gates,
    seen,
    unused,
    audit,
    [],
    [insertFeedSync(openEventsAt(seen.venue_id), audit), ...tellDoorsAt(seen.venue_id, audit)],
  );
}

/** Whether a device refers to it. */
export async function isGateUsed(db: Db, id: GateId): Promise<boolean> {
  const used = await db.select({ id: devices.id }).from(devices).where(eq(devices.gate_id, id)).limit(1);
  return used.length > 0;
}
