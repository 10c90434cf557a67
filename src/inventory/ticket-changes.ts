// Sends what is pending of an order's tickets to the door of the event (rule N9), and its verdict to the ledger: at once
// after the commit, and again by the alarm, until the door has replied. The order's row is what is sent, and the door knows
// a change that comes again.

import { backedOffUntil, backoffMs } from "../domain/alarm.ts";
import { notBefore } from "../domain/backoff.ts";
import type { JudgeCommand, JudgeReply, TicketChange } from "../domain/door/command.ts";
import { ticketsOf } from "../domain/door/ticket.ts";
import { type Refusal, UNAVAILABLE } from "../domain/errors.ts";
import type { ChangeId, OrderId } from "../domain/ids.ts";
import type { PendingReply, ChangeReply, JudgedCommand } from "../domain/ledger/command.ts";
import { JUDGE_WAIT_MS } from "../domain/limits.ts";
import type { Order } from "../domain/order.ts";
import { beginReturn } from "../domain/order-return.ts";
import { accept, must, refuse, type Result } from "../domain/result.ts";
import { markOf } from "../domain/ticket-change.ts";
import { CALL_LIMIT_MS } from "../shared/call-object.ts";
import { sha256 } from "../shared/sha256.ts";
import { sleep } from "../shared/timing.ts";
import type { LedgerStore } from "./store.ts";

const CHANGES_A_ROUND = 50;
/** A question that was not answered by then, ms, is lost: no call takes so long. */
const LOST_MS = CALL_LIMIT_MS + 1_000;

export type TicketChangesDeps = {
  readonly store: Pick<LedgerStore, "pending" | "find">;
  /** Rejects or refuses when the door could not be reached. */
  readonly judge: (command: Omit<JudgeCommand, "kind">) => Promise<JudgeReply>;
  /** Puts what the door said in the object's line, and answers when it is written. */
  readonly complete: (command: JudgedCommand) => Promise<ChangeReply>;
  readonly clock: () => number;
  readonly random: () => number;
  readonly onFailure: (fault: unknown) => void;
};

export type TicketChanges = {
  /** To be called after each batch that was written, with the orders whose door has a change to judge. */
  pending(orders: readonly Order[]): void;
  /**
   * The reply to a change of the order, which `ask` puts in the object's line, once its door has judged it and what was
   * asked for before it; `temporarily_unavailable` when that takes too long.
   */
  judged(orderId: OrderId, changeId: ChangeId, ask: () => Promise<PendingReply>): Promise<ChangeReply>;
  /** When the alarm has to ask again, epoch ms, or null. */
  dueAt(): number | null;
  /** The alarm's part: asks what was left over. Never rejects. */
  run(): Promise<void>;
};

const AWAY = refuse(UNAVAILABLE);

/** Nothing is left to be judged. */
const DONE = refuse({ code: "not_found" } as const);

/** The verdict of the order's door on its change; it rejects when the door gives none until `until`, epoch ms. */
async function askDoor(judge: TicketChangesDeps["judge"], order: Order, until: number) {
  const { id: changeId, actor, requestId } = must(order.pending, "an order without a question asks nothing");
  const change = changeOf(order);
  if (!change.ok) return change;
  const said = await judge({ changeId, change: change.value, actor, requestId, until });
  if (said.ok || said.refusal.code === "ticket_admitted") return said;
  // Of an emptied door: nothing more is done with the ticket (rule D25), as with an order that is cut (rule H13).
  if (said.refusal.code === "door_closed") return DONE;
  throw new Error(`the door of an event answered ${said.refusal.code}`);
}

