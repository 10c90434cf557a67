// Sends a pending change of an order's tickets to the event's door (rule N9), and the door's verdict to the ledger: at once
// after the commit, and again by the alarm, until the door has replied. What is sent is made from the order's row, and the
// door recognises a change that it has had before.

import { backedOffUntil, backoffMs } from "../../domain/time/alarm.ts";
import { notBefore } from "../../domain/time/backoff.ts";
import type { JudgeCommand, JudgeReply, TicketChange } from "../../domain/door/command.ts";
import { ticketsOf } from "../../domain/door/tickets/ticket.ts";
import { type Refusal, UNAVAILABLE } from "../../domain/errors.ts";
import type { ChangeId, OrderId } from "../../domain/ids.ts";
import type { PendingReply, ChangeReply, JudgedCommand } from "../../domain/ledger/command.ts";
import { JUDGE_WAIT_MS } from "../../domain/limits.ts";
import type { Order } from "../../domain/orders/order.ts";
import { beginReturn } from "../../domain/orders/order-return.ts";
import { accept, must, refuse, type Result } from "../../domain/result.ts";
import { markOf } from "../../domain/orders/ticket-change.ts";
import { CALL_LIMIT_MS } from "../../shared/objects/call-object.ts";
import { sha256 } from "../../shared/sha256.ts";
import { sleep } from "../../shared/timing.ts";
import type { LedgerStore } from "../storage/store.ts";

const CHANGES_A_ROUND = 50;
/** A call without a reply after this time, ms, is lost: no call takes so long. */
const LOST_MS = CALL_LIMIT_MS + 1_000;

export type TicketChangesDeps = {
  readonly store: Pick<LedgerStore, "pending" | "find">;
  /** Rejects or refuses when the door could not be reached. */
  readonly judge: (command: Omit<JudgeCommand, "kind">) => Promise<JudgeReply>;
  /** Adds the door's verdict to the object's queue; resolves once it is written. */
  readonly complete: (command: JudgedCommand) => Promise<ChangeReply>;
  readonly clock: () => number;
  readonly random: () => number;
  readonly onFailure: (fault: unknown) => void;
};

export type TicketChanges = {
  /** To be called after each batch that was written, with the orders whose door has a change to judge. */
  pending(orders: readonly Order[]): void;
  /**
   * `request` adds a change of the order to the object's queue. Resolves with the reply to the change once the door has
   * judged it and every change before it; with `temporarily_unavailable` when that takes too long.
   */
  judged(orderId: OrderId, changeId: ChangeId, request: () => Promise<PendingReply>): Promise<ChangeReply>;
  /** When the alarm has to call the door again, epoch ms, or null. */
  dueAt(): number | null;
  /** To be called by the alarm: has the door judge what is left over. Never rejects. */
  run(): Promise<void>;
};

const AWAY = refuse(UNAVAILABLE);

/** Nothing is left to be judged. */
const DONE = refuse({ code: "not_found" } as const);

/** The door's verdict on the order's pending change. Rejects when there is none by `until`, epoch ms. */
async function askDoor(judge: TicketChangesDeps["judge"], order: Order, until: number) {
  const { id: changeId, actor, requestId } = must(order.pending, "only an order with a pending change is judged");
  const change = changeOf(order);
  if (!change.ok) return change;
  const reply = await judge({ changeId, change: change.value, actor, requestId, until });
  if (reply.ok || reply.refusal.code === "ticket_admitted") return reply;
  // The door was emptied, so nothing more is done with its tickets (rule D25), as with an order that was cut (rule H13).
  if (reply.refusal.code === "door_closed") return DONE;
  throw new Error(`the door of an event answered ${reply.refusal.code}`);
}

