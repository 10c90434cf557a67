// What must hold when a world has come to rest: nothing goes wrong any more, every deadline has passed, the cron ran.

import { isDeepStrictEqual } from "node:util";
import type { TicketTypeId } from "../../src/domain/ids.ts";
import type { Catalogue } from "./catalogue.ts";
import type { Journal } from "./journal.ts";
import type { Watched } from "./ledger-watch.ts";
import type { Following } from "./viewers.ts";
import type { World } from "./world.ts";

export function checkAtRest(world: World, catalogue: Catalogue, journal: Journal, viewers: readonly Following[]): void {
  for (const id of world.hosts.keys()) checkType(world, id);
  const holds = new Map([...world.hosts.keys()].flatMap((id) => [...world.checks.watchOf(id).holds]));
  checkOrders(world, holds);
  checkJournal(world, journal, holds);
  for (const viewer of viewers) checkViewer(world, viewer);
  const left = world.d1.look("SELECT target, subject FROM sync_rows");
  if (left.length > 0) world.fail(`[K6] [O3] still to be delivered: ${JSON.stringify(left)}`);
  const pending = world.d1.look("SELECT id FROM ticket_types WHERE pending_total IS NOT NULL");
  if (pending.length > 0) world.fail(`[K4] a lower total still waits: ${JSON.stringify(pending)}`);
  if (catalogue.typeIds.length < world.hosts.size) world.fail("[X5] there are more objects than ticket types");
}

/** Nothing is held, and D1 shows of the type what its object says. */
function checkType(world: World, id: TicketTypeId): void {
  const store = world.checks.storeOf(world.host(id));
  if (!store) return;
  const { head, holds } = world.checks.watchOf(id);
  if (head.held !== 0)
    world.fail(`[H5] [O3] ${id} still has ${head.held} held: ${JSON.stringify(stillHeld([...holds.values()]))}`);
  const [type] = world.d1.look(
    "SELECT total_quantity, sold_count, held_count, counts_seq, terms_version, hidden FROM ticket_types WHERE id = ?",
    id,
  );
  const expected = { total_quantity: head.total, sold_count: head.sold, held_count: head.held, counts_seq: head.seq };
  const { terms_version, hidden, ...shown } = type ?? {};
  if (!isDeepStrictEqual(shown, expected))
    world.fail(`[K5] D1 has ${JSON.stringify(shown)} of ${id}, it is ${JSON.stringify(expected)}`);
  const terms = store.load().terms?.terms;
  if (terms?.version !== terms_version || Number(terms?.hidden) !== hidden)
    world.fail(`[K6] ${id} has terms ${terms?.version}, D1 has ${String(terms_version)}`);
  const copies = world.d1.look(
    "SELECT id, status, order_id, seq, quantity FROM seat_holds WHERE ticket_type_id = ?",
    id,
  );
  const rows = store.findHolds([...holds.values()].map((hold) => hold.id));
  const told = rows.map((hold) => ({
    id: hold.id,
    status: hold.status,
    order_id: hold.claim?.orderId ?? null,
    seq: hold.seq,
    quantity: hold.quantity,
  }));
  if (!isDeepStrictEqual(sorted(copies), sorted(told)))
    world.fail(`[K5] D1's holds of ${id}: ${JSON.stringify(sorted(copies))}, they are ${JSON.stringify(sorted(told))}`);
}

function stillHeld(holds: readonly Watched[]): readonly Watched[] {
  return holds.filter(({ standing }) => standing === "active" || standing === "claimed");
}

function sorted(rows: readonly Record<string, unknown>[]): unknown[] {
  return rows.map((row) => ({ ...row })).sort((a, b) => (String(a["id"]) < String(b["id"]) ? -1 : 1));
}

const ENDS: Readonly<Record<string, string>> = { confirmed: "confirmed", cancelled: "cancelled", expired: "lapsed" };

