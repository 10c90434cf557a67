// The Durable Object of an event's door: it only wires. Decisions are in domain/door, storage in door-store.ts.

import { DurableObject } from "cloudflare:workers";
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
  LeaseCommand,
  LeaseReply,
  ScanReply,
  TermsReply,
  UndoCommand,
  UndoReply,
  WriteOffCommand,
  WriteOffReply,
} from "../domain/door/command.ts";
import type { EventTerms } from "../domain/door/event-terms.ts";
import { mayTakeBack } from "../domain/door/decisions/may-scan.ts";
import { DOOR_RETENTION, endsRows, hasLetIn } from "../domain/door/rows/retention.ts";
import type { Refusal } from "../domain/errors.ts";
import type { EventId, ScanId } from "../domain/ids.ts";
import { accept, assert, refuse, type Result } from "../domain/result.ts";
import { type DoorShown, type Feeds, openFeeds } from "../feed/client.ts";
import { CLOSE } from "../sockets/protocol.ts";
import { dropOldest } from "../shared/drop-oldest.ts";
import { openObjectAlarm } from "../shared/objects/object-alarm.ts";
import { openObjectLog } from "../shared/log.ts";
import { openObjectQueue } from "../shared/objects/object-queue.ts";
import { reloadOrEnd } from "../shared/objects/reload.ts";
import { isTypedCode } from "../shared/ticket-keys.ts";
import type { ScanRequest, UploadedBatch, UploadRequest } from "./client.ts";
import { openCountsPush } from "./counts-push.ts";
import { type DoorWritten, openDoorLedger } from "./door-ledger.ts";
import { openDoorReads } from "./door-reads.ts";
import { openDoorStore } from "./storage/door-store.ts";
import { openFeedPush } from "./feed-push.ts";
import { type DoorPorts, openDoorPorts } from "./ports.ts";
import { openDoorTermsReader } from "./door-terms-reader.ts";
import { presentCode } from "./codes/present-code.ts";
import { openDoorRetention } from "./storage/retention.ts";
import { openScanners } from "./sockets/scanners.ts";
import { isShed } from "./queue/shedding.ts";
import { doorShown } from "./sockets/shown-counts.ts";
import { openTypingLimit } from "./codes/typing-limit.ts";
import { openUploadLane } from "./queue/upload-lane.ts";

type Refused = { readonly ok: false; readonly refusal: Refusal };

/** The most scans whose verdict is known to have arrived; only those of the last minute matter (rule D5). */
const MAX_REMEMBERED = 20_000;

