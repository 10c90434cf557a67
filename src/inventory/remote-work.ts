// What an object does in D1 by its alarm: asks about orders, and projects its ledger. Local work never waits for it.

import { answered } from "../db/limit.ts";
import { backoffMs, type Deadlines } from "../domain/alarm.ts";
import { dueOrders, nextClaimDeadline, nextExpiry } from "../domain/ledger/book.ts";
import type { Command } from "../domain/ledger/command.ts";
import { BY_SYSTEM } from "../domain/ledger/decisions/parts.ts";
import type { Verdict } from "../domain/order.ts";
import type { Ledger } from "./ledger.ts";
import type { InventoryPorts } from "./ports.ts";
import { projectNext } from "./project.ts";
import type { LedgerStore } from "./store.ts";

const ORDERS_A_ROUND = 500;

export type RemoteDeps = {
  readonly ledger: Pick<Ledger, "book">;
  readonly store: LedgerStore;
  readonly ports: () => InventoryPorts;
  readonly clock: () => number;
  readonly random: () => number;
  /** Puts a command in the object's line and answers when it is written. */
  readonly tell: (command: Command) => Promise<unknown>;
  readonly log: (event: string, fault: unknown) => void;
};

export type RemoteWork = {
  deadlines(): Omit<Deadlines, "deletion" | "feed">;
  /** Up to which ledger row D1 has been told. */
  projectedSeq(): number;
  /** Does what is due; a failure is logged and tried again after a backoff. Never rejects. */
  run(): Promise<void>;
};

type Turn = { againAt: number; failures: number };

export function openRemoteWork(deps: RemoteDeps): RemoteWork {
  const { ledger, store, clock } = deps;
  const asking: Turn = { againAt: 0, failures: 0 };
  const projecting: Turn = { againAt: 0, failures: 0 };
  // Why: while the object was away, an order may have been settled and the call that told of it lost (rule O3).
  let unasked = [...ledger.book().orders.keys()];
  let projectedSeq = store.projectedSeq();

  async function attempt(turn: Turn, event: string, work: () => Promise<boolean>): Promise<void> {
    try {
      const more = await answered(work());
      turn.failures = 0;
      turn.againAt = more ? clock() : clock() + backoffMs(0, 0);
    } catch (fault) {
      turn.failures += 1;
      turn.againAt = clock() + backoffMs(turn.failures, deps.random());
      deps.log(event, fault);
    }
  }

  async function askOrders(): Promise<boolean> {
    const now = clock();
    const due = dueOrders(ledger.book(), now);
    const doubts = due.doubts.slice(0, ORDERS_A_ROUND);
    const reserved = due.reserved.slice(0, ORDERS_A_ROUND);
    const looked = unasked.slice(0, ORDERS_A_ROUND);
    const verdicts = [
      ...(looked.length > 0 ? await deps.ports().readVerdicts(looked) : []),
      ...(doubts.length > 0 ? await deps.ports().arbitrate(doubts, now) : []),
      ...(reserved.length > 0 ? await deps.ports().expireOrders(reserved, now) : []),
    ];
    // Why by name: a round that D1 answered late may end beside the next one, which looked at the same.
    const done = new Set(looked);
    unasked = unasked.filter((orderId) => !done.has(orderId));
    await Promise.all(verdicts.map((verdict) => deps.tell(commandOf(verdict))));
    return unasked.length > 0 || doubts.length < due.doubts.length || reserved.length < due.reserved.length;
  }

  async function project(): Promise<boolean> {
    const step = await projectNext(ledger.book(), store, projectedSeq, deps.ports());
    if (step.seq > projectedSeq) {
      projectedSeq = step.seq;
      store.setProjectedSeq(step.seq);
    }
    return step.more;
  }

  return {
    deadlines() {
      const book = ledger.book();
      return {
        expiry: nextExpiry(book),
        orders: unasked.length > 0 ? 0 : nextClaimDeadline(book),
        unprojected: book.head.seq > projectedSeq,
        askAgainAt: asking.againAt,
        projectAgainAt: projecting.againAt,
      };
    },
    projectedSeq: () => projectedSeq,
    async run() {
      const { orders, askAgainAt, unprojected, projectAgainAt } = this.deadlines();
      const now = clock();
      await Promise.all([
        orders !== null && now >= Math.max(orders, askAgainAt) && attempt(asking, "orders_not_asked", askOrders),
        unprojected && now >= projectAgainAt && attempt(projecting, "projection_failed", project),
      ]);
    },
  };
}

/** What D1 says of an order, as the command that follows it. */
function commandOf(verdict: Verdict): Command {
  const { orderId } = verdict;
  const by = { actor: BY_SYSTEM.actor, requestId: `verdict:${orderId}` };
  if (verdict.kind === "void") return { kind: "unclaim", orderId, ...by };
  if (verdict.status === "reserved") return { kind: "committed", orderId, expiresAt: verdict.expiresAt };
  return { kind: "settle", orderId, status: verdict.status, ...by };
}
