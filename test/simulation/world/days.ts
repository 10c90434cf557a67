// Plays the time after a world's sale, without faults: days in which keys are used again and old rows are deleted
// (rules H8, O6, H13), and the 90 days after its event was archived, when its orders are deleted.

import { isDeepStrictEqual } from "node:util";
import { contactIn } from "../../../src/domain/orders/contact.ts";
import { homeOf, type OrderId } from "../../../src/domain/ids.ts";
import { EMPTY_HEAD } from "../../../src/domain/ledger/chain.ts";
import type { Catalogue } from "./catalogue/on-sale.ts";
import { checkAtRest, ordersOf } from "../watchers/checks-at-rest.ts";
import { runCron } from "./cron.ts";
import type { HoldWish, Journal } from "../watchers/journal.ts";
import { stoodSince } from "../watchers/ledger/watch.ts";
import { askForHold } from "../people/shoppers.ts";
import { hasNoRoom } from "./themes.ts";
import { verifyLedgers } from "../watchers/ledger/verified.ts";
import type { Following } from "../watchers/viewers.ts";
import type { World } from "./world.ts";

type AfterStep = () => boolean;
type Later = { readonly world: World; readonly catalogue: Catalogue; readonly journal: Journal };

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

export async function liveOn(
  world: World,
  catalogue: Catalogue,
  journal: Journal,
  viewers: readonly Following[],
  afterStep: AfterStep,
): Promise<void> {
  const { scheduler } = world;
  const later: Later = { world, catalogue, journal };
  const since = scheduler.now();
  const noRoom = hasNoRoom(world.seed, world.themes);
  const steps: readonly (readonly [number, () => unknown])[] = [
    [noRoom ? 30 * MINUTE : 20 * HOUR, () => askForOldHolds(later, noRoom ? HOUR : DAY)],
    [25 * HOUR, () => runCron(world)],
    [27 * HOUR, () => checkSwept(world)],
    [27 * HOUR, () => useKeysAgain(later)],
    [27 * HOUR + 20 * MINUTE, () => runCron(world)],
    [28 * HOUR, () => checkAtRest(world, catalogue, [journal], viewers)],
    [28 * HOUR, () => archive(later)],
    [29 * HOUR, () => runCron(world)],
  ];
  for (const [at, work] of steps) {
    await scheduler.runUntil(since + at, afterStep);
    if (world.failure()) return;
    void work();
  }
  await scheduler.runUntil(since + 30 * HOUR, afterStep);
  const [event] = world.d1.look("SELECT status FROM events WHERE id = ?", catalogue.eventId);
  if (event?.["status"] !== "archived")
    return world.fail(`the event could not be archived: ${String(event?.["status"])}`);
  const told = copies(world);
  await scheduler.runUntil(since + 80 * DAY, afterStep);
  checkKept(world, told);
  await scheduler.runUntil(since + 95 * DAY, afterStep);
  if (!world.failure()) checkCut(world, told);
  void eraseOne(later);
  await scheduler.runUntil(since + 95 * DAY + HOUR, afterStep);
}

/** Rule H8: until `keptMs` after its end, the key of a hold still names it. */
async function askForOldHolds({ world, catalogue, journal }: Later, keptMs: number): Promise<void> {
  const until = world.scheduler.now() + MINUTE; // by which each has its reply
  const isKept = ({ holdId, typeId, inBasket }: HoldWish): boolean => {
    const watch = world.checks.watchOf(typeId);
    const watched = holdId !== null && !inBasket && watch.holds.get(holdId);
    return watched ? until < stoodSince(watch, watched) + keptMs : false;
  };
  for (const wish of journal.holds.filter(isKept).slice(0, 3)) {
    await askForHold({ world, catalogue, journal, shopper: wish.shopper }, wish);
    world.note("a key is used again before it is forgotten");
  }
}

/** Rule H13: final holds older than a day are deleted. All of them are, by now. */
function checkSwept(world: World): void {
  for (const { id, storage } of world.hosts.values()) {
    if (storage.isEmpty()) continue;
    const [left] = storage.rows.sql.exec("SELECT COUNT(*) AS n FROM holds").toArray();
    if (left?.["n"] !== 0) world.fail(`[H13] ${id} still has ${String(left?.["n"])} holds`);
    checkCheckpoint(world, id);
  }
}

/** What was cut is as the ledger was there. */
function checkCheckpoint(world: World, id: Parameters<World["host"]>[0]): void {
  const rows = world
    .host(id)
    .storage.rows.sql.exec("SELECT seq, at, total, sold, held, withdrawn, hash FROM retention");
  for (const kept of rows.toArray()) {
    const row = world.checks.watchOf(id).rows.get(Number(kept["seq"]));
    if (Number(kept["seq"]) === 0) continue;
    world.note("a checkpoint");
    const { seq, at, total, sold, held, withdrawn, hash } = row ?? EMPTY_HEAD;
    if (!isDeepStrictEqual({ ...kept }, { seq, at, total, sold, held, withdrawn, hash }))
      world.fail(`[H13] the checkpoint of ${id} is ${JSON.stringify(kept)}, the row was ${JSON.stringify(row)}`);
  }
}

