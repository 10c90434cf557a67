// Plays a history on a ledger and on the naive model, and compares all that can be seen of both after every step.

import { inspect, isDeepStrictEqual } from "node:util";
import type { HoldId } from "../../src/domain/ids.ts";
import {
  type Book,
  dueOrders,
  nextClaimDeadline,
  nextExpiry,
  occupancyOf,
  openBook,
} from "../../src/domain/ledger/book.ts";
import { EMPTY_HEAD, firstBrokenRow, type Head, type LedgerRow } from "../../src/domain/ledger/chain.ts";
import type { Command } from "../../src/domain/ledger/command.ts";
import type { Reply } from "../../src/domain/ledger/decide.ts";
import { sha256, termsCommand } from "./builders.ts";
import { type Driver, type FaultyStore, openDriver, openRealLedger, type OpenLedger } from "./ledger-driver.ts";
import type { History, Step } from "./ledger-histories.ts";
import { commandOf, moveClock, nothingSaid, type Said } from "./ledger-said.ts";
import { answerBatch, emptyModel, heldIn, liveHolds, type NaiveModel, soldIn } from "./naive-model.ts";

/** What has been seen of the ledger's rows: they are only ever added to. */
type Seen = { head: Head; readonly lastRowOf: Map<HoldId, number> };
type Play = { model: NaiveModel; readonly driver: Driver; readonly said: Said; readonly seen: Seen };

/** Throws at the first step after which ledger and model differ, or a rule of the ledger's own is broken. */
export function playHistory(
  { total, withTerms, steps }: History,
  faulty: FaultyStore,
  open: OpenLedger = openRealLedger,
): void {
  const play: Play = {
    model: emptyModel(),
    driver: openDriver(faulty, open),
    said: nothingSaid(total),
    seen: { head: EMPTY_HEAD, lastRowOf: new Map() },
  };
  if (withTerms) playBatch(play, [termsCommand({ total })], "run");
  steps.forEach((step, index) => {
    try {
      playStep(play, step);
    } catch (fault) {
      throw new Error(`step ${index}: ${fault instanceof Error ? fault.message : inspect(fault)}`, { cause: fault });
    }
  });
}

function playStep(play: Play, { move, acts, mode }: Step): void {
  moveClock(play.said, play.model, move);
  const commands = acts.flatMap((act) => commandOf(play.said, play.model, act) ?? []);
  playBatch(play, commands, mode);
}

function playBatch(play: Play, commands: readonly Command[], mode: Step["mode"]): void {
  const { driver, said } = play;
  if (mode === "fail") {
    const before = seenOf(driver.book());
    driver.failingBatch(commands, said.clock);
    same("[H11] the memory after a failed transaction", seenOf(driver.book()), before);
    driver.restart();
  } else {
    if (mode === "restart") driver.restart();
    const model = { ...play.model, holds: [...play.model.holds] };
    const expected = answerBatch(model, commands, said.clock);
    const replies = driver.batch(commands, said.clock);
    commands.forEach((command, index) => {
      same(`the reply to ${inspect(command, { depth: 3 })}`, withoutSeq(replies[index]), withoutSeq(expected[index]));
    });
    play.model = model;
  }
  checkMemory(play);
  checkRows(play);
  same("the book read from the rows", seenOf(openBook(driver.store.load())), seenOf(driver.book()));
}

function checkMemory({ driver, model }: Play): void {
  const book = driver.book();
  const [sold, held, { total }] = [soldIn(model), heldIn(model), model];
  const { head } = book;
  same(
    "the counts",
    { total: head.total, sold: head.sold, held: head.held, seq: head.seq },
    { total, sold, held, seq: model.rows },
  );
  holds("[H1] held + sold <= total", held >= 0 && sold >= 0 && held + sold <= total);
  same("[H3] the ledger's clock", head.at, model.lastRowAt);
  const live = liveHolds(model);
  same(
    "the next expiry",
    nextExpiry(book),
    earliest(live.filter(({ status }) => status === "active").map(({ heldUntil }) => heldUntil)),
  );
  const claims = live.flatMap(({ claim }) => claim ?? []);
  same("the next order to ask about", nextClaimDeadline(book), earliest(claims.map(({ deadline }) => deadline)));
  const due = (state: string): string[] => [
    ...new Set(
      claims.filter((claim) => claim.state === state && claim.deadline <= model.now).map(({ orderId }) => orderId),
    ),
  ];
  const asked = dueOrders(book, model.now);
  same("the doubts that are due", [...asked.doubts].sort(), due("doubt").sort());
  same("the orders that are due", [...asked.reserved].sort(), due("reserved").sort());
  const shown = occupancyOf(book);
  same("available", shown?.available ?? 0, total - sold - held);
}