/** Rules O1 to O5: all holds of an order went its way, and no hold went the way of what is no order. */
function checkOrders(world: World, holds: ReadonlyMap<string, Watched>): void {
  const ofOrders = new Set<unknown>();
  for (const order of world.d1.look("SELECT id, status, total, expires_at, updated_at FROM orders")) {
    const { id, status, expires_at, updated_at } = order;
    const inTime = Number(updated_at) < Number(expires_at);
    if (status === "reserved") world.fail(`[O4] ${String(id)} is still reserved`);
    else if (inTime === (status === "expired"))
      world.fail(`[O4] ${String(id)} ${String(status)} at ${String(updated_at)}, to expire at ${String(expires_at)}`);
    const items = world.d1.look("SELECT hold_id, quantity, amount FROM order_items WHERE order_id = ?", String(id));
    if (items.length === 0) world.fail(`[O1] ${String(id)} has no items`);
    if (items.reduce((sum, { amount }) => sum + Number(amount), 0) !== order["total"])
      world.fail(`[O1] ${String(id)} adds up to something else`);
    for (const item of items) {
      ofOrders.add(item["hold_id"]);
      const hold = holds.get(String(item["hold_id"]));
      if (hold?.orderId !== id || hold?.standing !== ENDS[String(status)] || hold?.quantity !== item["quantity"])
        world.fail(`[O2] ${String(id)} is ${String(status)}, and of its holds ${JSON.stringify(hold)}`);
    }
  }
  for (const hold of holds.values())
    if (hold.orderId !== null && !ofOrders.has(hold.id))
      world.fail(`[O2] ${hold.id} went with ${hold.orderId}, which is no order`);
  const audits = world.d1.look(
    "SELECT resource_id, COUNT(*) AS n FROM audit_log WHERE resource_kind = 'order' GROUP BY resource_id HAVING n <> 2",
  );
  if (audits.length > 0) world.fail(`[T7] orders without one audit row for each change: ${JSON.stringify(audits)}`);
}

function checkJournal(world: World, journal: Journal, holds: ReadonlyMap<string, Watched>): void {
  for (const { holdId, quantity } of journal.holds)
    if (holdId && holds.get(holdId)?.quantity !== quantity) world.fail(`hold ${holdId} was answered and is lost`);
  for (const id of journal.released)
    if (!["released", "expired"].includes(String(holds.get(id)?.standing)))
      world.fail(`[H9] hold ${id} was released and is not`);
  for (const { orderId } of journal.checkouts)
    if (orderId && !["confirmed", "cancelled", "expired"].includes(String(world.checks.orderFact(orderId))))
      world.fail(`[O2] order ${orderId} was answered and is lost`);
  for (const id of journal.confirmed)
    if (world.checks.orderFact(id) !== "confirmed") world.fail(`[O5] order ${id} was answered confirmed and is not`);
  for (const id of journal.cancelled)
    if (world.checks.orderFact(id) !== "cancelled") world.fail(`[O5] order ${id} was answered cancelled and is not`);
}

/** Rule L3: every open socket has the final state. */
function checkViewer(world: World, { typeId, shown, refused, isOpen }: Following): void {
  const terms = world.checks.storeOf(world.host(typeId))?.load().terms?.terms;
  if (!terms) return;
  const { head } = world.checks.watchOf(typeId);
  const isPublic = terms.eventStatus === "published" || terms.eventStatus === "live";
  if (!isPublic || terms.hidden) {
    if (isOpen) world.fail(`[L2] [P3] a viewer still follows ${typeId}, which is not public`);
    return;
  }
  if (refused !== null) return;
  if (!isOpen || !shown) return world.fail(`[L3] a viewer of ${typeId} is not connected`);
  if (shown.total !== head.total || shown.sold !== head.sold || shown.held !== head.held)
    world.fail(`[L3] a viewer of ${typeId} last saw ${JSON.stringify(shown)}, it is ${JSON.stringify(head)}`);
}