/** Rule H8: a key is free again. Rule O6: the key of an order is not, and its holds are others now. */
async function useKeysAgain(later: Later): Promise<void> {
  const { world, journal } = later;
  const old = journal.holds.filter(({ holdId, inBasket, replaces }) => holdId !== null && !inBasket && !replaces);
  const anew = new Set<string>();
  for (const wish of old.slice(0, 6)) {
    const fresh = { ...wish, holdId: null, heldUntil: 0 };
    journal.holds.splice(journal.holds.indexOf(wish), 1);
    if (wish.holdId !== null) journal.released.delete(wish.holdId);
    await askForHold({ ...later, shopper: wish.shopper }, fresh);
    // A hold without a response may exist anyway: it is requested until it exists, or is refused.
    if (fresh.holdId === null) continue;
    journal.holds.push(fresh);
    anew.add(fresh.holdId);
    world.note("a key is used again after a day");
  }
  for (const { shopper, key, holdIds, orderId } of journal.checkouts) {
    if (orderId === null || !holdIds.some((id) => anew.has(id))) continue;
    const result = await world.request(shopper, (context) =>
      world.product.checkOut(context, { holdIds, idempotencyKey: key }),
    );
    world.note("a checkout's key is used again after a day");
    if (result !== "lost" && result.reply.ok)
      world.fail(`[O6] the key of ${orderId} returned it, and its holds are others now`);
  }
}

async function archive({ world, catalogue }: Later): Promise<void> {
  const { organiser, eventId } = catalogue;
  for (const transition of ["start", "end", "archive"] as const)
    for (let attempt = 0; attempt < 3; attempt++) {
      const result = await world.request(organiser, (context) =>
        world.product.transitionEvent(context, eventId, transition, null),
      );
      if (result !== "lost" && (result.reply.ok || result.reply.refusal.code === "invalid_transition")) break;
    }
}

const COPY =
  "SELECT id, user_id, status, items, total, expires_at, seq, created_at, updated_at, contact FROM orders ORDER BY id";

function copies({ d1 }: World): string {
  return JSON.stringify(d1.look(COPY));
}

/** Rule H13: until 90 days after the archiving every order is at its home. */
function checkKept(world: World, told: string): void {
  const atHome = [...world.hosts.keys()].flatMap((id) => ordersOf(world, id));
  const known = world.d1.look("SELECT COUNT(*) AS n FROM orders");
  if (atHome.length !== known[0]?.["n"]) world.fail(`[H13] ${atHome.length} orders are at home, D1 has ${told}`);
}

/** After them none is, D1 has all as they were, and of the ledger the last row is left. */
function checkCut(world: World, told: string): void {
  for (const { id, storage } of world.hosts.values()) {
    if (storage.isEmpty()) continue;
    for (const table of ["orders", "returns", "holds"]) {
      const [left] = storage.rows.sql.exec(`SELECT COUNT(*) AS n FROM ${table}`).toArray();
      if (left?.["n"] !== 0) world.fail(`[H13] ${id} still has ${String(left?.["n"])} ${table}`);
    }
    const [rows] = storage.rows.sql.exec("SELECT COUNT(*) AS n FROM ledger").toArray();
    if (Number(rows?.["n"]) > 1) world.fail(`[H13] ${id} still has ${String(rows?.["n"])} ledger rows`);
    checkCheckpoint(world, id);
  }
  verifyLedgers(world);
  if (copies(world) !== told) world.fail(`[H13] D1's orders were ${told}, they are ${copies(world)}`);
  world.note("orders are cut");
}

/** Rule O11: the contact of an order that its home has cut is erased in D1. */
async function eraseOne({ world, catalogue, journal }: Later): Promise<void> {
  const wish = journal.checkouts.find(({ orderId }) => orderId !== null);
  const id: OrderId | null = wish?.orderId ?? null;
  if (!wish || id === null || !world.hosts.has(homeOf(id))) return;
  const { product } = world;
  // As the route does: D1 is the record of what the home has cut.
  const result = await world.request(catalogue.organiser, async (context) => {
    const reply = await product.eraseContact(context, id);
    return product.isCut(reply) ? product.eraseCutContact(context, id) : reply;
  });
  if (result === "lost" || !result.reply.ok)
    return world.fail(`[O11] the contact of ${id}, which is cut, was not erased: ${JSON.stringify(result)}`);
  const [row] = world.d1.look("SELECT contact, email FROM orders WHERE id = ?", id);
  const contact = JSON.parse(String(row?.["contact"])) as Parameters<typeof contactIn>[0];
  if (contactIn(contact) !== null || row?.["email"] !== null) world.fail(`[O11] the contact of ${id} is still in D1`);
}
