// The Durable Object of an event's door: wiring only. Decisions are in domain/door, storage in door-store.ts.

import { DurableObject } from "cloudflare:workers";
import { answered } from "../db/limit.ts";
import { malformedPart } from "../domain/door/check-command.ts";
import type {
  ClickCommand,
  CorrectCommand,
  CountsReply,
  DoorActor,
  DoorCommand,
  DoorReply,
  DoorReplyOf,
  JudgeCommand,
  JudgeReply,
  ScanReply,
  TermsReply,
  UndoCommand,
  UndoReply,
} from "../domain/door/command.ts";
import type { EventTerms } from "../domain/door/event-terms.ts";
import { mayAsk } from "../domain/door/may-scan.ts";
import type { Refusal } from "../domain/errors.ts";
import type { EventId, ScanId } from "../domain/ids.ts";
import { MAX_IN_LINE, MAX_WAIT_MS, MAX_WAITING } from "../domain/limits.ts";
import { accept, assert, must, refuse, type Result } from "../domain/result.ts";
import { type DoorShown, type Feeds, openFeeds } from "../live/client.ts";
import { dropOldest } from "../shared/drop-oldest.ts";
import { openObjectAlarm } from "../shared/object-alarm.ts";
import { openLog } from "../shared/object-log.ts";
import { openObjectQueue } from "../shared/object-queue.ts";
import { reloadOrEnd } from "../shared/reload.ts";
import { openTermsPull } from "../shared/terms-pull.ts";
import { isTypedCode } from "../shared/ticket-keys.ts";
import type { ScanRequest } from "./client.ts";
import { openDoorLedger } from "./door-ledger.ts";
import { type DoorLogPage, type DoorLogQuery, openDoorStore } from "./door-store.ts";
import { doorShown, openFeedPush } from "./feed-push.ts";
import { type DoorPorts, openDoorPorts } from "./ports.ts";
import { presentCode } from "./present-code.ts";
import { openTypingLimit } from "./typing-limit.ts";

type Refused = { readonly ok: false; readonly refusal: Refusal };

/** How often the events nearby are read anew (rule D2), and how long after a failure. */
const NEARBY_MS = 24 * 60 * 60_000;
const NEARBY_AGAIN_MS = 5 * 60_000;
/** Of scans whose verdicts have arrived; what is asked of them is less than a minute old (rule D5). */
const MAX_REMEMBERED = 20_000;

