// Deletes gates. It is apart from their reads, since no storefront request needs it.

import { type SQL, sql } from "drizzle-orm";
import type { GateId } from "../../domain/ids.ts";
import { isNamedByTypes } from "../ticket-types/admission-rules.ts";
import type { Audit } from "../audit/audit.ts";
import { deleteRow } from "../change.ts";
import type { Db } from "../client.ts";
import { queueDoorSyncsAt } from "../outbox/door-syncs.ts";
import { insertFeedSync, openEventsAt } from "../outbox/feed-syncs.ts";
import type { Gate } from "./gates.ts";
import { gates } from "../schema/catalogue.ts";
import { devices } from "../schema/credentials.ts";
import { crewCodes } from "../schema/crew.ts";

/**
 * Deletes the gate while no device or crew code refers to it, revoked and ended ones included, since their rows name it,
 * and no admission (rule D8).
 */
export function removeGate(db: Db, gate: Gate, audit: Audit): Promise<boolean> {
  const unused = sql`NOT ${isUsed(gate.id)} AND NOT ${isNamedByTypes(gate)}`;
  return deleteRow(
    db,
    gates,
    gate,
    unused,
    audit,
    [],
    [insertFeedSync(openEventsAt(gate.venue_id), audit), ...queueDoorSyncsAt(gate.venue_id, audit)],
  );
}

/** Whether a device or a crew code refers to it. */
export async function isGateUsed(db: Db, id: GateId): Promise<boolean> {
  return (await db.all(sql`SELECT 1 WHERE ${isUsed(id)}`)).length > 0;
}

function isUsed(id: GateId): SQL {
  return sql`(EXISTS (SELECT 1 FROM ${devices} WHERE ${devices.gate_id} = ${id})
    OR EXISTS (SELECT 1 FROM ${crewCodes} WHERE ${crewCodes.gate_id} = ${id}))`;
}
