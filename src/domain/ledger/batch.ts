// Decides a batch of commands in the order of their arrival, over one draft (rule H11).

import { type AttemptId, homeOf, type HoldId, type OrderId } from "../ids.ts";
import { type Book, dueAmong, inventoryNow } from "./memory/book.ts";
import type { Sha256Hex } from "./chain.ts";
import type { Command } from "./command.ts";
import { dueSeqs } from "./memory/live-holds.ts";
import { assert } from "../result.ts";
import { decide, type LedgerSettings, type Reply } from "./decide.ts";
import { expireOrders } from "./decisions/keep-order.ts";
import { expireDue } from "./decisions/expire-holds.ts";
import {
  applyChanges,
  type Draft,
  type FindNamed,
  type Found,
  type Names,
  NOTHING_FOUND,
  openDraft,
} from "./memory/draft.ts";

/** When one decision throws, only its command fails: `bug` is what it threw. */
export type Outcome = { readonly reply: Reply } | { readonly bug: unknown };
export type BatchSettings = LedgerSettings & { readonly sha256: Sha256Hex };

/** The most orders that one batch expires because of their time; the next batch expires the others. */
const EXPIRED_ORDERS_A_BATCH = 1_000;

/** Whether more holds have expired by `now` than are given back one by one (rule H4). */
export function isCrowdDue(book: Book, now: number, { maxExpiryRows }: LedgerSettings): boolean {
  return book.ranOut !== null || dueSeqs(book.holds, now, maxExpiryRows + 1).length > maxExpiryRows;
}

/**
 * First gives back what has expired by `clock` (epoch ms), then decides each command. Writes nothing, and leaves the book
 * as it is: the caller writes the draft's rows in one transaction, then adopts the draft, then sends the replies.
 */
export function runBatch(
  book: Book,
  commands: readonly Command[],
  clock: number,
  find: FindNamed,
  settings: BatchSettings,
): { readonly draft: Draft; readonly outcomes: readonly Outcome[] } {
  const now = inventoryNow(book, clock);
  assert(
    book.ranOut === null || (commands.length === 0 && book.ranOut.at === now),
    "what has run out is given back at the time that it was summed up for, before anything else",
  );
  const draft = openDraft(book, now, findNamed(book, commands, now, find), settings.sha256);
  expireDue(draft);
  expireOrders(draft);
  const outcomes = commands.map((command): Outcome => {
    try {
      const decision = decide(draft, command, settings);
      applyChanges(draft, decision.changes);
      return { reply: decision.reply(draft) };
    } catch (bug) {
      return { bug };
    }
  });
  return { draft, outcomes };
}

/** One look-up for the whole batch: what its commands name, and the holds and orders that have expired. */
export function findNamed(book: Book, commands: readonly Command[], now: number, find: FindNamed): Found {
  const home = book.terms?.terms.ticketTypeId ?? null;
  const holds = new Set<HoldId>();
  const orders = new Set<OrderId>(dueAmong(book.orders, now).slice(0, EXPIRED_ORDERS_A_BATCH));
  const claims = new Set<OrderId>();
  const voids = new Set<AttemptId>();
  const returns: Names["returns"][number][] = [];
  for (const command of commands) {
    if ("holdIds" in command) for (const id of command.holdIds) holds.add(id);
    if ("holdId" in command) holds.add(command.holdId);
    if (command.kind === "hold" && command.replaces) holds.add(command.replaces);
    if (command.kind === "follow") claims.add(command.order.id);
    if (command.kind === "return") returns.push({ orderId: command.orderId, id: command.returnId });
    if (command.kind === "judged") returns.push({ orderId: command.orderId, id: command.changeId });
    if (!("orderId" in command)) continue;
    if (homeOf(command.orderId) === home) orders.add(command.orderId);
    else claims.add(command.orderId);
    if (command.kind === "checkout" || command.kind === "resolve") voids.add(command.attempt);
  }
  const names: Names = {
    holds: [...holds],
    changedBy: dueSeqs(book.holds, now),
    orders: [...orders],
    claims: [...claims],
    voids: [...voids],
    returns,
  };
  const nothing = Object.values(names).every((ids) => ids.length === 0);
  return nothing ? NOTHING_FOUND : find(names);
}
