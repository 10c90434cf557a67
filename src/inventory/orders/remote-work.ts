// Does by the alarm what an object has to do elsewhere: queries the homes of orders about its claims, projects its
// ledger, and mails the contacts of its orders. Local work never waits for it.

import { backedOffUntil, backoffMs, type Deadlines } from "../../domain/time/alarm.ts";
import { dueAmong, nextClaimDeadline, nextExpiry } from "../../domain/ledger/memory/book.ts";
import type { Checkpoint } from "../../domain/ledger/chain.ts";
import type { Command, ResolveReply } from "../../domain/ledger/command.ts";
import { BY_SYSTEM } from "../../domain/ledger/decisions/parts.ts";
import type { OrderId } from "../../domain/ids.ts";
import { type Claim, isMadeBy, type Order, type SharedOrder } from "../../domain/orders/order.ts";
import type { Ledger } from "../batch-runner.ts";
import type { InventoryPorts } from "../ports.ts";
import { type MailDeps, openOrderMails } from "./order-mails.ts";
import { openProjection } from "../projection/project.ts";
import type { LedgerStore } from "../storage/store.ts";

/** The most claims of one round, each of which takes a call to its home. */
const CLAIMS_A_ROUND = 50;

export type RemoteDeps = Pick<MailDeps, "mail" | "onMailed"> & {
  readonly ledger: Pick<Ledger, "book">;
  readonly store: LedgerStore;
  readonly ports: () => InventoryPorts;
  /** Queries the home of an order (rule O2). */
  readonly resolve: (claim: Claim) => Promise<ResolveReply>;
  readonly clock: () => number;
  readonly random: () => number;
  /** Adds a command to the object's queue; resolves once it is written. */
  readonly enqueue: (command: Command) => Promise<unknown>;
  /** The last of the ledger rows that were cut; null when none was. */
  readonly checkpoint: () => Checkpoint | null;
  readonly log: (event: string, fault: unknown) => void;
};

export type RemoteWork = {
  /** To be called after each batch that was written, with the orders that it changed. */
  changed(orders: readonly Order[]): void;
  /** See `OrderMails.again`. */
  mailAgain(order: Pick<Order, "id" | "status">, mark: string): void;
  deadlines(): Omit<Deadlines, "deletion" | "feed" | "judging" | "outbox">;
  /** The last ledger row that D1 has confirmed. */
  projectedSeq(): number;
  /** Takes the last row that D1 says it has: a restored D1 is sent again what it does not have (rule X6). */
  compare(countsSeq: number | undefined): void;
  /** Does what is due; logs a failure, and tries again after a backoff. Never rejects. */
  run(): Promise<void>;
};

export function openRemoteWork(deps: RemoteDeps): RemoteWork {
  const { ledger, clock } = deps;
  const claimQueries = openClaimQueries(deps);
  const projection = openProjection(deps);
  const mails = openOrderMails(deps);

  return {
    changed: mails.changed,
    mailAgain: mails.again,
    deadlines() {
      const book = ledger.book();
      return {
        expiry: nextExpiry(book),
        claims: claimQueries.dueAt(),
        mails: mails.dueAt(),
        unprojected: book.head.seq > projection.seq(),
        projectAgainAt: projection.againAt(),
      };
    },
    projectedSeq: projection.seq,
    compare: projection.compare,
    async run() {
      const { claims, unprojected, projectAgainAt } = this.deadlines();
      const now = clock();
      mails.run();
      await Promise.all([
        claims !== null && now >= claims && claimQueries.ask(),
        unprojected && now >= projectAgainAt && projection.step(),
      ]);
    },
  };
}

type Turn = { againAt: number; failures: number };

type ClaimQueries = {
  /** When to query a home next, epoch ms, or null. */
  dueAt(): number | null;
  ask(): Promise<void>;
};

/** Queries each order's home about the claims whose time is over. */
function openClaimQueries(deps: RemoteDeps): ClaimQueries {
  const { ledger, store, clock } = deps;
  /** The homes that did not reply. A claim of theirs must not keep the claims of others waiting. */
  const unanswered = new Map<OrderId, Turn>();
  const againAt = (id: OrderId): number => backedOffUntil(unanswered.get(id)?.againAt ?? 0, clock());

  async function queryHome(claim: Claim): Promise<void> {
    const turn = unanswered.get(claim.orderId) ?? { againAt: 0, failures: 0 };
    try {
      const reply = await deps.resolve(claim);
      if (!reply.ok) throw new Error(`the home of an order answered ${reply.refusal.code}`);
      await deps.enqueue(commandOf(claim, reply.value));
      turn.failures = 0;
    } catch (fault) {
      turn.failures += 1;
      deps.log("order_home_not_asked", fault);
    }
    turn.againAt = clock() + backoffMs(turn.failures, deps.random());
    // The home of a claim that stays live is queried again, but not at once.
    unanswered.set(claim.orderId, turn);
  }

  return {
    dueAt() {
      const next = nextClaimDeadline(ledger.book());
      if (next === null || next > clock()) return next;
      return Math.min(...dueAmong(ledger.book().claims, clock()).map(againAt));
    },
    async ask() {
      const { claims: live } = ledger.book();
      for (const id of unanswered.keys()) if (!live.byId.has(id)) unanswered.delete(id);
      const due = dueAmong(live, clock()).filter((id) => clock() >= againAt(id));
      const { claims } = store.find({ holds: [], orders: [], claims: due.slice(0, CLAIMS_A_ROUND), voids: [] });
      await Promise.all(claims.map(queryHome));
    },
  };
}

/** The command that follows the home's reply on a claim. */
function commandOf(claim: Claim, order: SharedOrder | null): Command {
  const { orderId, attempt } = claim;
  const by = { actor: BY_SYSTEM.actor, requestId: `resolve:${orderId}` };
  if (order !== null && isMadeBy(order, claim)) return { kind: "follow", order, ...by };
  return { kind: "unclaim", orderId, attempt, holdIds: claim.holds.map(({ holdId }) => holdId), ...by };
}
