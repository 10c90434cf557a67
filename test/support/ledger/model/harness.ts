// Plays a history on a ledger and on the naive model, and compares everything visible of both after every step.

import { inspect, isDeepStrictEqual } from "node:util";
import type { HoldId, OrderId } from "../../../../src/domain/ids.ts";
import {
  type Book,
  dueAmong,
  type LiveOrders,
  nextClaimDeadline,
  nextExpiry,
  occupancyOf,
  openBook,
} from "../../../../src/domain/ledger/memory/book.ts";
import { EMPTY_HEAD, type Head, type LedgerRow } from "../../../../src/domain/ledger/chain.ts";
import type { Command } from "../../../../src/domain/ledger/command.ts";
import type { Reply } from "../../../../src/domain/ledger/decide.ts";
import { liveSlots } from "../../../../src/domain/ledger/memory/live-holds.ts";
import { openVerifier, type Verifier, verifyLedger } from "../../../../src/domain/ledger/verify.ts";
import { SETTINGS, sha256, termsCommand } from "../../builders.ts";
import { type Driver, type FaultyStore, openDriver, openRealLedger, type OpenLedger } from "../driver.ts";
import type { History, Step } from "./histories.ts";
import { commandOf, moveClock, nothingSaid, type Said } from "./said.ts";
import { answerBatch, MOST_EXPIRY_ROWS, MOST_LIVE } from "./naive-model.ts";
import { activeHolds, emptyModel, heldIn, type NaiveModel, soldIn, withdrawnIn } from "./naive-parts.ts";

/** What has been seen of the ledger's rows: they are only ever added to. */
type Seen = {
  head: Head;
  /** What `npm run ledger:verify` says of the rows: it finds nothing wrong, whatever happened. */
  readonly verifier: Verifier;
  readonly lastRowOf: Map<HoldId, number>;
  /** The last row that gave back many holds. */
  lastOfMany: number;
  readonly seqOf: Map<OrderId, number>;
  /** Rows that were found equal to what the model has: both are never changed, only replaced. */
  readonly equal: WeakMap<object, object>;
};
type Play = { model: NaiveModel; readonly driver: Driver; readonly said: Said; readonly seen: Seen };

/** Throws at the first step after which ledger and model differ, or a rule of the ledger's own is broken. */
export function playHistory(
  { total, withTerms, holdTtlMs, steps }: History,
  faulty: FaultyStore,
  open: OpenLedger = openRealLedger,
): void {
  const play: Play = {
    model: emptyModel(holdTtlMs),
    driver: openDriver(faulty, open, { ...SETTINGS, holdTtlMs, maxLive: MOST_LIVE, maxExpiryRows: MOST_EXPIRY_ROWS }),
    said: nothingSaid(total),
    seen: {
      head: EMPTY_HEAD,
      verifier: openVerifier(EMPTY_HEAD, sha256, { holdMs: holdTtlMs }),
      lastRowOf: new Map(),
      lastOfMany: 0,
      seqOf: new Map(),
      equal: new WeakMap(),
    },
  };
  if (withTerms) playBatch(play, [termsCommand({ total })], "run");
  steps.forEach((step, index) => {
    try {
      playStep(play, step);
    } catch (fault) {
      throw new Error(`step ${index}: ${fault instanceof Error ? fault.message : inspect(fault)}`, { cause: fault });
    }
  });
  checkCut(play.driver.store.rowsAfter(0, 100_000), holdTtlMs);
}

/** The rows that are left hold from a checkpoint on, wherever the ledger is cut (rule H13). */
function checkCut(rows: readonly LedgerRow[], holdMs: number): void {
  const cut = Math.floor(rows.length / 2);
  const { broken } = verifyLedger(rows[cut - 1] ?? EMPTY_HEAD, rows.slice(cut), sha256, { holdMs });
  same(`[T6] where the ledger breaks from row ${cut} on`, broken, null);
}

function playStep(play: Play, { move, acts, mode }: Step): void {
  moveClock(play.said, play.model, move);
  const commands = acts.flatMap((act) => commandOf(play.said, play.model, act) ?? []);
  playBatch(play, commands, mode);
}

