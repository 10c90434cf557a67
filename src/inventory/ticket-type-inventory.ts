// The Durable Object of one ticket type: wiring only. Decisions are in domain/ledger, storage in sql-store.

import { createHash } from "node:crypto";
import { DurableObject } from "cloudflare:workers";
import { nextAlarmAt } from "../domain/alarm.ts";
import type { Refusal } from "../domain/errors.ts";
import type { TicketTypeId } from "../domain/ids.ts";
import { parseId } from "../domain/ids.ts";
import type { LedgerPage } from "../domain/ledger/chain.ts";
import type * as Ledger from "../domain/ledger/command.ts";
import { RETENTION, type RetentionSettings } from "../domain/ledger/retention.ts";
import { describeFault } from "../domain/fault.ts";
import { accept, assert, must, refuse, type Result } from "../domain/result.ts";
import type { Terms } from "../domain/terms.ts";
import { type Feeds, openFeeds } from "../live/client.ts";
import { answerClose, refuseMessage } from "../live/sessions.ts";
import { type CommandQueue, openCommandQueue } from "./command-queue.ts";
import { openFeedPush } from "./feed-push.ts";
import { openLedger } from "./ledger.ts";
import { openLiveSockets } from "./live-sockets.ts";
import { type InventoryPorts, openPorts } from "./ports.ts";
import { openRemoteWork } from "./remote-work.ts";
import { openRetention } from "./retention.ts";
import { openRetentionStore } from "./retention-store.ts";
import { openSqlStore } from "./sql-store.ts";
import type { HoldPage, HoldQuery } from "./store.ts";
import { openTermsPull } from "./terms-pull.ts";
import { turningEvery } from "./timing.ts";

/** While D1 is asked, time goes on giving holds back (rule H4). */
const TURN_MS = 500;
/** An alarm that is this late is taken for lost (rule H5). */
const ALARM_LOST_MS = 10_000;
type Args<C> = Omit<C, "kind">;
type Refused = Extract<Result<never, Refusal>, { ok: false }>;

