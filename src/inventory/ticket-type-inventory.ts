// The Durable Object of one ticket type. It only wires parts together: decisions are in domain/ledger, storage in
// sql-store.

import { DurableObject } from "cloudflare:workers";
import { nextAlarmAt } from "../domain/time/alarm.ts";
import type { Refusal } from "../domain/errors.ts";
import { homeOf, parseId, type TicketTypeId } from "../domain/ids.ts";
import { TURN_MS } from "../domain/limits.ts";
import type { LedgerPage } from "../domain/ledger/chain.ts";
import type * as Ledger from "../domain/ledger/command.ts";
import type { CountsQuery } from "../domain/ledger/counts-over-time.ts";
import { RETENTION, type RetentionSettings } from "../domain/ledger/retention.ts";
import { accept, assert, must, type Result } from "../domain/result.ts";
import type { Terms } from "../domain/terms.ts";
import { type Doors, openDoors } from "../door/client.ts";
import { type Feeds, openFeeds } from "../feed/client.ts";
import { completeClose, refuseMessage } from "../sockets/sessions.ts";
import { openObjectAlarm } from "../shared/objects/object-alarm.ts";
import { openObjectLog } from "../shared/log.ts";
import { reloadOrEnd } from "../shared/objects/reload.ts";
import { openTermsPull } from "../shared/objects/terms-pull.ts";
import { callEvery } from "../shared/timing.ts";
import { type Inventories, openInventories } from "./client.ts";
import { type CommandQueue, openCommandQueue } from "./command-queue.ts";
import { openFeedPush } from "./projection/feed-push.ts";
import { openLedger } from "./batch-runner.ts";
import { type CountsOverTime, openLedgerReads } from "./ledger-reads.ts";
import { ledgerSettings } from "./ledger-settings.ts";
import { openLiveSockets } from "./live-sockets.ts";
import { type MailPort, openMailPort } from "./orders/mail-port.ts";
import { openOrderWork, type OrderWork } from "./orders/order-work.ts";
import { type InventoryPorts, openPorts } from "./ports.ts";
import { openRemoteWork } from "./orders/remote-work.ts";
import { openRetention } from "./storage/retention.ts";
import { openRetentionStore } from "./storage/retention-store.ts";
import { openSqlStore } from "./storage/sql-store.ts";
import type { HoldPage, HoldQuery, HoldsByTime, OrderHistory } from "./storage/store.ts";
import { wipeInventory } from "./storage/wipe.ts";

type Args<C> = Omit<C, "kind">;
type Refused = Extract<Result<never, Refusal>, { ok: false }>;