function playBatch(play: Play, commands: readonly Command[], mode: Step["mode"]): void {
  const { driver, said } = play;
  // The object detects it in each of these modes, also if the batch then fails.
  play.model.wasCorrected ||= play.model.lastRowAt - said.clock > 60_000;
  if (mode === "fail") {
    const before = seenOf(driver.book());
    driver.failingBatch(commands, said.clock);
    const after = seenOf(driver.book());
    // Holds that a wake summed up for a time later than now are read again: memory then follows the rows.
    if (!isDeepStrictEqual(after, before)) {
      const stored = seenOf(readAt(driver, said.clock));
      same("[H11] the memory after a failed transaction", comparable(play, after), comparable(play, stored));
    }
    driver.restart();
  } else {
    if (mode === "restart") driver.restart();
    const { holds, orders, claims, voids, returns } = play.model;
    const copies = { holds: [...holds], orders: [...orders], claims: [...claims], voids: [...voids] };
    const model = { ...play.model, ...copies, returns: [...returns] };
    const expected = answerBatch(model, commands, said.clock);
    const replies = driver.batch(commands, said.clock);
    commands.forEach((command, index) => {
      same(
        () => `the reply to ${inspect(command, { depth: 3 })}`,
        withoutSeq(replies[index]),
        withoutSeq(expected[index]),
      );
    });
    play.model = model;
  }
  checkMemory(play);
  const stored = readAt(driver, said.clock);
  checkRows(play, stored.head);
  const [read, seen] = [comparable(play, seenOf(stored)), comparable(play, seenOf(driver.book()))];
  same("the book read from the rows", read, seen);
}

/** The home is queried about a doubt of a wrong clock's time counting from when that was found. */
function comparable({ model }: Play, seen: ReturnType<typeof seenOf>): object {
  return model.wasCorrected ? { ...seen, claims: null, nextClaimDeadline: null } : seen;
}

function readAt({ store }: Driver, clock: number): Book {
  return openBook(store.load({ clock, most: MOST_EXPIRY_ROWS }));
}

function checkMemory({ driver, model }: Play): void {
  const book = driver.book();
  const [sold, held, withdrawn, { total }] = [soldIn(model), heldIn(model), withdrawnIn(model), model];
  const { head } = book;
  same("the counts", { ...countsIn(head), seq: head.seq }, { total, sold, held, withdrawn, seq: model.rows });
  holds("[H1] held + sold + withdrawn <= total", isPossible({ total, sold, held, withdrawn }));
  same("[H3] the ledger's clock", head.at, model.lastRowAt);
  const reserved = model.orders.filter(({ status }) => status === "reserved");
  const expiries = [
    ...activeHolds(model).map(({ heldUntil }) => heldUntil),
    ...reserved.map(({ expiresAt }) => expiresAt),
  ];
  same("the next expiry", nextExpiry(book), earliest(expiries));
  const claims = model.claims.filter(({ state }) => state === "doubt" || state === "reserved");
  checkClaims(book, model, claims);
  const shown = occupancyOf(book);
  same("available", shown?.available ?? 0, total - sold - held - withdrawn);
}

function checkClaims(book: Book, model: NaiveModel, claims: NaiveModel["claims"]): void {
  const next = earliest(claims.map(({ deadline }) => deadline));
  const due = claims.filter(({ deadline }) => deadline <= model.now).map(({ orderId }) => orderId);
  const [nextAsked, dueAsked] = [nextClaimDeadline(book), dueAmong(book.claims, model.now)];
  if (model.wasCorrected) {
    holds("no claim is asked about later than it says", (nextAsked ?? Infinity) <= (next ?? Infinity));
    const known = new Set(dueAsked);
    return holds(
      "each claim that is due is asked about",
      due.every((id) => known.has(id)),
    );
  }
  same("the next claim to ask about", nextAsked, next);
  same("the claims that are due", dueAsked.sort(), due.sort());
}

type Counts = Pick<Head, "total" | "sold" | "held" | "withdrawn">;
const countsIn = ({ total, sold, held, withdrawn }: Counts): Counts => ({ total, sold, held, withdrawn });
const isPossible = ({ total, sold, held, withdrawn }: Counts): boolean =>
  held >= 0 && sold >= 0 && withdrawn >= 0 && held + sold + withdrawn <= total;

function checkRows({ driver, model, seen }: Play, lastRow: Head): void {
  const { store } = driver;
  const rows = store.rowsAfter(seen.head.seq, 10_000);
  for (const row of rows) {
    seen.verifier.take(row);
    checkRow(seen.head, row);
    if (row.holdId) seen.lastRowOf.set(row.holdId, row.seq);
    if (row.kind === "expire" && row.holdId === null) seen.lastOfMany = row.seq;
    seen.head = row;
  }
  same("[T6] where the ledger breaks", seen.verifier.verdict().broken, null);
  same("[H11] the last row is the counts", lastRow, driver.book().head);
  const stored = store.find({
    holds: model.holds.map(({ id }) => id),
    orders: model.orders.map(({ id }) => id),
    claims: model.claims.map(({ orderId }) => orderId),
    voids: model.voids,
    returns: model.returns,
  });
  same("how many holds are stored", stored.holds.length, model.holds.length);
  for (const hold of stored.holds) {
    const expected = model.holds.find(({ id }) => id === hold.id);
    if (expected && seen.equal.get(hold) === expected) continue;
    const { seq } = hold;
    same(`the row of ${hold.id}`, hold, { ...expected, seq });
    const lastOfMany = hold.status === "expired" ? seen.lastOfMany : 0;
    holds(
      "a hold's row names a ledger row that tells of it",
      [seen.lastRowOf.get(hold.id), lastOfMany].some((last) => seq <= (last ?? 0)),
    );
    if (expected) seen.equal.set(hold, expected);
  }
  same("how many orders are stored", stored.orders.length, model.orders.length);
  for (const row of stored.orders) {
    const expected = model.orders.find(({ id }) => id === row.id);
    if (expected && seen.equal.get(row) === expected) continue;
    const { seq, history, ...order } = row;
    same(`the row of ${order.id}`, { ...order, seq: 0, history: [] }, expected);
    if (expected) seen.equal.set(row, expected);
    if (seen.seqOf.get(order.id) === seq) continue;
    seen.seqOf.set(order.id, seq);
    const named = store.rowsAt(history);
    same("[T6] an order's history is its ledger rows", [named.length, named.at(-1)?.seq], [history.length, seq]);
    holds(
      "[T6] they all tell of it",
      named.every(({ orderId }) => orderId === order.id),
    );
  }
  same("the claims", byId(stored.claims), byId(model.claims));
  same("the voids", [...stored.voids].sort(), [...model.voids].sort());
  const returned = stored.returns.map(({ seq: _, ...body }) => body);
  same("[O7] the returns", byId(returned), byId(model.returns));
}

