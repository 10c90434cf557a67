// Reaches D1 for an inventory object, to read and to write. Only the first terms are on the path of a hold (rule X5).

import { openDb } from "../db/client.ts";
import { type Projection, projectInventory } from "../db/projection/projection.ts";
import { readTerms } from "../db/ticket-types/terms.ts";
import type { TicketTypeId } from "../domain/ids.ts";
import type { Terms } from "../domain/terms.ts";

/** Each rejects when D1 is away; each may be repeated. */
export type InventoryPorts = {
  readTerms(ticketTypeId: TicketTypeId): Promise<Terms | null>;
  project(projection: Projection): Promise<void>;
};

export function openPorts(d1: D1Database): InventoryPorts {
  const db = openDb(d1);
  return {
    readTerms: (ticketTypeId) => readTerms(db, ticketTypeId),
    project: (projection) => projectInventory(db, projection, Date.now()),
  };
}
