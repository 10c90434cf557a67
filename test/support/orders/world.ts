// Runs three inventories whose holds one shopper turns into orders, as the Worker does, over a network that the test
// controls. Each inventory has its own clock and may be evicted at any time.

import { checkOut } from "../../../src/app/orders/check-out.ts";
import type { Context } from "../../../src/app/context.ts";
import { homeOf, homeOfHolds, holdIdFrom } from "../../../src/domain/ids.ts";
import type { HoldId, OrderId, TicketTypeId } from "../../../src/domain/ids.ts";
import { nextExpiry } from "../../../src/domain/ledger/memory/book.ts";
import type { Command, DoneReply, OrderReply, OrderView, ResolveReply } from "../../../src/domain/ledger/command.ts";
import type { ChangeReply, ReturnCommand } from "../../../src/domain/ledger/command.ts";
import { isBalanced } from "../../../src/domain/ledger/chain.ts";
import type { ReturnRequest } from "../../../src/domain/orders/order-return.ts";
import type { Reply } from "../../../src/domain/ledger/decide.ts";
import { type Claim, isMadeBy, itemOf, itemsOf, type Order, wasSold } from "../../../src/domain/orders/order.ts";
import type { Buyer } from "../../../src/domain/people/policy.ts";
import { must } from "../../../src/domain/result.ts";
import type { Inventory } from "../../../src/inventory/client.ts";
import { type Ledger, openLedger } from "../../../src/inventory/batch-runner.ts";
import { openOrderOutbox, type OrderOutbox } from "../../../src/inventory/orders/order-outbox.ts";
import { openRemoteWork, type RemoteWork } from "../../../src/inventory/orders/remote-work.ts";
import type { LedgerStore } from "../../../src/inventory/storage/store.ts";
import {
  holdCommand,
  idOf,
  orderIdOf,
  releaseCommand,
  SECOND,
  settleCommand,
  SETTINGS,
  sha256Bytes,
  SHOPPER,
  START,
  termsCommand,
} from "../builders.ts";
import { openMemoryStore } from "../ledger/memory-store.ts";
import { NO_MAIL } from "./no-mail.ts";
import { judgedBy, OPEN_DOOR } from "./open-door.ts";
import { type Network, openNetwork } from "./network.ts";
import { returnCommand } from "../ledger/return-command.ts";

export const TYPES = ["east", "north", "west"].map((name) => idOf("tt", name)).sort();
/** How far each inventory's clock is from that of the world. */
const SKEWS = [0, -3 * SECOND, 7 * SECOND];
/** Two holds of each type, of one ticket and of two, which all orders are made of. */
export const HOLDS: readonly HoldId[] = TYPES.flatMap((type) =>
  ["a", "b"].map((key) => holdIdFrom(type, SHOPPER, key, sha256Bytes)),
);

/** What a broken world does otherwise. */
export type Breach = {
  readonly store?: (store: LedgerStore) => LedgerStore;
  /** Another command in its place, decided over the inventory's rows as they are. */
  readonly command?: (command: Command, store: LedgerStore) => Command;
  /** Sends another reply in place of the home's. */
  readonly resolved?: (reply: ResolveReply) => ResolveReply;
};

/** One inventory object: its rows outlast its lives. */
type Seat = {
  readonly type: TicketTypeId;
  readonly rows: LedgerStore;
  readonly clock: () => number;
  life: {
    readonly store: LedgerStore;
    readonly ledger: Ledger;
    readonly outbox: OrderOutbox;
    readonly remote: RemoteWork;
  };
};

export type World = {
  readonly network: Network;
  readonly seats: readonly Seat[];
  now: number;
  /** The responses about the shopper's orders, in the order of their arrival. */
  readonly heard: OrderView[];
  /** Its checkouts so far, and the refusals that have arrived. */
  readonly checkouts: { readonly orderId: OrderId; readonly holdIds: readonly HoldId[]; refused: string | null }[];
  /** The shopper's requests; each ends when its calls have replies. */
  checkout(key: string, holdIds: readonly HoldId[]): void;
  settle(orderId: OrderId, status: "confirmed" | "cancelled"): void;
  /** The organiser's, who has a key for each return. */
  giveBack(orderId: OrderId, items: ReturnRequest["items"], returnToStock: boolean, key: string): void;
  release(holdId: HoldId): void;
  /** Eviction and wake. */
  restart(seat: Seat): void;
  alarm(seat: Seat): void;
  /** When a seat has to wake by itself, by the clock of the world, or null. */
  dueAt(seat: Seat): number | null;
};