export function openTicketChanges({ store, judge, complete, ...deps }: TicketChangesDeps): TicketChanges {
  const { clock, random, onFailure } = deps;
  const inFlight = new Map<OrderId, Judgment>();
  let since = 0;
  let failures = 0;
  let againAt = 0;
  // An earlier run of this object may have died before it called the door, or before it had the verdict.
  let leftOver = store.pending(1, []).length > 0;

  async function judgeNow(order: Order): Promise<ChangeReply> {
    const { id: changeId, actor, requestId } = must(order.pending, "only an order with a pending change is judged");
    try {
      // During a deployment, an earlier release, which has no judging by the door, may have made the change already.
      const isDone = store.find({ returns: [{ orderId: order.id, id: changeId }] }).returns.length > 0;
      const verdict = isDone ? DONE : await askDoor(judge, order, clock() + CALL_LIMIT_MS);
      failures = 0;
      const reply = await complete({ kind: "judged", orderId: order.id, changeId, verdict, actor, requestId });
      if (!reply.ok && NOT_TAKEN.has(reply.refusal.code))
        throw new Error(`the ledger, given the verdict of a door, answered ${reply.refusal.code}`);
      return reply;
    } catch (fault) {
      failures += 1;
      againAt = clock() + backoffMs(failures, random());
      leftOver = true;
      onFailure(fault);
      return AWAY;
    }
  }

  function start(order: Order): Judgment {
    since = clock();
    const { id: changeId } = must(order.pending, "only an order with a pending change is judged");
    const work = judgeNow(order).then((reply) => {
      inFlight.delete(order.id);
      // Starts judging the change that was added in the batch that completed this one.
      if (reply !== AWAY) judgePending(order.id);
      return reply;
    });
    const judging = { changeId, work };
    inFlight.set(order.id, judging);
    return judging;
  }

  /** Calls the door about the order's pending change at once, without a pause, unless it is judging that already. */
  function judgePending(orderId: OrderId): Judgment | null {
    const [order] = store.find({ orders: [orderId] }).orders;
    return order?.pending ? (inFlight.get(orderId) ?? start(order)) : null;
  }

  return {
    pending(orders) {
      for (const order of orders) if (!inFlight.has(order.id)) start(order);
    },
    judged: (orderId, changeId, request) =>
      awaitJudgment(changeId, request, {
        current: () => inFlight.get(orderId) ?? null,
        judgePending: () => judgePending(orderId),
      }),
    dueAt() {
      const lost = inFlight.size > 0 ? notBefore(since + LOST_MS, clock(), LOST_MS) : null;
      return leftOver ? backedOffUntil(againAt, clock()) : lost;
    },
    async run() {
      if (!leftOver || clock() < backedOffUntil(againAt, clock())) return;
      const orders = store.pending(CHANGES_A_ROUND, [...inFlight.keys()]);
      leftOver = orders.length === CHANGES_A_ROUND;
      await Promise.all(orders.map((order) => start(order).work));
    },
  };
}

/** A call of the door on a pending change; never rejects. */
type Judgment = { readonly changeId: ChangeId; readonly work: Promise<ChangeReply> };
type Judgments = { readonly current: () => Judgment | null; readonly judgePending: () => Judgment | null };

/**
 * Adds the change after those that are being judged, and waits for its verdict, with one time limit for all of that. The
 * change that was being judged when this began counts as this one only if it has the same id and none is pending after it.
 */
async function awaitJudgment(
  changeId: ChangeId,
  request: () => Promise<PendingReply>,
  { current, judgePending }: Judgments,
): Promise<ChangeReply> {
  const late = sleep(JUDGE_WAIT_MS).then(() => null);
  for (;;) {
    const before = current();
    const reply = await request();
    if (reply.ok && reply.value !== "pending") return accept(reply.value);
    const isAway = !reply.ok && reply.refusal.code === "temporarily_unavailable";
    const first = reply.ok ? judgePending() : (before ?? current());
    if (!reply.ok && !(isAway && first)) return reply;
    const verdict = first && (await Promise.race([first.work, late]));
    if (first && (verdict === null || verdict === AWAY)) return AWAY;
    if (!reply.ok || first === null || verdict === null) continue;
    const next = first === before ? judgePending() : null;
    if (next?.changeId === changeId) return (await Promise.race([next.work, late])) ?? AWAY;
    if (first.changeId === changeId) return verdict;
  }
}

/** Refusals of a ledger that could not take a command. */
const NOT_TAKEN: ReadonlySet<Refusal["code"]> = new Set(["temporarily_unavailable", "overloaded", "internal_error"]);

/**
 * The change as a command of the door, which knows tickets by their serials. Refused when there is nothing to judge any
 * more, because during a deployment an earlier release has made the change, or another that excludes it.
 */
function changeOf(order: Order): Result<TicketChange, Refusal> {
  const { request } = must(order.pending, "the caller has looked");
  const tickets = ticketsOf(order, sha256);
  const named = (number: number) => {
    const { serial, ticketTypeId } = must(tickets[number - 1], "a change is asked of a ticket that the order has");
    return { number, serial, ticketTypeId };
  };
  if (request.action === "return") {
    const begun = beginReturn(order, request);
    if (!begun.ok) return begun;
    const groups = begun.value.map(({ take, from }) => ({ take, from: from.map(({ number }) => named(number)) }));
    return accept({ action: "void", groups, force: request.force ?? false, note: null });
  }
  const ticket = named(request.number);
  switch (request.action) {
    case "block":
      return accept({ action: "block", ticket, note: request.note });
    case "unblock":
      return accept({ action: "unblock", ticket });
    case "attention":
      return accept({ action: "attention", ticket, text: request.text });
    case "reissue":
      return accept({ action: "reissue", ticket, generation: markOf(order, request.number).generation + 1 });
  }
}
