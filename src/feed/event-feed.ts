// The Durable Object of an event's feed, or of one of its shards. It only wires parts together: feed-state.ts has what it
// knows, feed-sockets.ts what it sends. It decides nothing, and queries again whatever it has missed.

import { DurableObject } from "cloudflare:workers";
import { type EventId, parseId, type TicketTypeId } from "../domain/ids.ts";
import type { Occupancy } from "../domain/ledger/command.ts";
import { openObjectAlarm } from "../shared/objects/object-alarm.ts";
import { openObjectLog } from "../shared/log.ts";
import { sleep } from "../shared/timing.ts";
import { type CountSource, DOOR, openCountRefresh } from "./count-refresh.ts";
import {
  type FeedState,
  type Catalogue,
  type Changes,
  type DeskUpdate,
  dropType,
  isCurrent,
  isOpenToAll,
  knowsAllTypes,
  newFeedState,
  takeCatalogue,
  takeDeskUpdate,
  takeDoor,
  takeOccupancy,
} from "./feed-state.ts";
import { FOLLOWER_HEADER } from "./client.ts";
import { type FeedPorts, openFeedPorts } from "./feed-ports.ts";
import { mayFollow, openFeedSockets } from "./feed-sockets.ts";
import { openFeedStore } from "./feed-store.ts";
import { acknowledge, openKeeping } from "./keeping.ts";
import { CLOSE, type DoorShown } from "../sockets/protocol.ts";
import { openEventLoad } from "./event-load.ts";
import { openShardPush } from "./shard-push.ts";
import { type ShardUpdate, takeShardUpdate } from "./shard-update.ts";
import { openCredentialWatch } from "../sockets/credential-watch.ts";
import { completeClose, type Follower, refuseMessage } from "../sockets/sessions.ts";

