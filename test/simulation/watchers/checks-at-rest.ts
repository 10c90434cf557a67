// Checks what must hold when a world is at rest: no fault is active, every deadline has passed, the cron ran.

import { isDeepStrictEqual } from "node:util";
import { contactIn } from "../../../src/domain/orders/contact.ts";
import { homeOf, parseOrderId, type TicketTypeId } from "../../../src/domain/ids.ts";
import { MAILS_AN_HOUR } from "../../../src/domain/limits.ts";
import type { FinalOrderStatus, Order } from "../../../src/domain/orders/order.ts";
import type { Catalogue } from "../world/catalogue/on-sale.ts";
import { checkTickets } from "./check-tickets.ts";
import type { Journal } from "./journal.ts";
import { isLive, type Standing, type Watched } from "./ledger/watch.ts";
import { verifyLedgers } from "./ledger/verified.ts";
import type { Following } from "./viewers.ts";
import type { World } from "../world/world.ts";

export function checkAtRest(
  world: World,
  catalogue: Catalogue,
  journals: readonly Journal[],
  viewers: readonly Following[],
): void {
  for (const id of world.hosts.keys()) checkType(world, id);
  const holds = new Map([...world.hosts.keys()].flatMap((id) => [...world.checks.watchOf(id).holds]));
  checkOrders(world, placings(world));
  for (const journal of journals) checkJournal(world, journal, holds);
  for (const viewer of viewers) checkViewer(world, viewer);
  const left = world.d1.look("SELECT target, subject FROM sync_rows");
  if (left.length > 0) world.fail(`[K6] still to be delivered: ${JSON.stringify(left)}`);
  const pending = world.d1.look("SELECT id FROM ticket_types WHERE pending_total IS NOT NULL");
  if (pending.length > 0) world.fail(`[K4] a lower total still waits: ${JSON.stringify(pending)}`);
  checkDeletions(world, catalogue);
  checkToldDoors(world);
  checkEvents(world, catalogue);
  verifyLedgers(world);
  const types = new Set([...catalogue.spareIds, ...world.d1.look("SELECT id FROM ticket_types").map(({ id }) => id)]);
  if (types.size < world.hosts.size) world.fail("[X5] there are more objects than ticket types");
}

/** Rules K3 and K6: what D1 has deleted has left nothing behind, and no deletion is half done. */
function checkDeletions(world: World, { spareIds }: Catalogue): void {
  for (const id of spareIds) {
    const [type] = world.d1.look("SELECT deleting_since FROM ticket_types WHERE id = ?", id);
    if (type && type["deleting_since"] !== null) world.fail(`[K6] ${id} is still closed for a deletion`);
    if (!type) world.note("a type is deleted");
    if (!type && world.hosts.has(id) && !world.host(id).storage.isEmpty())
      world.fail(`[K3] ${id} is deleted, and its object has rows`);
  }
}

/** Checks that each stand-in of a door has D1's terms of its event; door/at-rest.ts checks real doors further. */
function checkToldDoors({ d1, fail, toldDoors }: World): void {
  for (const [id, { version, rules }] of toldDoors.known) {
    const [event] = d1.look("SELECT door_version, status FROM events WHERE id = ?", id);
    if (event && (event["door_version"] !== version || event["status"] !== rules.eventStatus))
      fail(`[D2] the door of ${id} has version ${version}, ${rules.eventStatus}, and D1 ${JSON.stringify(event)}`);
  }
}

/** Rule E4: what is due by the clock has happened, and once. */
function checkEvents({ d1, fail, scheduler }: World, { end }: Catalogue): void {
  if (scheduler.now() <= end + 2 * 60_000) return;
  const late = d1.look("SELECT id, status FROM events WHERE status NOT IN ('ended', 'archived')");
  if (late.length > 0) fail(`[E4] these are over: ${JSON.stringify(late)}`);
}