export class EventDoor extends DurableObject<Env> {
  /** Fields, so that tests can replace them. */
  clock = (): number => Date.now();
  ports: DoorPorts = openDoorPorts(this.env);
  feeds: Feeds = openFeeds(this.env.EVENT_FEED);
  retention = DOOR_RETENTION;
  readonly #now = (): number => this.clock();
  readonly #store = openDoorStore(this.ctx.storage);
  readonly #acked = new Set<ScanId>();
  readonly #typing = openTypingLimit(this.#now);
  readonly ledger = openDoorLedger(this.#store, this.#now, {
    isAcked: (scanId) => this.#acked.has(scanId),
    isTypedCode: (typed, generation) => isTypedCode(this.env, typed, generation),
  });
  readonly #log = openObjectLog(() => ({ event_id: this.ledger.book().terms?.eventId ?? null }));
  readonly #queue = openObjectQueue<DoorCommand, DoorReply>({
    clock: this.#now,
    malformedPart,
    isShed,
    run: (commands) => {
      const { outcomes, written } = this.ledger.run(commands);
      this.#afterBatch(written);
      return outcomes;
    },
    onBug: (command, bug) => this.#log("command_failed", bug, "requestId" in command ? command.requestId : null),
    onFailure: (fault) => reloadOrEnd(this.ledger, this.ctx, this.#log, fault),
  });
  readonly #lane = openUploadLane((command) => this.#add(command));
  readonly #terms = openDoorTermsReader({
    read: (id) => this.ports.readTerms(id),
    take: (terms, requestId) => this.#queue.add({ kind: "terms", terms, requestId }),
    current: () => this.ledger.book().terms,
    clock: this.#now,
    onFailure: (fault) => this.#log("terms_not_read", fault),
  });
  readonly #feed = openFeedPush({
    ...{ book: () => this.ledger.book(), feeds: () => this.feeds, clock: this.#now, random: Math.random },
    onFailure: (fault) => {
      this.#log("feed_not_told", fault);
      this.#armAlarm();
    },
  });
  readonly #counts = openCountsPush({
    ...{ book: () => this.ledger.book(), clock: this.#now, random: Math.random },
    ...{ begunAt: () => this.#store.begunAt(), alerts: () => this.#store.unseen() },
    project: (door) => this.ports.projectCounts(door),
    onFailure: (fault) => {
      this.#log("counts_not_projected", fault);
      this.#armAlarm();
    },
  });
  readonly #retention = openDoorRetention({
    ...{ ledger: this.ledger, store: this.#store, settings: () => this.retention, clock: this.#now },
    onFailure: (fault) => this.#log("retention_failed", fault),
  });
  /** The reads, which change nothing of who is let in. */
  readonly reads = openDoorReads({
    ...{ book: () => this.ledger.book(), store: this.#store, storage: this.ctx.storage, clock: this.#now },
    ready: (id) => this.#terms.ready(id),
    onSeen: () => {
      this.#counts.markedSeen();
      this.#armAlarm();
    },
  });
  readonly #alarm = openObjectAlarm(this.ctx.storage, this.#now);
  /** The open sockets; their messages and events come through lazy-door.ts. */
  readonly scanners = openScanners({
    ...{ sockets: this.ctx, book: () => this.ledger.book(), clock: this.#now, ready: (id) => this.#terms.ready(id) },
    readCredentialState: (followers, now) => this.ports.readCredentialState(followers, now),
    readNotice: (id) => this.ports.readNotice(id),
    typingWait: (scanner) => this.#typing.wait(scanner),
    typeOf: (organizationId, id, code) => this.ports.typeOf(organizationId, id, code),
    scan: (id, request) => this.scan(id, request),
    lease: (id, command) => this.lease(id, command),
    acked: (scanIds) => this.#ack(scanIds),
    ...{ lastChange: this.#store.lastChange(), watchUntil: this.#store.watchUntil() },
    keepWatch: (until) => this.#store.keepWatch(until),
    setAlarm: (at) => this.#alarm.arm(at),
    onFailure: (event, fault) => this.#log(event, fault),
  });

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair("ping", "pong"));
  }

  /** Runs before the first call: sets the alarm, and sends the log's position to sockets that were open before. */
  async wake(): Promise<void> {
    await this.#alarm.wake();
    this.#armAlarm();
    if (this.scanners.count() === 0) return;
    this.scanners.resend();
    this.scanners.checkIfStale();
  }

  async scan(id: EventId, { code, ticketTypeId, ...scan }: ScanRequest): Promise<ScanReply> {
    const terms = await this.#terms.ready(id);
    if (!terms.ok) return terms;
    this.#ack(scan.acked);
    const presented = await presentCode({ code, source: scan.source, ticketTypeId }, terms.value);
    const wait = presented.kind === "typed_unchecked" ? this.#typing.excess(scan.by.id) : null;
    if (wait !== null) return refuse({ code: "rate_limited", retryAfterSeconds: wait });
    return this.#add({ kind: "scan", ...scan, code: presented });
  }
  #ack(scanIds: readonly ScanId[]): void {
    for (const scanId of scanIds) this.#acked.add(scanId);
    dropOldest(this.#acked, MAX_REMEMBERED);
  }

  /** Checks now who may still scan here. */
  async recheck(): Promise<Result<null, Refusal>> {
    await this.scanners.check();
    this.#armAlarm();
    return accept(null);
  }

  /** Uploads the rows of one scanner, in its order (rules D4, D19). */
  async upload(id: EventId, { rows, ...of }: UploadRequest): Promise<Result<UploadedBatch, Refusal>> {
    const terms = await this.#terms.ready(id);
    if (!terms.ok) return terms;
    const taken = mayTakeBack(terms.value, of.by, this.clock());
    if (!taken.ok) return taken;
    const done = await this.#lane(rows.map((row) => ({ kind: "upload", ...of, ...row })));
    return done.ok ? accept({ at: this.clock(), rows: done.value }) : done;
  }
  undo(id: EventId, command: Omit<UndoCommand, "kind">): Promise<UndoReply> {
    return this.#addWhenReady(id, { kind: "undo", ...command });
  }
  click(id: EventId, command: Omit<ClickCommand, "kind">): Promise<CountsReply> {
    return this.#addWhenReady(id, { kind: "click", ...command });
  }
  correct(id: EventId, command: Omit<CorrectCommand, "kind">): Promise<CountsReply> {
    return this.#addWhenReady(id, { kind: "correct", ...command });
  }
  lease(id: EventId, command: Omit<LeaseCommand, "kind">): Promise<LeaseReply> {
    return this.#addWhenReady(id, { kind: "lease", ...command });
  }
  writeOff(id: EventId, command: Omit<WriteOffCommand, "kind">): Promise<WriteOffReply> {
    return this.#addWhenReady(id, { kind: "write_off", ...command });
  }
  counts(id: EventId, by: DoorActor): Promise<CountsReply> {
    return this.#addWhenReady(id, { kind: "counts", by });
  }

  /** Does not read D1, and stores its row even where nobody was ever scanned, since nobody was let in (rules N9, X5). */
  async judge(id: EventId, command: Omit<JudgeCommand, "kind">): Promise<JudgeReply> {
    const { terms } = this.ledger.book();
    assert(terms === null || terms.eventId === id, "tickets are judged by the door of their own event");
    const reply = await this.#add({ kind: "judge", ...command });
    void this.#terms.takeIf((read) => endsRows(this.ledger.book().head, read), id);
    return reply;
  }

  /** Reads no terms from D1, so that the query of a feed does not create a door. */
  async shown(): Promise<Result<DoorShown | null, Refusal>> {
    return accept(doorShown(this.ledger.book()));
  }

  /**
   * A door at which nobody was ever scanned stays without terms, and reads D1 at the first scan (rule X5), unless it has to
   * know when its judged changes may be deleted. While it is reading D1 it takes the terms that are delivered, since what
   * it reads may be older.
   */
  async terms(id: EventId, terms: EventTerms | null, requestId: string): Promise<TermsReply> {
    await this.#terms.read();
    const { terms: termsBefore, head } = this.ledger.book();
    if (terms === null) return this.#vanish();
    assert(id === terms.eventId, "terms are sent to the door of their own event");
    if (termsBefore === null && !endsRows(head, terms)) return accept({ version: terms.version });
    return this.#add({ kind: "terms", terms, requestId });
  }

  async #addWhenReady<C extends DoorCommand>(id: EventId, command: C): Promise<DoorReplyOf<C> | Refused> {
    const terms = await this.#terms.ready(id);
    return terms.ok ? this.#add(command) : terms;
  }

  #add<C extends DoorCommand>(command: C): Promise<DoorReplyOf<C> | Refused> {
    // The cast holds, since each kind of command gets its own kind of reply.
    return this.#queue.add(command) as Promise<DoorReplyOf<C> | Refused>;
  }

  /**
   * The event is deleted, so everything stored is deleted. An event whose tickets were scanned or judged is never deleted:
   * if D1 has no such event, it was restored to an earlier state.
   */
  async #vanish(): Promise<TermsReply> {
    const { terms } = this.ledger.book();
    if (hasLetIn(this.ledger.book()) || this.#store.hasJudged()) {
      this.#log(
        "event_missing",
        new Error("D1 does not know the event of a door that has judged or let in tickets of it"),
      );
      return accept({ version: terms?.version ?? 0 });
    }
    this.scanners.closeAll(CLOSE.eventOver, "the event is gone");
    this.ledger.forget();
    await this.ctx.storage.deleteAlarm();
    await this.ctx.storage.deleteAll();
    return accept({ version: 0 });
  }

  /** Must not throw, since the platform drops an alarm that fails too often. */
  override async alarm(): Promise<void> {
    this.#alarm.begins();
    try {
      this.#feed.run();
      this.#counts.run();
      this.#retention.run();
      await this.scanners.check();
    } catch (fault) {
      this.#log("alarm_failed", fault);
    } finally {
      this.#alarm.ends();
      this.#armAlarm();
    }
  }

  /** The rows are written by now, so an error here must not look like a batch that failed. */
  #afterBatch(written: DoorWritten | null): void {
    try {
      if (written) this.scanners.written(written);
    } catch (bug) {
      this.#log("after_batch_failed", bug);
    }
    try {
      this.#feed.changed();
      this.#counts.changed();
      this.#armAlarm();
    } catch (bug) {
      this.#log("after_batch_failed", bug);
    }
  }

  /** It is set while the feed or D1 lacks something, a revocation is expected, or rows are to be deleted some day. */
  #armAlarm(): void {
    if (this.ledger.book().terms === null) return;
    const pushes = [this.#feed.dueAt(), this.#counts.dueAt()];
    const due = [...pushes, this.scanners.dueAt(), this.#retention.dueAt()].filter((each) => each !== null);
    if (due.length > 0) this.#alarm.arm(Math.min(...due));
  }
}
