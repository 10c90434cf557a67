// Creates and changes gates in D1 (rules G1, T1), with the outbox rows for the feeds and doors of their venue's events.

import { and, eq, ne, sql } from "drizzle-orm";
import type { Audit } from "../audit/audit.ts";
import { changeRow } from "../change.ts";
import type { Db } from "../client.ts";
import { createRow, type Provenance } from "../create.ts";
import { queueDoorSyncsAt } from "../outbox/door-syncs.ts";
import { insertFeedSync, openEventsAt } from "../outbox/feed-syncs.ts";
import type { Gate } from "./gates.ts";
import { isOrganizationActive, selectOrganizationStatus } from "../organizations/organizations.ts";
import { gates, venues } from "../schema/catalogue.ts";
import { every } from "../statements.ts";

/** Writes the gate if its venue is the organisation's, the organisation is active and the code is free there. */
export function insertGate(db: Db, gate: Gate, provenance: Provenance): Promise<boolean> {
  const venueExists = sql`EXISTS (SELECT 1 FROM ${venues}
    WHERE ${venues.id} = ${gate.venue_id} AND ${venues.organization_id} = ${gate.organization_id})`;
  const condition = every(venueExists, isOrganizationActive(gate.organization_id));
  return createRow(db, gates, gate, condition, provenance, [
    insertFeedSync(openEventsAt(gate.venue_id), provenance.audit),
    ...queueDoorSyncsAt(gate.venue_id, provenance.audit),
  ]);
}

/** Reads what may have made `insertGate` write nothing. */
export async function readGateObstacles(
  db: Db,
  gate: Gate,
): Promise<{ readonly venueFound: boolean; readonly suspended: boolean; readonly codeTaken: boolean }> {
  const [organization, venue, sameCode] = await db.batch([
    selectOrganizationStatus(db, gate.organization_id),
    db
      .select({ id: venues.id })
      .from(venues)
      .where(and(eq(venues.organization_id, gate.organization_id), eq(venues.id, gate.venue_id))),
    db
      .select({ id: gates.id })
      .from(gates)
      .where(and(eq(gates.venue_id, gate.venue_id), eq(gates.gate_code, gate.gate_code))),
  ]);
  return {
    venueFound: venue.length > 0,
    suspended: organization[0]?.status !== "active",
    codeTaken: sameCode.length > 0,
  };
}

export function updateGate(db: Db, gate: Gate, fields: Partial<Gate>, audit: Audit): Promise<boolean> {
  // Feeds show a gate's status and code. Doors need both too: they list the gates in the order of their codes.
  const shown = fields.status !== undefined || fields.gate_code !== undefined;
  const feeds = shown ? [insertFeedSync(openEventsAt(gate.venue_id), audit)] : [];
  const doors = shown || fields.capacity !== undefined ? queueDoorSyncsAt(gate.venue_id, audit) : [];
  return changeRow(db, gates, gate, fields, null, audit, [...feeds, ...doors]);
}

/** Whether another gate of the venue has this code. */
export async function isGateCodeTaken(db: Db, gate: Gate, code: string): Promise<boolean> {
  const same = await db
    .select({ id: gates.id })
    .from(gates)
    .where(and(eq(gates.venue_id, gate.venue_id), eq(gates.gate_code, code), ne(gates.id, gate.id)));
  return same.length > 0;
}