function checkRows({ driver, model, seen }: Play): void {
  const { store } = driver;
  const rows = store.rowsAfter(seen.head.seq, 10_000);
  same("the first broken row", firstBrokenRow(seen.head, rows, sha256), null);
  for (const row of rows) {
    checkRow(seen.head, row);
    if (row.holdId) seen.lastRowOf.set(row.holdId, row.seq);
    seen.head = row;
  }
  same("[H11] the last row is the counts", store.load().head ?? EMPTY_HEAD, driver.book().head);
  const stored = store.findHolds(model.holds.map(({ id }) => id));
  same("how many holds are stored", stored.length, model.holds.length);
  for (const hold of stored) {
    const expected = model.holds.find(({ id }) => id === hold.id);
    same(`the row of ${hold.id}`, hold, { ...expected, seq: seen.lastRowOf.get(hold.id) });
  }
  const liveQuantity = [...store.load().liveHolds].reduce((sum, { quantity }) => sum + quantity, 0);
  same("[H1] held is the sum of the live holds", liveQuantity, driver.book().head.held);
}

/** A row follows from the one before it by its kind and quantity alone: the ledger can be recounted. */
function checkRow(before: Head, row: LedgerRow): void {
  holds("[H3] the ledger's time never runs backwards", row.at >= before.at);
  holds("[H1] every row balances", row.held >= 0 && row.sold >= 0 && row.held + row.sold <= row.total);
  const counts = {
    total: row.kind === "terms" ? row.total : before.total,
    sold: before.sold + (row.kind === "confirm" ? row.quantity : 0),
    held:
      before.held +
      (row.kind === "hold"
        ? row.quantity
        : ["release", "expire", "confirm", "cancel", "lapse"].includes(row.kind)
          ? -row.quantity
          : 0),
  };
  same(`what a ${row.kind} does to the counts`, { total: row.total, sold: row.sold, held: row.held }, counts);
}

/** All that can be known of a memory, whatever the order in which it came to be. */
export function seenOf(book: Book): unknown {
  return {
    terms: book.terms,
    head: { ...book.head },
    holds: byName(book.holds),
    orders: byName(book.orders).map(([id, holdIds]) => [id, [...holdIds].sort()]),
    quantities: byName(book.quantities),
    nextExpiry: nextExpiry(book),
    nextClaimDeadline: nextClaimDeadline(book),
  };
}

function byName<K extends string, V>(map: ReadonlyMap<K, V>): [K, V][] {
  return [...map].sort(([a], [b]) => (a < b ? -1 : 1));
}

/** The model does not number a hold's rows; `checkRows` does. */
function withoutSeq(reply: Reply | undefined): unknown {
  if (!reply?.ok || reply.value === null) return reply;
  const { value } = reply;
  if ("holds" in value) return { ...value, holds: value.holds.map((hold) => ({ ...hold, seq: 0 })) };
  if ("hold" in value) return { ...value, hold: { ...value.hold, seq: 0 } };
  return "heldUntil" in value ? { ...value, seq: 0 } : value;
}

function earliest(times: readonly number[]): number | null {
  return times.length > 0 ? Math.min(...times) : null;
}

function holds(what: string, condition: boolean): void {
  if (!condition) throw new Error(`${what}: does not hold`);
}

function same(what: string, actual: unknown, expected: unknown): void {
  if (isDeepStrictEqual(actual, expected)) return;
  throw new Error(`${what}: ledger ${inspect(actual, { depth: 6 })}\nmodel ${inspect(expected, { depth: 6 })}`);
}