/** Nothing is held, and D1 shows of the type what its object says. */
function checkType(world: World, id: TicketTypeId): void {
  const store = world.checks.storeOf(world.host(id));
  if (!store) return;
  const { head, holds } = world.checks.watchOf(id);
  if (head.held !== 0)
    world.fail(`[H5] [O3] ${id} still has ${head.held} held: ${JSON.stringify(stillHeld([...holds.values()]))}`);
  const [type] = world.d1.look(
    `SELECT total_quantity, sold_count, held_count, withdrawn_count, counts_seq, counts_hash, terms_version, hidden
      FROM ticket_types WHERE id = ?`,
    id,
  );
  const counts = { sold_count: head.sold, held_count: head.held, withdrawn_count: head.withdrawn };
  const expected = { total_quantity: head.total, ...counts, counts_seq: head.seq, counts_hash: head.hash };
  const { terms_version, hidden, ...shown } = type ?? {};
  if (!isDeepStrictEqual(shown, expected))
    world.fail(`[K5] D1 has ${JSON.stringify(shown)} of ${id}, it is ${JSON.stringify(expected)}`);
  const [audited] = world.d1.look(
    "SELECT changes ->> 'total_quantity' AS total FROM audit_log WHERE resource_id = ? AND total IS NOT NULL ORDER BY rowid DESC LIMIT 1",
    id,
  );
  if (audited && audited["total"] !== head.total)
    world.fail(`[T7] the total of ${id} is ${head.total}, the last that was audited ${String(audited["total"])}`);
  const terms = store.load().terms?.terms;
  if (terms?.version !== terms_version || Number(terms?.hidden) !== hidden)
    world.fail(`[K6] ${id} has terms ${terms?.version}, D1 has ${String(terms_version)}`);
  const [{ epoch } = {}] = world.d1.look("SELECT MAX(epoch) AS epoch FROM restores");
  if ((terms?.epoch ?? 0) !== (epoch ?? 0))
    world.fail(`[X6] ${id} has terms of the epoch ${terms?.epoch}, D1 has ${String(epoch)}`);
  const copies = world.d1.look(`SELECT ${ORDER_COPY}, email, name_key FROM orders`).filter((row) => isHomeOf(id, row));
  const told = world.host(id).storage.rows.sql.exec(`SELECT ${ORDER_COPY}, ${SEARCHED_BY} FROM orders`).toArray();
  if (!isDeepStrictEqual(sorted(copies), sorted(told)))
    world.fail(
      `[K5] D1's orders of ${id}: ${JSON.stringify(sorted(copies))}, they are ${JSON.stringify(sorted(told))}`,
    );
  const unsent = store.outbox(1, []);
  if (unsent.length > 0) world.fail(`[O3] ${id} has still to send ${JSON.stringify(unsent)}`);
}

/** The columns of an order that its home and D1 have under the same names. */
const ORDER_COPY = "id, user_id, status, items, total, expires_at, seq, created_at, updated_at, contact, locale";
const SEARCHED_BY = "contact ->> 'email' AS email, contact ->> 'nameKey' AS name_key";

function isHomeOf(id: TicketTypeId, { id: order }: Readonly<Record<string, unknown>>): boolean {
  const orderId = parseOrderId(String(order));
  return orderId !== null && homeOf(orderId) === id;
}

/** All orders that a ticket type is the home of. */
export function ordersOf(world: World, id: TicketTypeId): readonly Order[] {
  const { storage } = world.host(id);
  const store = world.checks.storeOf(world.host(id));
  if (!store) return [];
  const ids = storage.rows.sql.exec("SELECT id FROM orders").toArray();
  const orders = ids.flatMap((row) => parseOrderId(String(row["id"])) ?? []);
  return store.find({ holds: [], orders, claims: [], voids: [] }).orders;
}

function stillHeld(holds: readonly Watched[]): readonly Watched[] {
  return holds.filter(isLive);
}

function sorted(rows: readonly Record<string, unknown>[]): unknown[] {
  return rows.map((row) => ({ ...row })).sort((a, b) => (String(a["id"]) < String(b["id"]) ? -1 : 1));
}

const ENDS: Readonly<Record<FinalOrderStatus, Standing>> = {
  confirmed: "confirmed",
  cancelled: "cancelled",
  expired: "lapsed",
};

/** All that was ever held, by id and the row that placed it. */
function placings({ hosts, checks }: World): ReadonlyMap<string, Watched> {
  const watches = [...hosts.keys()].map((id) => checks.watchOf(id));
  const all = watches.flatMap(({ holds, former }) => [...holds.values(), ...former]);
  return new Map(all.map((hold) => [`${hold.id} ${hold.placedSeq}`, hold]));
}

/** Rules O1 to O5: all holds of an order followed it, and no hold followed an order that does not exist. */
function checkOrders(world: World, holds: ReadonlyMap<string, Watched>): void {
  const ofOrders = new Set<string>();
  for (const order of [...world.hosts.keys()].flatMap((id) => ordersOf(world, id))) {
    for (const { holdId, placedSeq } of order.items) ofOrders.add(`${holdId} ${placedSeq}`);
    checkOrder(world, order, holds);
    checkTickets(world, order);
  }
  for (const [placing, hold] of holds)
    if (hold.orderId !== null && !ofOrders.has(placing))
      world.fail(`[O2] ${hold.id} went with ${hold.orderId}, which is no order`);
}

/** Rule O14: every contact that can be mailed got a mail about the order's end; an expired order has none. */
function checkMail({ themes, mailbox, d1, scheduler, fail }: World, order: Order): void {
  if (!themes.has("mails") || order.status === "expired" || contactIn(order.contact) === null) return;
  // One whose address has had its mails waits for the end of the hour; a life that dies counts what it has not sent.
  const over = `SELECT 1 FROM attempts WHERE count > ${MAILS_AN_HOUR} AND ends_at > ${scheduler.clock()}`;
  if (!mailbox.has(order) && d1.look(over).length === 0) fail(`[O14] no mail of ${order.id}, which is ${order.status}`);
}