export class TicketTypeInventory extends DurableObject<Env> {
  /** The object's clock, its ways to D1 and the feed, and its limits of growth: fields, so that tests can put others in their place. */
  clock = (): number => Date.now();
  retention: RetentionSettings = RETENTION;
  ports: InventoryPorts = openPorts(this.env.DB);
  feeds: Feeds = openFeeds(this.env.EVENT_FEED);
  readonly #now = (): number => this.clock();
  readonly #store = openSqlStore(this.ctx.storage);
  /** Not private to the language, so that tests can poison the memory and see the rows win. */
  readonly ledger = openLedger(this.#store, this.#now, {
    holdTtlMs: Number(this.env.HOLD_TTL_SECONDS) * 1_000,
    sha256: (text) => createHash("sha256").update(text).digest("hex"),
  });
  readonly #live = openLiveSockets(this.ctx, () => this.ledger.book(), this.#now);
  readonly #feed = openFeedPush({
    book: () => this.ledger.book(),
    feeds: () => this.feeds,
    clock: this.#now,
    random: Math.random,
    onFailure: (fault) => {
      this.#log("feed_not_told", fault, null);
      this.#armAlarm();
    },
  });
  readonly #queue: CommandQueue = openCommandQueue({
    clock: this.#now,
    run: (commands) => {
      const outcomes = this.ledger.run(commands);
      this.#afterBatch();
      return outcomes;
    },
    onBug: (command, bug) => this.#log("command_failed", bug, "requestId" in command ? command.requestId : null),
    onFailure: (fault) => {
      this.#log("batch_failed", fault, null);
      this.#reload();
    },
  });
  readonly #terms = openTermsPull({
    ask: (id) => this.ports.readTerms(id),
    take: (terms) => this.#queue.add({ kind: "terms", terms, actor: "system", requestId: "pull" }),
    clock: this.#now,
    onFailure: (fault) => this.#log("terms_not_read", fault, null),
  });
  readonly #remote = openRemoteWork({
    ledger: this.ledger,
    store: this.#store,
    ports: () => this.ports,
    clock: this.#now,
    random: Math.random,
    tell: (command) => this.#queue.add(command),
    log: (event, fault) => this.#log(event, fault, null),
  });
  readonly #retention = openRetention({
    ledger: this.ledger,
    store: openRetentionStore(this.ctx.storage),
    settings: () => this.retention,
    clock: this.#now,
    projectedSeq: () => this.#remote.projectedSeq(),
    size: () => this.ctx.storage.sql.databaseSize,
    log: (event, fault) => this.#log(event, fault, null),
  });
  /** What the alarm stands at, epoch ms; null when none does, or while it runs. */
  #alarmAt: number | null = null;
  #alarmRuns = false;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair("ping", "pong"));
    void ctx.blockConcurrencyWhile(async () => {
      const standing = await ctx.storage.getAlarm();
      // Why not its own time: one that is overdue is on its way, and setting another would cancel it.
      this.#alarmAt = standing === null ? null : Math.max(standing, this.clock());
      this.#queue.turn();
    });
  }

  hold(id: TicketTypeId, command: Args<Ledger.HoldCommand>): Promise<Ledger.HoldReply> {
    if (this.#retention.isFull()) return Promise.resolve(refuse({ code: "overloaded", retryAfterSeconds: 60 }));
    return this.#ask(id, { kind: "hold", ...command });
  }
  release(id: TicketTypeId, command: Args<Ledger.ReleaseCommand>): Promise<Ledger.ReleaseReply> {
    return this.#ask(id, { kind: "release", ...command });
  }
  read(id: TicketTypeId, command: Args<Ledger.ReadCommand>): Promise<Ledger.ReadReply> {
    return this.#ask(id, { kind: "read", ...command });
  }
  counts(id: TicketTypeId): Promise<Ledger.CountsReply> {
    return this.#ask(id, { kind: "counts" });
  }
  claim(id: TicketTypeId, command: Args<Ledger.ClaimCommand>): Promise<Ledger.ClaimReply> {
    return this.#ask(id, { kind: "claim", ...command });
  }
  unclaim(id: TicketTypeId, command: Args<Ledger.UnclaimCommand>): Promise<Ledger.DoneReply> {
    return this.#ask(id, { kind: "unclaim", ...command });
  }
  committed(id: TicketTypeId, command: Args<Ledger.CommittedCommand>): Promise<Ledger.DoneReply> {
    return this.#ask(id, { kind: "committed", ...command });
  }
  settle(id: TicketTypeId, command: Args<Ledger.SettleCommand>): Promise<Ledger.DoneReply> {
    return this.#ask(id, { kind: "settle", ...command });
  }
  async terms(id: TicketTypeId, terms: Terms, requestId: string): Promise<Ledger.TermsReply> {
    assert(id === terms.ticketTypeId, "terms are sent to their own ticket type");
    if (!this.ledger.book().terms) {
      // Why: terms that were long on their way must not bring a deleted type back.
      const known = await this.#terms.read(id);
      if (!known.ok) return known;
    }
    return this.#queue.add({ kind: "terms", terms, actor: "system", requestId });
  }

  /** The newest first; what has run out by now is given back before it is read. */
  async listHolds(id: TicketTypeId, query: HoldQuery): Promise<Result<HoldPage<Ledger.HoldView>, Refusal>> {
    const counted = await this.counts(id);
    if (!counted.ok) return counted;
    const { eventId, organizationId, currency } = must(this.ledger.book().terms, "counts answer only with terms").terms;
    const { at } = counted.value;
    const { holds, nextSeq } = this.#store.listHolds(query);
    return accept({ holds: holds.map((hold) => ({ ...hold, eventId, organizationId, currency, at })), nextSeq });
  }

  /** Up to `limit` rows after `afterSeq`, in their order; what has run out by now is in them. */
  async listLedger(id: TicketTypeId, afterSeq: number, limit: number): Promise<Result<LedgerPage, Refusal>> {
    const counted = await this.counts(id);
    if (!counted.ok) return counted;
    return accept({ checkpoint: this.#retention.checkpoint(), rows: this.#store.rowsAfter(afterSeq, limit) });
  }

  /** Whether nothing was ever held of this type. */
  async isUntouched(id: TicketTypeId): Promise<Result<boolean, Refusal>> {
    const counted = await this.counts(id);
    return counted.ok ? accept(!this.#store.wasTouched()) : counted;
  }

  /** Deletes all that is stored, once D1 has no such type; refused while it has. May be repeated. */
  async wipe(id: TicketTypeId): Promise<Result<null, Refusal>> {
    const known = await this.#terms.read(id);
    if (known.ok) return refuse({ code: "in_use" });
    if (known.refusal.code !== "not_found") return known;
    const { terms } = this.ledger.book();
    // From here on no command is taken: also not terms that are in line, or that looked at D1 before the deletion.
    this.ledger.forget();
    // Why not waited for: what the feed is not told now, it finds out when it asks its types.
    if (terms)
      void this.feeds(terms.terms.eventId)
        .drop(id)
        .catch((fault) => this.#log("feed_not_told", fault, null));
    await this.ctx.storage.deleteAlarm();
    await this.ctx.storage.deleteAll();
    return accept(null);
  }

  /** The position of the ledger, for the cron that compares it with D1's. Sees first to what is due, and to the alarm. */
  position(): Promise<Result<number, Refusal>> {
    this.#queue.turn();
    return Promise.resolve(accept(this.ledger.book().head.seq));
  }

  /** The ticket type's own socket; the path names the type. */
  override async fetch(request: Request): Promise<Response> {
    const id = parseId("tt", new URL(request.url).pathname.slice(1));
    if (!id) return new Response(null, { status: 404 });
    const counted = await this.counts(id);
    if (!counted.ok) return new Response(null, { status: counted.refusal.code === "not_found" ? 404 : 503 });
    return this.#live.join(request);
  }

  override webSocketMessage(socket: WebSocket): void {
    refuseMessage(socket);
  }

  /** The runtime leaves the answer to a close to us; without one the viewer waits for its own time-out. */
  override webSocketClose(socket: WebSocket, code: number, reason: string): void {
    answerClose(socket, code, reason);
  }

  /** Never throws: the platform drops an alarm that fails too often (rule H5). */
  override async alarm(): Promise<void> {
    this.#alarmAt = null;
    this.#alarmRuns = true;
    try {
      this.#queue.turn();
      this.#retention.run();
      this.#feed.run();
      await turningEvery(TURN_MS, () => this.#queue.turn(), this.#remote.run());
    } catch (fault) {
      this.#log("alarm_failed", fault, null);
    } finally {
      this.#alarmRuns = false;
      this.#armAlarm();
    }
  }

  async #ask<C extends Ledger.Command>(id: TicketTypeId, command: C): Promise<Ledger.ReplyOf<C> | Refused> {
    const known = this.ledger.book().terms;
    if (!known) {
      const pulled = await this.#terms.pull(id);
      if (!pulled.ok) return pulled;
    } else {
      assert(known.terms.ticketTypeId === id, "a command reaches the inventory of its own ticket type");
    }
    return this.#queue.add(command);
  }

  /** The rows are written by now: what goes wrong here must not look like a batch that failed. */
  #afterBatch(): void {
    try {
      this.#live.changed();
      this.#feed.changed();
      this.#armAlarm();
    } catch (bug) {
      this.#log("after_batch_failed", bug, null);
    }
  }

  /** Sets the alarm when something is due before it, or when one that should have run long ago never came. */
  #armAlarm(): void {
    if (this.#alarmRuns || !this.ledger.book().terms) return;
    const now = this.clock();
    const due = nextAlarmAt(
      { ...this.#remote.deadlines(), deletion: this.#retention.dueAt(), feed: this.#feed.dueAt() },
      now,
    );
    if (due === null) return;
    const standing = this.#alarmAt !== null && this.#alarmAt > now - ALARM_LOST_MS ? this.#alarmAt : null;
    if (standing !== null && standing <= due) return;
    this.#alarmAt = due;
    void this.ctx.storage.setAlarm(due);
  }

  /** Rule H11: an object that cannot read its rows must not go on with what it remembers. */
  #reload(): void {
    try {
      this.ledger.reload();
    } catch (fault) {
      this.#log("rows_not_read", fault, null);
      this.ctx.abort("the rows cannot be read");
    }
  }

  #log(event: string, fault: unknown, requestId: string | null): void {
    const ticket_type_id = this.ledger.book().terms?.terms.ticketTypeId ?? null;
    console.error(
      JSON.stringify({ level: "error", event, ticket_type_id, request_id: requestId, error: describeFault(fault) }),
    );
  }
}
