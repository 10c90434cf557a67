// What an inventory object asks of D1, and tells it: never on the path of a hold but for the first terms (rule X5).

import { openDb } from "../db/client.ts";
import { arbitrate, expireOrders, readVerdicts } from "../db/orders.ts";
import { type Projection, projectInventory } from "../db/projection.ts";
import { readTerms } from "../db/terms.ts";
import type { OrderId, TicketTypeId } from "../domain/ids.ts";
import type { Verdict } from "../domain/order.ts";
import type { Terms } from "../domain/terms.ts";

/** Each rejects when D1 is away; each may be repeated. */
export type InventoryPorts = {
  readTerms(ticketTypeId: TicketTypeId): Promise<Terms | null>;
  /** What has become of these orders so far; those that are neither order nor void are left out. */
  readVerdicts(orderIds: readonly OrderId[]): Promise<Verdict[]>;
  /** Makes void those that are no orders, and says what each is now (rule O2). */
  arbitrate(orderIds: readonly OrderId[], now: number): Promise<Verdict[]>;
  /** Expires those that are due at `now`, and says what each is now (rule O4). */
  expireOrders(orderIds: readonly OrderId[], now: number): Promise<Verdict[]>;
  project(projection: Projection): Promise<void>;
};

export function openPorts(d1: D1Database): InventoryPorts {
  const db = openDb(d1);
  return {
    readTerms: (ticketTypeId) => readTerms(db, ticketTypeId),
    readVerdicts: (orderIds) => readVerdicts(db, orderIds),
    arbitrate: (orderIds, now) => arbitrate(db, orderIds, now),
    expireOrders: (orderIds, now) => expireOrders(db, orderIds, now),
    project: (projection) => projectInventory(db, projection),
  };
}