export class EventFeed extends DurableObject<Env> {
  /** Clock, ports and state are fields, so that tests can replace them. */
  clock = (): number => Date.now();
  ports: FeedPorts = openFeedPorts(this.env);
  readonly #store = openFeedStore(this.ctx.storage);
  readonly #stored = this.#store.load();
  state: FeedState = this.#stored.state;
  #shard = this.#stored.marks.shard;
  #dirty = false;
  #waking: Promise<void> | null = null;
  readonly #now = (): number => this.clock();
  readonly #log = openObjectLog(() => ({ event_id: this.state.catalogue?.event.id ?? null }));
  readonly #alarm = openObjectAlarm(this.ctx.storage, this.#now);
  readonly #keeping = openKeeping(this.#now, () => this.#keep());
  readonly #shardPush = openShardPush(this.#stored.marks.shards, {
    ports: () => this.ports,
    state: () => this.state,
    clock: this.#now,
    keep: (marks) => {
      this.#dirty ||= marks;
      return this.#keep();
    },
    onFailure: (fault) => {
      this.#log("shard_not_told", fault);
      this.#armAlarm();
    },
  });
  readonly #sockets = openFeedSockets({
    sockets: this.ctx,
    state: () => this.state,
    clock: this.#now,
    keep: () => {
      if (this.#keep()) this.#keeping.framed();
      return !this.#dirty;
    },
    elsewhere: () => this.#shardPush.sockets(),
  });
  readonly #countRefresh = openCountRefresh(this.#stored.marks.unsure, {
    ports: () => this.ports,
    state: () => this.state,
    clock: this.#now,
    changed: (changes) => void this.#changed(changes),
    onUnsureChanged: () => {
      this.#dirty = true;
      void this.#keeping.changed(true);
      this.#armAlarm();
    },
    onFailure: (fault) => this.#log("counts_not_read", fault),
  });
  readonly #eventLoad = openEventLoad({
    ports: () => this.ports,
    state: () => this.state,
    shard: () => this.#shard,
    clock: this.#now,
    changed: (changes) => void this.#changed(changes),
  });
  readonly #watch = openCredentialWatch(this.#stored.marks.watchUntil, {
    followers: () => this.#sockets.followers(),
    read: (followers, now) => this.ports.readCredentialState(followers, now),
    action: "scanner.follow",
    mayFollow: (follower) => mayFollow(this.state, follower),
    clock: this.#now,
    keep: () => {
      this.#dirty = true;
      this.#keep();
    },
    setAlarm: (at) => this.#alarm.arm(at),
    onFailure: (fault) => this.#log("credentials_not_read", fault),
  });
  readonly #isFollowed = () => this.#sockets.count() > 0 || this.#shardPush.shards().length > 0;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair("ping", "pong"));
    void ctx.blockConcurrencyWhile(async () => {
      await this.#alarm.wake();
      if (this.#sockets.count() > 0) this.#waking = this.#wake();
    });
  }

  push(id: TicketTypeId, occupancy: Occupancy): Promise<void> {
    return this.#takeCounts(id, !this.state.types.has(id), takeOccupancy(this.state, id, occupancy));
  }
  door(door: DoorShown): Promise<void> {
    return this.#takeCounts(DOOR, this.state.door === null, takeDoor(this.state, door));
  }

  async drop(id: TicketTypeId): Promise<void> {
    void this.#changed(dropType(this.state, id));
    acknowledge(this.#keep());
  }

  /** A feed that was never used stores nothing here: it will read D1 when the first reader comes. */
  async sync(catalogue: Catalogue | null): Promise<boolean> {
    if (this.#store.isEmpty()) return true;
    if (!catalogue) return this.#vanish();
    if (!isCurrent(this.state, catalogue)) return false;
    void this.#changed(takeCatalogue(this.state, catalogue));
    // Stored even if nothing shown has changed, so that after an eviction no older update counts as newer.
    this.#dirty = true;
    acknowledge(this.#keep());
    await this.#countRefresh.some([...this.state.types.keys()].filter((id) => !catalogue.ticketTypeIds.includes(id)));
    await this.recheck();
    return true;
  }

  async desk(eventId: EventId, update: DeskUpdate): Promise<void> {
    await this.#ready(eventId, 0);
    if (!this.state.catalogue) return;
    const stored = this.#changed(takeDeskUpdate(this.state, update));
    this.#watch.checkIfStale();
    acknowledge(await stored);
  }

  async watchForRevocation(): Promise<void> {
    this.#watch.watchForRevocation();
  }
  async recheck(): Promise<void> {
    await this.#watch.check();
    this.#armAlarm();
  }

  async follow(eventId: EventId, shard: number): Promise<ShardUpdate | null> {
    await this.#ready(eventId, 0);
    return isOpenToAll(this.state) ? this.#shardPush.add(shard) : null;
  }

  async takeShardUpdate(update: ShardUpdate): Promise<number> {
    await this.#waking;
    acknowledge(await this.#changed(takeShardUpdate(this.state, update)));
    return this.#sockets.count();
  }

  /** Opens a socket; the path names event and shard. 404 when the caller may not see the event (rules P3, T3, T5). */
  override async fetch(request: Request): Promise<Response> {
    const [, name = "", shard = ""] = new URL(request.url).pathname.split("/");
    const eventId = parseId("evt", name);
    if (!eventId) return new Response(null, { status: 404 });
    // The cast holds, since the Worker wrote the header from a credential that it had checked.
    const follower = JSON.parse(request.headers.get(FOLLOWER_HEADER) ?? "null") as Follower | null;
    try {
      await this.#ready(eventId, Number(shard));
      // Load again before refusing: D1 may have opened the event while its update is still on its way.
      if (!mayFollow(this.state, follower) && !this.#eventLoad.isFresh()) await this.#eventLoad.load(eventId);
    } catch (fault) {
      this.#log("event_not_read", fault);
      return new Response(null, { status: 503 });
    }
    if (!mayFollow(this.state, follower)) return new Response(null, { status: 404 });
    // Nothing is awaited here: the platform holds the response back until what was written is durable.
    if (follower) this.#watch.joined();
    const joined = this.#sockets.join(request, follower ? "scanner" : "public", follower);
    this.#armAlarm();
    return joined;
  }

  override webSocketMessage(socket: WebSocket, message: string | ArrayBuffer): void {
    refuseMessage(socket, message);
  }
  override webSocketClose(socket: WebSocket, code: number, reason: string): void {
    this.#sockets.left(socket);
    completeClose(socket, code, reason);
  }
  /** Must not throw, since the platform drops an alarm that fails too often. */
  override async alarm(): Promise<void> {
    this.#alarm.begins();
    try {
      await this.#watch.check();
      this.#shardPush.retry();
      if ((this.#countRefresh.dueAt() ?? Infinity) <= this.clock()) await this.#countRefresh.missing();
    } catch (fault) {
      this.#log("alarm_failed", fault);
    } finally {
      this.#alarm.ends();
      this.#armAlarm();
    }
  }

  /** Rule L5: an alarm is set only while a revocation is expected, a shard has missed something, or a type is unsure. */
  #armAlarm(): void {
    const countRefresh = this.#isFollowed() ? this.#countRefresh.dueAt() : null;
    const due = [this.#watch.dueAt(), this.#shardPush.dueAt(), countRefresh].filter((each) => each !== null);
    if (due.length > 0) this.#alarm.arm(Math.max(this.clock(), Math.min(...due)));
  }

  /** Rule L3: with sockets open, queries what may have been missed, and sends everything once. */
  async #wake(): Promise<void> {
    try {
      // Let the call that woke the feed run first, so that its changes are in what is sent.
      await sleep(0);
      const eventId = this.state.catalogue?.event.id;
      if (this.#shard > 0 && eventId) await this.#eventLoad.catchUp(eventId);
      else await this.#countRefresh.missing();
    } catch (fault) {
      this.#log("not_caught_up", fault);
    }
    this.#waking = null;
    this.#sockets.resend();
    this.#shardPush.changed({ left: true });
    this.#watch.checkIfStale();
  }

  async #ready(eventId: EventId, shard: number): Promise<void> {
    await this.#waking;
    if (!this.state.catalogue && !this.#eventLoad.foundNone()) {
      this.#shard = shard;
      await this.#eventLoad.load(eventId);
    }
    if (this.#shard > 0) return;
    // While nobody follows, counts are not stored, so all of them are queried.
    if (!this.#isFollowed()) await this.#countRefresh.all();
    else if (!knowsAllTypes(this.state)) await this.#countRefresh.missing();
  }

  /** The counts of a sender that `isNew` to the feed state are stored even while nobody follows, so that it is known. */
  async #takeCounts(from: CountSource, isNew: boolean, changes: Changes): Promise<void> {
    const stored = this.#changed(changes, isNew || this.#isFollowed());
    this.#countRefresh.notePushed(from, isNew);
    this.#watch.checkIfStale();
    acknowledge(await stored);
  }

  /** Resolves when the change may be acknowledged. `keeps` false: it need not be stored yet, nobody is shown it. */
  #changed(changes: Changes, keeps = true): Promise<boolean> {
    if (this.#alarm.isLost()) this.#armAlarm();
    if (Object.keys(changes).length > 0) {
      this.#dirty = true;
      if (this.#waking === null) {
        this.#sockets.changed(changes);
        this.#shardPush.changed(changes);
      }
    }
    return this.#keeping.changed(keeps);
  }

  /** Writes what is not stored yet; returns whether everything is stored. */
  #keep(): boolean {
    if (!this.#dirty) return true;
    try {
      this.#store.write(this.state, {
        ...{ shard: this.#shard, shards: this.#shardPush.shards(), watchUntil: this.#watch.watchUntil() },
        unsure: this.#countRefresh.unsure(),
      });
      this.#dirty = false;
    } catch (fault) {
      this.#log("feed_not_stored", fault);
    }
    return !this.#dirty;
  }

  /** The event is deleted: closes all sockets and deletes everything stored. */
  async #vanish(): Promise<true> {
    this.#sockets.closeAll(CLOSE.eventOver, "the event is gone");
    this.#store.forget();
    this.state = newFeedState();
    this.#dirty = false;
    this.#alarm.begins();
    await this.ctx.storage.deleteAlarm();
    await this.ctx.storage.deleteAll();
    this.#alarm.ends();
    return true;
  }
}