function byId<T extends { readonly orderId: string; readonly id?: string }>(rows: readonly T[]): T[] {
  const name = ({ orderId, id = "" }: T): string => orderId + id;
  return [...rows].sort((a, b) => (name(a) < name(b) ? -1 : 1));
}

/** A row follows from the one before it by its kind and quantity alone: the ledger can be recounted. */
function checkRow(before: Head, row: LedgerRow): void {
  const runsOn = row.at >= before.at || before.at - row.at > 60_000;
  holds("[H3] the ledger's time runs back from nothing but a wrong clock's", runsOn);
  holds("[H1] every row balances", isPossible(row));
  const counts = {
    total: row.kind === "terms" ? row.total : before.total,
    sold: before.sold + (row.kind === "confirm" ? row.quantity : BACK.includes(row.kind) ? -row.quantity : 0),
    withdrawn: before.withdrawn + (row.kind === "withdraw" ? row.quantity : 0),
    held:
      before.held +
      (row.kind === "hold"
        ? row.quantity
        : ["release", "expire", "swap", "confirm", "cancel", "expire_order", "lapse"].includes(row.kind)
          ? -row.quantity
          : 0),
  };
  same(`what a ${row.kind} does to the counts`, countsIn(row), counts);
}
const BACK: readonly string[] = ["return", "withdraw"];

/** All that can be known of a memory, whatever the order in which it came to be. */
export function seenOf(book: Book): object {
  return {
    terms: book.terms,
    head: { ...book.head },
    holds: [...liveSlots(book.holds)],
    ranOut: book.ranOut,
    orders: liveIn(book.orders),
    claims: liveIn(book.claims),
    quantities: byName(book.quantities),
    unpaid: [...book.unpaid].sort(([a], [b]) => a - b),
    nextExpiry: nextExpiry(book),
    nextClaimDeadline: nextClaimDeadline(book),
  };
}

/** In the order in which they began, on which the mark of the settled ones depends. */
function liveIn({ byId }: LiveOrders): unknown[] {
  return [...byId].map(([id, { deadline, startedSeq }]) => [id, deadline, startedSeq]);
}

function byName<K extends string, V>(map: ReadonlyMap<K, V>): [K, V][] {
  return [...map].sort(([a], [b]) => (a < b ? -1 : 1));
}

/** The model does not number the rows of holds and orders; `checkRows` does. Changes sent to a door are decided within the batch. */
function withoutSeq(reply: Reply | undefined): unknown {
  if (!reply?.ok || reply.value === null || typeof reply.value !== "object") return reply;
  const { value } = reply;
  if ("eventId" in value && "holds" in value) return reply;
  if ("holds" in value) return { ...value, holds: value.holds.map((hold) => ({ ...hold, seq: 0 })) };
  if ("hold" in value) return { ...value, hold: { ...value.hold, seq: 0 } };
  if ("order" in value) return { ...value, order: { ...value.order, seq: 0, history: [], pending: null } };
  if ("history" in value) return { ...value, seq: 0, history: [], pending: null };
  return "heldUntil" in value ? { ...value, seq: 0 } : value;
}

function earliest(times: readonly number[]): number | null {
  return times.length > 0 ? Math.min(...times) : null;
}

function holds(what: string, condition: boolean): void {
  if (!condition) throw new Error(`${what}: does not hold`);
}

/** `what` is a function if its text costs more than the comparison. */
function same(what: string | (() => string), actual: unknown, expected: unknown): void {
  if (isDeepStrictEqual(actual, expected)) return;
  const name = typeof what === "string" ? what : what();
  throw new Error(`${name}: ledger ${inspect(actual, { depth: 6 })}\nmodel ${inspect(expected, { depth: 6 })}`);
}