export function openTicketChanges({ store, judge, complete, ...deps }: TicketChangesDeps): TicketChanges {
  const { clock, random, onFailure } = deps;
  const underWay = new Map<OrderId, Judging>();
  let since = 0;
  let failures = 0;
  let againAt = 0;
  // A life before this one may have died before it asked, or before it was told.
  let leftOver = store.pending(1, []).length > 0;

  async function ask(order: Order): Promise<ChangeReply> {
    const { id: changeId, actor, requestId } = must(order.pending, "an order without a question asks nothing");
    try {
      // A release that asks no door may have done it meanwhile.
      const isDone = store.find({ returns: [{ orderId: order.id, id: changeId }] }).returns.length > 0;
      const verdict = isDone ? DONE : await askDoor(judge, order, clock() + CALL_LIMIT_MS);
      failures = 0;
      const reply = await complete({ kind: "judged", orderId: order.id, changeId, verdict, actor, requestId });
      if (!reply.ok && NOT_TAKEN.has(reply.refusal.code))
        throw new Error(`the ledger, told what a door said, answered ${reply.refusal.code}`);
      return reply;
    } catch (fault) {
      failures += 1;
      againAt = clock() + backoffMs(failures, random());
      leftOver = true;
      onFailure(fault);
      return AWAY;
    }
  }

  function start(order: Order): Judging {
    since = clock();
    const { id: changeId } = must(order.pending, "an order without a question asks nothing");
    const work = ask(order).then((reply) => {
      underWay.delete(order.id);
      // What was asked for in the batch that completed this one.
      if (reply !== AWAY) standing(order.id);
      return reply;
    });
    const judging = { changeId, work };
    underWay.set(order.id, judging);
    return judging;
  }

  /** The question that stands, which its door is asked now if it is not being asked: whoever repeats it waits for no pause. */
  function standing(orderId: OrderId): Judging | null {
    const [order] = store.find({ orders: [orderId] }).orders;
    return order?.pending ? (underWay.get(orderId) ?? start(order)) : null;
  }

  return {
    pending(orders) {
      for (const order of orders) if (!underWay.has(order.id)) start(order);
    },
    judged: (orderId, changeId, ask) =>
      awaitVerdict(changeId, ask, { current: () => underWay.get(orderId) ?? null, standing: () => standing(orderId) }),
    dueAt() {
      const lost = underWay.size > 0 ? notBefore(since + LOST_MS, clock(), LOST_MS) : null;
      return leftOver ? backedOffUntil(againAt, clock()) : lost;
    },
    async run() {
      if (!leftOver || clock() < backedOffUntil(againAt, clock())) return;
      const orders = store.pending(CHANGES_A_ROUND, [...underWay.keys()]);
      leftOver = orders.length === CHANGES_A_ROUND;
      await Promise.all(orders.map((order) => start(order).work));
    },
  };
}

/** A question that its door is being asked; never rejects. */
type Judging = { readonly changeId: ChangeId; readonly work: Promise<ChangeReply> };
type Judgings = { readonly current: () => Judging | null; readonly standing: () => Judging | null };

/**
 * Asks for the change, after what is judged before it, and waits for its verdict; not too long in all. What was being
 * judged when it was asked for is its own only where that is the same change, and nothing stands any more once it is over.
 */
async function awaitVerdict(
  changeId: ChangeId,
  ask: () => Promise<PendingReply>,
  { current, standing }: Judgings,
): Promise<ChangeReply> {
  const late = sleep(JUDGE_WAIT_MS).then(() => null);
  for (;;) {
    const before = current();
    const reply = await ask();
    if (reply.ok && reply.value !== "pending") return accept(reply.value);
    const isAway = !reply.ok && reply.refusal.code === "temporarily_unavailable";
    const first = reply.ok ? standing() : (before ?? current());
    if (!reply.ok && !(isAway && first)) return reply;
    const heard = first && (await Promise.race([first.work, late]));
    if (first && (heard === null || heard === AWAY)) return AWAY;
    if (!reply.ok || first === null || heard === null) continue;
    const next = first === before ? standing() : null;
    if (next?.changeId === changeId) return (await Promise.race([next.work, late])) ?? AWAY;
    if (first.changeId === changeId) return heard;
  }
}

/** What a ledger answers that could not take a command. */
const NOT_TAKEN: ReadonlySet<Refusal["code"]> = new Set(["temporarily_unavailable", "overloaded", "internal_error"]);

/**
 * The question as the door understands it: it knows tickets by their serials. Refused is what is not to be asked any more,
 * since a release that asks no door has done it, or something that stands against it, meanwhile.
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