function checkOrder(world: World, order: Order, holds: ReadonlyMap<string, Watched>): void {
  checkMail(world, order);
  const { id, status, items, total, expiresAt, updatedAt, history } = order;
  if (status === "reserved") return world.fail(`[O4] ${id} is still reserved`);
  const isReturned = items.some(({ returned }) => returned > 0);
  if (!isReturned && updatedAt < expiresAt === (status === "expired"))
    world.fail(`[O4] ${id} ${status} at ${updatedAt}, to expire at ${expiresAt}`);
  const events = new Set(
    items.map(({ ticketTypeId }) => world.checks.storeOf(world.host(ticketTypeId))?.load().terms?.terms.eventId),
  );
  if (events.size > 1) world.fail(`[O1] ${id} is of several events: ${[...events].join()}`);
  if (items.length === 0) world.fail(`[O1] ${id} has no items`);
  if (items.reduce((sum, { amount }) => sum + amount, 0) !== total) world.fail(`[O1] ${id} adds up to something else`);
  for (const { holdId, placedSeq, quantity, returned, withdrawn } of items) {
    const hold = holds.get(`${holdId} ${placedSeq}`);
    if (hold?.orderId !== id || hold.standing !== ENDS[isReturned ? "confirmed" : status] || hold.quantity !== quantity)
      world.fail(`[O2] ${id} is ${status}, and of its holds ${JSON.stringify(hold)}`);
    if (hold?.returned !== returned || hold.withdrawn !== withdrawn)
      world.fail(
        `[O7] ${returned} and ${withdrawn} of ${holdId} came back at home, and where it is: ${JSON.stringify(hold)}`,
      );
  }
  checkReturns(world, order);
  const rows = [...world.checks.watchOf(homeOf(id)).rows.values()].filter(({ orderId }) => orderId === id);
  if (
    !isDeepStrictEqual(
      rows.map(({ seq }) => seq),
      [...history],
    )
  )
    world.fail(`[O1] the history of ${id} is ${history.join()}, its rows are ${JSON.stringify(rows)}`);
}

/** Rule O7: what came back is the sum of the returns, and when nothing is left the order is cancelled. */
function checkReturns(world: World, { id, status, items }: Order): void {
  const taken =
    world.checks
      .storeOf(world.host(homeOf(id)))
      ?.returnsOf(id)
      .flatMap((each) => each.taken) ?? [];
  for (const { holdId, returned } of items) {
    const sum = taken.filter((each) => each.holdId === holdId).reduce((before, { quantity }) => before + quantity, 0);
    if (sum !== returned) world.fail(`[O7] ${returned} of ${holdId} came back by returns of ${sum}`);
  }
  const isEmpty = items.every(({ quantity, returned }) => quantity === returned);
  if (isEmpty && status !== "cancelled") world.fail(`[O7] nothing is left of ${id}, which is ${status}`);
}

function checkJournal(world: World, journal: Journal, holds: ReadonlyMap<string, Watched>): void {
  for (const { holdId, quantity } of journal.holds)
    if (holdId && holds.get(holdId)?.quantity !== quantity) world.fail(`hold ${holdId} was confirmed and is lost`);
  for (const id of journal.released)
    if (!["released", "expired", "swapped"].includes(String(holds.get(id)?.standing)))
      world.fail(`[H9] hold ${id} was released and is not`);
  for (const { orderId } of journal.checkouts)
    if (orderId && !["confirmed", "cancelled", "expired"].includes(String(world.checks.findOrder(orderId)?.status)))
      world.fail(`[O2] order ${orderId} was confirmed and is lost`);
  for (const id of journal.confirmed)
    if (!isSold(world.checks.findOrder(id))) world.fail(`[O5] order ${id} was reported confirmed and is not`);
  for (const id of journal.erased) {
    const contact = world.checks.findOrder(id)?.contact;
    if (contact !== null && contact !== undefined && !("erased" in contact))
      world.fail(`[O11] the contact of ${id} was reported erased and is there`);
  }
  for (const id of journal.cancelled)
    if (world.checks.findOrder(id)?.status !== "cancelled")
      world.fail(`[O5] order ${id} was reported cancelled and is not`);
  for (const { orderId, returnId, isAnswered } of journal.returns) {
    const store = world.checks.storeOf(world.host(homeOf(orderId)));
    if (isAnswered && !store?.returnsOf(orderId).some(({ id }) => id === returnId))
      world.fail(`[O7] a return of ${orderId} was confirmed and is lost`);
  }
}

function isSold(order: Order | null): boolean {
  return order?.status === "confirmed" || (order?.items.some(({ returned }) => returned > 0) ?? false);
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
  const available = head.total - head.sold - head.held - head.withdrawn;
  const same = shown.total === head.total && shown.sold === head.sold && shown.held === head.held;
  if (!same || shown.available !== available)
    world.fail(`[L3] a viewer of ${typeId} last saw ${JSON.stringify(shown)}, it is ${JSON.stringify(head)}`);
}