export function openWorld(breach: Breach = {}): World {
  // The inventories are opened before there is a world whose clock they could read.
  let now = (): number => START;
  const seats: Seat[] = TYPES.map((type, index) => {
    const seat = { type, rows: openMemoryStore(), clock: () => now() + (SKEWS[index] ?? 0) };
    return { ...seat, life: begin(seat) };
  });
  const seatOf = (type: TicketTypeId): Seat =>
    must(
      seats.find((seat) => seat.type === type),
      "the type is there",
    );

  function execute(type: TicketTypeId, command: Command): Reply {
    const { life, rows } = seatOf(type);
    const { outcomes, orders, pending } = life.ledger.run([breach.command?.(command, rows) ?? command]);
    life.outbox.changed(orders);
    const outcome = must(outcomes[0], "one command, one outcome");
    const [order] = pending;
    if (order) return execute(type, judgedBy(OPEN_DOOR, order));
    if ("bug" in outcome) throw outcome.bug;
    return outcome.reply;
  }
  const network = openNetwork(execute);
  const call = <R>(to: TicketTypeId, command: Command): Promise<R> => network.call(to, command) as Promise<R>;

  function begin({ type, rows, clock }: Omit<Seat, "life">): Seat["life"] {
    const store = breach.store?.(rows) ?? rows;
    const ledger = openLedger(store, clock, SETTINGS);
    const timing = { clock, random: () => 0.5 };
    const alive = (): boolean => seatOf(type).life.ledger === ledger;
    /** Messages to a dead object are lost. */
    const whileAlive = async <T>(reply: Promise<T>): Promise<T> => {
      const received = await reply;
      return alive() ? received : new Promise(() => undefined);
    };
    const outbox = openOrderOutbox({
      ...timing,
      store,
      send: (to, order) =>
        whileAlive(call<DoneReply>(to, { kind: "follow", order, actor: "system", requestId: "follow" })),
      onFailure: () => undefined,
    });
    const remote = openRemoteWork({
      ...timing,
      store,
      ledger,
      checkpoint: () => null,
      ports: () => ({ readTerms: () => Promise.reject(new Error("not asked for")), project: () => Promise.resolve() }),
      resolve: async ({ orderId, attempt }) => {
        const reply = await whileAlive(call<ResolveReply>(homeOf(orderId), { kind: "resolve", orderId, attempt }));
        return breach.resolved?.(reply) ?? reply;
      },
      enqueue: async (command) => execute(type, command),
      log: () => undefined,
      ...NO_MAIL,
    });
    return { store, ledger, outbox, remote };
  }

  /** The one cast: of an inventory's calls, a checkout makes only these. */
  const inventories = (type: TicketTypeId): Inventory =>
    ({
      checkout: (command) => call(type, { kind: "checkout", ...command }),
      claim: (command) => call(type, { kind: "claim", ...command }),
      unclaim: (command) => call(type, { kind: "unclaim", ...command }),
      resolve: (command) => call(type, { kind: "resolve", ...command }),
    }) as Pick<Inventory, "checkout" | "claim" | "unclaim" | "resolve"> as Inventory;
  const shopper: Buyer = { kind: "shopper", id: SHOPPER };

  async function hearCheckout(idempotencyKey: string, asked: World["checkouts"][number]): Promise<void> {
    const context = { actor: shopper, requestId: "req-1", inventories } as Context<Buyer>;
    const reply = await checkOut(context, { holdIds: asked.holdIds, idempotencyKey });
    if (reply.ok) world.heard.push(reply.value.order);
    else asked.refused = reply.refusal.code;
  }
  async function hearEnd(orderId: OrderId, status: "confirmed" | "cancelled"): Promise<void> {
    const reply = await call<OrderReply>(homeOf(orderId), settleCommand(orderId, status));
    if (reply.ok) world.heard.push(reply.value);
  }

  async function hearReturn(command: ReturnCommand): Promise<void> {
    const reply = await call<ChangeReply>(homeOf(command.orderId), command);
    if (reply.ok) world.heard.push(reply.value.order);
  }

  const world: World = {
    network,
    seats,
    now: START,
    heard: [],
    checkouts: [],
    checkout(idempotencyKey, holdIds) {
      const orderId = orderIdOf(SHOPPER, idempotencyKey, homeOfHolds(holdIds));
      const asked: World["checkouts"][number] = { orderId, holdIds, refused: null };
      world.checkouts.push(asked);
      void hearCheckout(idempotencyKey, asked);
    },
    settle(orderId, status) {
      void hearEnd(orderId, status);
    },
    giveBack(orderId, items, returnToStock, key) {
      void hearReturn(returnCommand(orderId, items, { key, returnToStock }));
    },
    release: (holdId) => void network.call(`tt_${holdId.slice(5, 31)}` as TicketTypeId, releaseCommand(holdId)),
    restart(seat) {
      seat.life = begin(seat);
    },
    alarm({ life }) {
      life.outbox.changed(life.ledger.run([]).orders);
      void life.remote.run();
      void life.outbox.run();
    },
    dueAt({ life, clock }) {
      const times = [nextExpiry(life.ledger.book()), life.remote.deadlines().claims, life.outbox.dueAt()];
      const due = times.filter((at) => at !== null);
      return due.length === 0 ? null : Math.max(world.now, Math.min(...due) + world.now - clock());
    },
  };
  for (const { type } of seats) {
    execute(type, termsCommand({ ticketTypeId: type }));
    for (const key of ["a", "b"]) {
      const quantity = key === "a" ? 1 : 2;
      execute(type, { ...holdCommand(key, { quantity }), holdId: holdIdFrom(type, SHOPPER, key, sha256Bytes) });
    }
  }
  now = () => world.now;
  return world;
}

