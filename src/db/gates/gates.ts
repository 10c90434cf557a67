// Reads gates (rules G1, T1). gate-changes.ts creates and changes them.

import { and, eq } from "drizzle-orm";
import type { GateId, VenueId } from "../../domain/ids.ts";
import type { CatalogueReader } from "../../domain/people/policy.ts";
import type { Db } from "../client.ts";
import { gates } from "../schema/catalogue.ts";
import { readPage, type PageQuery, type Placed, placed } from "../statements.ts";
import { visibleGates } from "../visible.ts";

export type Gate = typeof gates.$inferSelect;
export const GATE_STATUSES = gates.status.enumValues;

export async function readGate(db: Db, reader: CatalogueReader, id: GateId): Promise<Gate | null> {
  const rows = await db
    .select()
    .from(gates)
    .where(and(visibleGates(reader), eq(gates.id, id)));
  return rows[0] ?? null;
}

/** A venue's gates that the reader sees; none when the venue is not its organisation's. */
export async function listGates(
  db: Db,
  reader: CatalogueReader,
  venueId: VenueId,
  query: PageQuery & { readonly status?: Gate["status"] | undefined },
): Promise<Placed<Gate>[]> {
  const status = query.status && eq(gates.status, query.status);
  const wanted = and(visibleGates(reader), eq(gates.venue_id, venueId), status);
  return placed(await readPage(db.select().from(gates).$dynamic(), gates, wanted, query));
}
