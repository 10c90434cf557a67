// Sends orders from their home to the other ticket types that they take holds of (rule O3): at once after the commit, and
// again by the alarm, until each has acknowledged. A row of the outbox only says that something is to be sent. What is sent
// is the order's present row, so that messages may repeat and cross.

import { backedOffUntil, backoffMs } from "../../domain/time/alarm.ts";
import { notBefore } from "../../domain/time/backoff.ts";
import type { DoneReply, FollowCommand } from "../../domain/ledger/command.ts";
import type { OrderId, TicketTypeId } from "../../domain/ids.ts";
import { BY_SYSTEM } from "../../domain/ledger/decisions/parts.ts";
import { FOLLOW_WAIT_MS } from "../../domain/limits.ts";
import { followersOf, type Order, sharedOrder } from "../../domain/orders/order.ts";
import { CALL_LIMIT_MS } from "../../shared/objects/call-object.ts";
import { sleep } from "../../shared/timing.ts";
import type { LedgerStore, OutboxMessage } from "../storage/store.ts";

const MESSAGES_A_ROUND = 100;
/** A message without a reply after this time, ms, is lost: no call takes so long. */
const LOST_MS = CALL_LIMIT_MS + 1_000;

export type OrderOutboxDeps = {
  readonly store: LedgerStore;
  /** Rejects or refuses when the ticket type could not be reached. */
  readonly send: (to: TicketTypeId, order: Order) => Promise<DoneReply>;
  readonly clock: () => number;
  readonly random: () => number;
  readonly onFailure: (fault: unknown) => void;
};

export type OrderOutbox = {
  /** To be called after each batch that was written, with the orders that it changed. */
  changed(orders: readonly Order[]): void;
  /**
   * The messages of this order that are on their way; null when there are none. Resolves when each has a reply; never
   * rejects.
   */
  sending(orderId: OrderId): Promise<unknown> | null;
  /** When the alarm has to send again, epoch ms, or null. */
  dueAt(): number | null;
  /** To be called by the alarm: sends what is left over. Never rejects. */
  run(): Promise<void>;
};

/** What another ticket type is sent of an order; the contact is left out (rule O11). */
export function followOf(order: Order): Omit<FollowCommand, "kind"> {
  const requestId = `follow:${order.id}:${order.seq}`;
  return { order: sharedOrder(order), actor: BY_SYSTEM.actor, requestId };
}

/** The ticket types that did not reply, and when to send to them again, epoch ms. */
type Silent = Map<TicketTypeId, { readonly failures: number; readonly againAt: number }>;

export function openOrderOutbox({ store, send, clock, random, onFailure }: OrderOutboxDeps): OrderOutbox {
  const sending = new Map<OrderId, Promise<unknown>>();
  let sendingSince = 0;
  const silent: Silent = new Map();
  /** The messages that wait for a reply, each by its content and recipient. */
  const underWay = new Set<string>();
  /** Whether the last round left messages over only because it was full. */
  let more = false;
  // An earlier run of this object may have died before it sent.
  let leftOver = store.outbox(1, []).length > 0;

  async function deliver(message: OutboxMessage): Promise<void> {
    const { ticketTypeId, order } = message;
    underWay.add(nameOf(message));
    try {
      const reply = await send(ticketTypeId, order);
      if (!reply.ok) throw new Error(`ticket type ${ticketTypeId} answered ${reply.refusal.code}`);
      store.dropFromOutbox(order.id, ticketTypeId, order.seq);
      silent.delete(ticketTypeId);
    } catch (fault) {
      fellSilent(silent, ticketTypeId, clock(), random());
      leftOver = true;
      onFailure(fault);
    } finally {
      underWay.delete(nameOf(message));
    }
  }

  return {
    changed(orders) {
      for (const order of orders) {
        const messages = followersOf(order).map((ticketTypeId) => ({ ticketTypeId, order }));
        if (messages.length === 0) continue;
        const before = sending.get(order.id);
        sendingSince = clock();
        const work: Promise<unknown> = Promise.all([before, ...messages.map(deliver)]).finally(() => {
          if (sending.get(order.id) === work) sending.delete(order.id);
        });
        sending.set(order.id, work);
      }
    },
    sending: (orderId) => sending.get(orderId) ?? null,
    dueAt() {
      // A message on its way is lost if this object dies; the alarm then finds its row.
      const lost = sending.size > 0 ? notBefore(sendingSince + LOST_MS, clock(), LOST_MS) : null;
      if (!leftOver) return lost;
      // Messages to types that are not silent are due at once.
      if (more) return 0;
      const times = [...silent.values()].map(({ againAt }) => backedOffUntil(againAt, clock()));
      const [first = 0] = times.sort((a, b) => a - b);
      return first;
    },
    async run() {
      if (!leftOver) return;
      const now = clock();
      const isWaiting = ({ againAt }: { readonly againAt: number }) => backedOffUntil(againAt, now) > now;
      const waiting = [...silent].filter(([, each]) => isWaiting(each)).map(([type]) => type);
      // Messages on their way are read too, and must not hide those behind them.
      const found = store.outbox(MESSAGES_A_ROUND + underWay.size, waiting);
      const messages = found.filter((message) => !underWay.has(nameOf(message))).slice(0, MESSAGES_A_ROUND);
      more = messages.length === MESSAGES_A_ROUND;
      leftOver = messages.length > 0 || waiting.length > 0;
      await Promise.all(messages.map(deliver));
    },
  };
}

/** Returns the reply to a change of the order once the other ticket types have followed it, or have had their time to. */
export async function whenFollowed<T>(
  outbox: Pick<OrderOutbox, "sending">,
  orderId: OrderId,
  reply: Promise<T>,
): Promise<T> {
  const replied = await reply;
  const following = outbox.sending(orderId);
  if (following) await Promise.race([following, sleep(FOLLOW_WAIT_MS)]);
  return replied;
}

/**
 * When several messages to a type are lost together, that counts as one failure: only the first after a pause makes the
 * next pause longer.
 */
function fellSilent(silent: Silent, ticketTypeId: TicketTypeId, now: number, random: number): void {
  const before = silent.get(ticketTypeId);
  if (before && now < backedOffUntil(before.againAt, now)) return;
  const failures = (before?.failures ?? 0) + 1;
  silent.set(ticketTypeId, { failures, againAt: now + backoffMs(failures, random) });
}

function nameOf({ ticketTypeId, order }: OutboxMessage): string {
  return `${order.id} ${order.seq} ${ticketTypeId}`;
}