export class EventDoor extends DurableObject<Env> {
  /** Fields, so that tests can put others in their place. */
  clock = (): number => Date.now();
  ports: DoorPorts = openDoorPorts(this.env.DB);
  feeds: Feeds = openFeeds(this.env.EVENT_FEED);
  readonly #now = (): number => this.clock();
  readonly #store = openDoorStore(this.ctx.storage);
  readonly #acked = new Set<ScanId>();
  readonly #typing = openTypingLimit(this.#now);
  readonly ledger = openDoorLedger(this.#store, this.#now, {
    isAcked: (scanId) => this.#acked.has(scanId),
    isTypedCode: (typed, generation) => isTypedCode(this.env, typed, generation),
  });
  readonly #log = openLog(() => ({ event_id: this.ledger.book().terms?.eventId ?? null }));
  readonly #queue = openObjectQueue<DoorCommand, DoorReply>({
    clock: this.#now,
    malformedPart,
    isShed: ({ kind }, waiting, oldestSince, now) => {
      if (kind === "terms" || kind === "judge") return waiting >= MAX_IN_LINE;
      return waiting >= MAX_WAITING || (oldestSince !== null && now - oldestSince > MAX_WAIT_MS);
    },
    run: (commands) => {
      const outcomes = this.ledger.run(commands);
      this.#afterBatch();
      return outcomes;
    },
    onBug: (command, bug) => this.#log("command_failed", bug, "requestId" in command ? command.requestId : null),
    onFailure: (fault) => reloadOrEnd(this.ledger, this.ctx, this.#log, fault),
  });
  readonly #terms = openTermsPull<EventId, EventTerms>({
    ask: (id) => answered(this.ports.readTerms(id)),
    take: (terms) => this.#queue.add({ kind: "terms", terms, requestId: "pull" }),
    clock: this.#now,
    onFailure: (fault) => this.#log("terms_not_read", fault),
  });
  readonly #feed = openFeedPush({
    book: () => this.ledger.book(),
    feeds: () => this.feeds,
    clock: this.#now,
    random: Math.random,
    onFailure: (fault) => {
      this.#log("feed_not_told", fault);
      this.#armAlarm();
    },
  });
  readonly #alarm = openObjectAlarm(this.ctx.storage, this.#now);
  #pulling: Promise<Result<null, Refusal>> | null = null;
  #nearbyAgainAt = 0;

  /** Before the first call: learns which alarm stands. */
  wake(): Promise<void> {
    return this.#alarm.wake();
  }

  async scan(id: EventId, { code, ticketTypeId, ...scan }: ScanRequest): Promise<ScanReply> {
    const terms = await this.#ready(id);
    if (!terms.ok) return terms;
    for (const scanId of scan.acked) this.#acked.add(scanId);
    dropOldest(this.#acked, MAX_REMEMBERED);
    const presented = await presentCode({ code, source: scan.source, ticketTypeId }, terms.value);
    const wait = presented.kind === "typed_unchecked" ? this.#typing.excess(scan.by.id) : null;
    if (wait !== null) return refuse({ code: "rate_limited", retryAfterSeconds: wait });
    return this.#add({ kind: "scan", ...scan, code: presented });
  }
  undo(id: EventId, command: Omit<UndoCommand, "kind">): Promise<UndoReply> {
    return this.#ask(id, { kind: "undo", ...command });
  }
  click(id: EventId, command: Omit<ClickCommand, "kind">): Promise<CountsReply> {
    return this.#ask(id, { kind: "click", ...command });
  }
  correct(id: EventId, command: Omit<CorrectCommand, "kind">): Promise<CountsReply> {
    return this.#ask(id, { kind: "correct", ...command });
  }
  counts(id: EventId, by: DoorActor): Promise<CountsReply> {
    return this.#ask(id, { kind: "counts", by });
  }

  /** Asks D1 nothing, and is kept also where nobody was ever scanned: without terms nobody was let in (rules N9, X5). */
  async judge(id: EventId, command: Omit<JudgeCommand, "kind">): Promise<JudgeReply> {
    const { terms } = this.ledger.book();
    assert(terms === null || terms.eventId === id, "tickets are judged by the door of their own event");
    return this.#add({ kind: "judge", ...command });
  }

  /** Reads no terms from D1: a door that nobody ever asked is not made by a feed that asks. */
  async shown(): Promise<Result<DoorShown | null, Refusal>> {
    return accept(doorShown(this.ledger.book()));
  }

  /** Rows in their order; a page that filters looks at a bounded number of them. */
  async log(id: EventId, { by, ...query }: DoorLogQuery): Promise<Result<DoorLogPage, Refusal>> {
    const terms = await this.#ready(id);
    if (!terms.ok) return terms;
    const asked = mayAsk(terms.value, by, this.clock());
    if (!asked.ok) return asked;
    const { rows, lookedTo } = this.#store.log(query);
    return accept({ rows, nextSeq: lookedTo < this.ledger.book().head.seq ? lookedTo : null });
  }

  /**
   * A door at which nobody was ever scanned stays without terms, and reads D1 when somebody is (rule X5). One that is reading
   * just now takes what comes meanwhile: what it reads may be older.
   */
  async terms(id: EventId, terms: EventTerms | null, requestId: string): Promise<TermsReply> {
    if (this.#pulling) await this.#pulling;
    const { terms: known } = this.ledger.book();
    if (terms === null) return this.#vanish();
    assert(id === terms.eventId, "terms are sent to the door of their own event");
    if (known === null) return accept({ version: terms.version });
    return this.#add({ kind: "terms", terms, requestId });
  }

  async #ask<C extends DoorCommand>(id: EventId, command: C): Promise<DoorReplyOf<C> | Refused> {
    const terms = await this.#ready(id);
    return terms.ok ? this.#add(command) : terms;
  }

  #add<C extends DoorCommand>(command: C): Promise<DoorReplyOf<C> | Refused> {
    // The one cast: each kind of command is answered with its own kind of reply.
    return this.#queue.add(command) as Promise<DoorReplyOf<C> | Refused>;
  }

  async #ready(id: EventId): Promise<Result<EventTerms, Refusal>> {
    if (this.ledger.book().terms === null) {
      this.#pulling ??= this.#terms.pull(id).finally(() => {
        this.#pulling = null;
      });
      const pulled = await this.#pulling;
      if (!pulled.ok) return pulled;
    }
    const terms = must(this.ledger.book().terms, "terms that were taken are there");
    assert(terms.eventId === id, "a scan reaches the door of its own event");
    void this.#refreshNearby(terms);
    return accept(terms);
  }

  /** Behind the scan that finds them old: no scan waits for D1. */
  async #refreshNearby({ eventId, nearbyAt }: EventTerms): Promise<void> {
    const now = this.clock();
    if (now < Math.max(nearbyAt + NEARBY_MS, this.#nearbyAgainAt)) return;
    this.#nearbyAgainAt = now + NEARBY_AGAIN_MS;
    const read = await this.#terms.read(eventId);
    if (read.ok) await this.#queue.add({ kind: "terms", terms: read.value, requestId: "nearby" });
  }

  /**
   * The event is deleted, which no event is that anybody was let in to, or whose tickets were judged: a restored D1 that has
   * forgotten one is no reason.
   */
  async #vanish(): Promise<TermsReply> {
    const { head, terms } = this.ledger.book();
    if (head.counts.admitted > 0 || head.counts.gates.size > 0 || this.#store.hasJudged()) {
      this.#log(
        "event_missing",
        new Error("D1 does not know the event of a door that has judged or let in tickets of it"),
      );
      return accept({ version: terms?.version ?? 0 });
    }
    this.ledger.forget();
    await this.ctx.storage.deleteAlarm();
    await this.ctx.storage.deleteAll();
    return accept({ version: 0 });
  }

  /** Never throws: the platform drops an alarm that fails too often. */
  override alarm(): void {
    this.#alarm.begins();
    try {
      this.#feed.run();
    } catch (fault) {
      this.#log("alarm_failed", fault);
    } finally {
      this.#alarm.ends();
      this.#armAlarm();
    }
  }

  /** The rows are written by now: what goes wrong here must not look like a batch that failed. */
  #afterBatch(): void {
    try {
      this.#feed.changed();
      this.#armAlarm();
    } catch (bug) {
      this.#log("after_batch_failed", bug);
    }
  }

  /** It stands while the feed has not acknowledged the latest counts. */
  #armAlarm(): void {
    if (this.ledger.book().terms !== null) this.#alarm.arm(this.#feed.dueAt());
  }
}