export class TicketTypeInventory extends DurableObject<Env> {
  /** Fields, so that tests can replace them. */
  clock = (): number => Date.now();
  retention: RetentionSettings = RETENTION;
  ports: InventoryPorts = openPorts(this.env.DB);
  mail: MailPort = openMailPort(this.env);
  feeds: Feeds = openFeeds(this.env.EVENT_FEED);
  inventories: Inventories = openInventories(this.env.INVENTORY);
  doors: Doors = openDoors(this.env.EVENT_DOOR);
  readonly #now = (): number => this.clock();
  readonly #store = openSqlStore(this.ctx.storage);
  readonly settings = ledgerSettings(this.env);
  /** Not `#`-private, so that tests can corrupt the memory and see that the rows win. */
  readonly ledger = openLedger(this.#store, this.#now, this.settings, () => this.#retention.isFull());
  readonly #log = openObjectLog(() => ({ ticket_type_id: this.ledger.book().terms?.terms.ticketTypeId ?? null }));
  readonly #parts = { ledger: this.ledger, store: this.#store, clock: this.#now, random: Math.random, log: this.#log };
  readonly #live = openLiveSockets(this.ctx, () => this.ledger.book(), this.#now);
  readonly #feed = openFeedPush({
    book: () => this.ledger.book(),
    feeds: () => this.feeds,
    ...this.#parts,
    onFailure: (fault) => this.#failed("feed_not_told", fault),
  });
  readonly #queue: CommandQueue = openCommandQueue({
    clock: this.#now,
    run: (commands) => {
      const { outcomes, aheadMs, ...of } = this.ledger.run(commands);
      if (aheadMs !== null) this.#log("clock_was_ahead", new Error(`the last ledger row lies ${aheadMs} ms ahead`));
      this.#afterBatch(of);
      return outcomes;
    },
    onBug: (command, bug) => this.#log("command_failed", bug, "requestId" in command ? command.requestId : null),
    onFailure: (fault) => reloadOrEnd(this.ledger, this.ctx, this.#log, fault),
  });
  readonly #terms = openTermsPull<TicketTypeId, Terms>({
    query: (id) => this.ports.readTerms(id),
    take: (terms) => this.#queue.add({ kind: "terms", terms, actor: "system", requestId: "pull" }),
    clock: this.#now,
    onFailure: (fault) => this.#log("terms_not_read", fault),
  });
  readonly #remote = openRemoteWork({
    ...this.#parts,
    ports: () => this.ports,
    mail: () => this.mail,
    onMailed: () => this.#armAlarm(),
    resolve: ({ orderId, attempt }) => this.inventories(homeOf(orderId)).resolve({ orderId, attempt }),
    checkpoint: () => this.#retention.checkpoint(),
    enqueue: (command) => this.#queue.add(command),
  });
  readonly #orders = openOrderWork({
    ...this.#parts,
    inventories: () => this.inventories,
    doors: () => this.doors,
    eventId: () => must(this.ledger.book().terms, "an inventory with orders has terms").terms.eventId,
    complete: (command) => this.#queue.add(command),
    failed: (event, fault) => this.#failed(event, fault),
  });
  readonly #retention = openRetention({
    ...this.#parts,
    store: openRetentionStore(this.ctx.storage),
    settings: () => this.retention,
    projectedSeq: () => this.#remote.projectedSeq(),
    unsent: () => this.#store.outbox(1, []).length + this.#store.pending(1, []).length > 0,
    size: () => this.ctx.storage.sql.databaseSize,
  });
  readonly #reads = openLedgerReads({
    ...{ book: () => this.ledger.book(), store: this.#store, turn: (id: TicketTypeId) => this.counts(id) },
    checkpoint: () => this.#retention.checkpoint(),
  });
  readonly #alarm = openObjectAlarm(this.ctx.storage, this.#now);

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair("ping", "pong"));
    void ctx.blockConcurrencyWhile(async () => {
      await this.#alarm.wake();
      this.#queue.turn();
    });
  }

  hold(id: TicketTypeId, command: Args<Ledger.HoldCommand>): Promise<Ledger.HoldReply> {
    return this.#send(id, { kind: "hold", ...command });
  }
  release(id: TicketTypeId, command: Args<Ledger.ReleaseCommand>): Promise<Ledger.ReleaseReply> {
    return this.#send(id, { kind: "release", ...command });
  }
  extend(id: TicketTypeId, command: Args<Ledger.ExtendCommand>): Promise<Ledger.HoldReply> {
    return this.#send(id, { kind: "extend", ...command });
  }
  read(id: TicketTypeId, command: Args<Ledger.ReadCommand>): Promise<Ledger.ReadReply> {
    return this.#send(id, { kind: "read", ...command });
  }
  counts(id: TicketTypeId): Promise<Ledger.CountsReply> {
    return this.#send(id, { kind: "counts" });
  }
  checkout(id: TicketTypeId, command: Args<Ledger.CheckoutCommand>): Promise<Ledger.CheckoutReply> {
    return this.#send(id, { kind: "checkout", ...command });
  }
  order(id: TicketTypeId, command: Args<Ledger.OrderCommand>): Promise<Ledger.OrderReply> {
    return this.#send(id, { kind: "order", ...command });
  }
  settle(id: TicketTypeId, command: Args<Ledger.SettleCommand>): Promise<Ledger.OrderReply> {
    return this.#orders.followed(command.orderId, this.#send(id, { kind: "settle", ...command }));
  }
  returnTickets(id: TicketTypeId, command: Args<Ledger.ReturnCommand>): Promise<Ledger.ChangeReply> {
    const send = () => this.#send(id, { kind: "return", ...command });
    return this.#orders.followed(command.orderId, this.#orders.judged(command.orderId, command.returnId, send));
  }
  changeTicket(id: TicketTypeId, command: Args<Ledger.ChangeTicketCommand>): Promise<Ledger.ChangeReply> {
    const send = () => this.#send(id, { kind: "change_ticket", ...command });
    return this.#orders.judged(command.orderId, command.changeId, send);
  }
  eraseContact(id: TicketTypeId, command: Args<Ledger.EraseContactCommand>): Promise<Ledger.OrderReply> {
    return this.#send(id, { kind: "erase_contact", ...command });
  }
  async resolve(id: TicketTypeId, command: Args<Ledger.ResolveCommand>): Promise<Ledger.ResolveReply> {
    const reply = await this.#send(id, { kind: "resolve", ...command });
    // A ticket type that does not exist can never make an order, and one with an invented id must not lock real stock.
    return !reply.ok && reply.refusal.code === "not_found" ? accept(null) : reply;
  }
  claim(id: TicketTypeId, command: Args<Ledger.ClaimCommand>): Promise<Ledger.ClaimReply> {
    return this.#send(id, { kind: "claim", ...command });
  }
  unclaim(id: TicketTypeId, command: Args<Ledger.UnclaimCommand>): Promise<Ledger.DoneReply> {
    return this.#send(id, { kind: "unclaim", ...command });
  }
  follow(id: TicketTypeId, command: Args<Ledger.FollowCommand>): Promise<Ledger.DoneReply> {
    return this.#send(id, { kind: "follow", ...command });
  }
  async terms(id: TicketTypeId, terms: Terms, requestId: string, countsSeq?: number): Promise<Ledger.TermsReply> {
    assert(id === terms.ticketTypeId, "terms are sent to their own ticket type");
    this.#remote.compare(countsSeq);
    if (!this.ledger.book().terms) {
      // Check D1 first: terms that were long on their way must not bring a deleted type back.
      const fromD1 = await this.#terms.read(id);
      if (!fromD1.ok) return fromD1;
    }
    return this.#queue.add({ kind: "terms", terms, actor: "system", requestId });
  }

  listHolds(id: TicketTypeId, query: HoldQuery): Promise<Result<HoldPage<Ledger.HoldView>, Refusal>> {
    return this.#reads.holds(id, query);
  }
  holdsByTime(id: TicketTypeId, query: HoldsByTime): Promise<Result<Ledger.HoldView[], Refusal>> {
    return this.#reads.holdsByTime(id, query);
  }
  listLedger(id: TicketTypeId, afterSeq: number, limit: number): Promise<Result<LedgerPage, Refusal>> {
    return this.#reads.rows(id, afterSeq, limit);
  }
  countsOverTime(id: TicketTypeId, query: CountsQuery): Promise<Result<CountsOverTime, Refusal>> {
    return this.#reads.countsOverTime(id, query);
  }
  isUntouched(id: TicketTypeId): Promise<Result<boolean, Refusal>> {
    return this.#reads.isUntouched(id);
  }
  async history(id: TicketTypeId, command: Args<Ledger.OrderCommand>): Promise<Result<OrderHistory, Refusal>> {
    const order = await this.order(id, command);
    return order.ok ? accept(this.#reads.historyOf(order.value)) : order;
  }
  /** Mails the contact once more of the order's present status (rule O14). Repeats before it was sent are one mail. */
  async mailAgain(id: TicketTypeId, command: Args<Ledger.OrderCommand>, mark: string): Promise<Ledger.OrderReply> {
    const order = await this.order(id, command);
    if (order.ok) this.#remote.mailAgain(order.value, mark);
    return order;
  }

  /** Deletes everything stored, once D1 has no such type; refused while it has. May be repeated. */
  wipe(id: TicketTypeId): Promise<Result<null, Refusal>> {
    const { ledger, feeds } = this;
    return wipeInventory(id, { ledger, feeds, terms: this.#terms, storage: this.ctx.storage, log: this.#log });
  }

  /**
   * For the cron, which compares the result with D1. First does what is due, sets the alarm, and makes up for a push whose
   * alarm was lost.
   */
  position(countsSeq?: number): Promise<Result<number, Refusal>> {
    this.#remote.compare(countsSeq);
    this.#queue.turn();
    this.#feed.run();
    return Promise.resolve(accept(this.ledger.book().head.seq));
  }

  /** Opens the ticket type's own socket; the path names the type. */
  override async fetch(request: Request): Promise<Response> {
    const id = parseId("tt", new URL(request.url).pathname.slice(1));
    if (!id) return new Response(null, { status: 404 });
    const counted = await this.counts(id);
    if (!counted.ok) return new Response(null, { status: counted.refusal.code === "not_found" ? 404 : 503 });
    return this.#live.join(request);
  }

  override webSocketMessage(socket: WebSocket, message: string | ArrayBuffer): void {
    refuseMessage(socket, message);
  }

  /** The runtime leaves the reply to a close to us; without one the viewer waits for its own time-out. */
  override webSocketClose(socket: WebSocket, code: number, reason: string): void {
    this.#live.left();
    completeClose(socket, code, reason);
  }

  /** Must not throw, since the platform drops an alarm that fails too often (rule H5). */
  override async alarm(): Promise<void> {
    this.#alarm.begins();
    try {
      this.#queue.turn();
      this.#retention.run();
      this.#feed.run();
      await callEvery(TURN_MS, () => this.#queue.turn(), Promise.all([this.#remote.run(), this.#orders.run()]));
    } catch (fault) {
      this.#log("alarm_failed", fault);
    } finally {
      this.#alarm.ends();
      this.#armAlarm();
    }
  }

  async #send<C extends Ledger.Command>(id: TicketTypeId, command: C): Promise<Ledger.ReplyOf<C> | Refused> {
    const known = this.ledger.book().terms;
    if (!known) {
      const pulled = await this.#terms.pull(id);
      if (!pulled.ok) return pulled;
    } else {
      assert(known.terms.ticketTypeId === id, "a command reaches the inventory of its own ticket type");
    }
    return this.#queue.add(command);
  }

  /** The rows are written by now, so an error here must not look like a batch that failed. */
  #afterBatch(of: Parameters<OrderWork["changed"]>[0]): void {
    try {
      this.#orders.changed(of);
      this.#remote.changed(of.orders);
      this.#live.changed();
      this.#feed.changed();
      this.#armAlarm();
    } catch (bug) {
      this.#log("after_batch_failed", bug);
    }
  }

  /** The alarm sends again what was not sent. */
  #failed(event: string, fault: unknown): void {
    this.#log(event, fault);
    this.#armAlarm();
  }

  #armAlarm(): void {
    if (!this.ledger.book().terms) return;
    const elsewhere = { ...this.#remote.deadlines(), ...this.#orders.deadlines() };
    const deadlines = { ...elsewhere, deletion: this.#retention.dueAt(), feed: this.#feed.dueAt() };
    this.#alarm.arm(nextAlarmAt(deadlines, this.clock()));
  }
}