const ordersOf = ({ rows }: Seat, ids: readonly OrderId[]): readonly Order[] => rows.find({ orders: ids }).orders;
const claimOf = ({ rows }: Seat, id: OrderId): Claim | null => rows.find({ claims: [id] }).claims[0] ?? null;

/** Checks what must hold at every moment, however the messages travel; throws on a breach. */
export function checkWorld({ seats, heard, checkouts }: World, ids: readonly OrderId[]): void {
  const orders = seats.flatMap((seat) =>
    ordersOf(
      seat,
      ids.filter((id) => homeOf(id) === seat.type),
    ),
  );
  for (const seat of seats) {
    const { head } = seat.life.ledger.book();
    if (!isBalanced(head)) throw new Error(`[H1] ${JSON.stringify(head)}`);
    for (const order of orders.filter(({ id }) => homeOf(id) !== seat.type)) checkFollower(seats, seat, order);
  }
  for (const shown of heard) {
    const order = orders.find(({ id }) => id === shown.id);
    if (!order) throw new Error(`[O2] the shopper was told of ${shown.id}, which is not there`);
    const isReturned = shown.status === "confirmed" && order.status === "cancelled" && wasSold(order);
    const isFinal = shown.status !== "reserved" && !isReturned;
    if (isFinal && order.status !== shown.status) throw new Error(`[O5] ${shown.status} became ${order.status}`);
    for (const { holdId, returned } of shown.items) {
      const now = itemOf(order, holdId)?.returned ?? 0;
      if (now < returned) throw new Error(`[O7] ${returned} of ${holdId} were returned, and now ${now}`);
    }
  }
  for (const { orderId, holdIds, refused } of checkouts.filter((each) => each.refused === "idempotency_key_reused")) {
    const others = checkouts.filter((each) => each.orderId === orderId && each.holdIds.join() !== holdIds.join());
    if (others.length === 0) throw new Error(`[O6] ${orderId}: ${refused}, but all its requests name the same holds`);
  }
}

function checkFollower(seats: readonly Seat[], seat: Seat, order: Order): void {
  if (itemsOf(order, seat.type).length === 0) return;
  const claim = claimOf(seat, order.id);
  if (!claim || !isMadeBy(order, claim)) throw new Error(`[O2] ${order.id} has lost what it took`);
  const home = must(
    seats.find(({ type }) => type === homeOf(order.id)),
    "the home is there",
  );
  const isPromised = home.rows
    .outbox(1_000, [])
    .some((each) => each.order.id === order.id && each.ticketTypeId === seat.type);
  if (!isPromised && claim.revision < order.seq) {
    throw new Error(`[O3] ${order.id} is ${order.status}, its follower knows ${claim.state}, and nobody will tell it`);
  }
}

/** Checks what must hold when nothing is under way or due: all orders have ended, everywhere alike. */
export function checkAtRest({ seats }: World, ids: readonly OrderId[]): void {
  const orders = seats.flatMap((seat) =>
    ordersOf(
      seat,
      ids.filter((id) => homeOf(id) === seat.type),
    ),
  );
  for (const seat of seats) {
    const { sold, held, withdrawn } = seat.life.ledger.book().head;
    const confirmed = orders
      .filter(({ status }) => status === "confirmed")
      .flatMap((order) => itemsOf(order, seat.type));
    const bought = confirmed.reduce((sum, { quantity, returned }) => sum + quantity - returned, 0);
    const gone = orders.flatMap((order) => itemsOf(order, seat.type)).reduce((sum, item) => sum + item.withdrawn, 0);
    if (held !== 0) throw new Error(`[O2] ${held} are held for ever`);
    if (sold !== bought) throw new Error(`[O3] ${sold} are sold where orders have bought ${bought}`);
    for (const id of ids) {
      const returns = seat.rows.returnsOf(id).map((each) => each.id);
      if (new Set(returns).size < returns.length) throw new Error(`[O7] one key of ${id} has returned twice`);
    }
    if (withdrawn !== gone) throw new Error(`[O7] ${withdrawn} are withdrawn where orders have withdrawn ${gone}`);
    for (const id of ids) {
      const [claim, order] = [claimOf(seat, id), orders.find((each) => each.id === id)];
      if (claim && claim.state !== order?.status)
        throw new Error(`[O3] ${id}: ${claim.state}, at home ${order?.status}`);
    }
  }
}
