// Follows an event's feed on one of its shards, as the public, and as doors by a key. Each frame is compared with the
// ledgers, and at rest each reader has the whole truth (rules L1 to L3), or was closed (P2, P3, T5).

import { type ApiKeyId, idFrom, type TicketTypeId } from "../../../src/domain/ids.ts";
import { memberOf } from "../../../src/domain/people/policy.ts";
import {
  CLOSE,
  type DeviceShown,
  type NoticeShown,
  type OccupancyShown,
  type ServerFrame,
} from "../../../src/sockets/protocol.ts";
import type { Follower } from "../../../src/sockets/sessions.ts";
import { sha256Bytes } from "../../support/builders.ts";
import { type Catalogue, DOOR_KEY, OUR_KEY } from "../world/catalogue/on-sale.ts";
import type { Caller } from "../platform/network.ts";
import type { ClientEnd } from "../platform/objects/sockets.ts";
import { compare } from "./viewers.ts";
import type { World } from "../world/world.ts";

export type Reader = {
  readonly shard: number;
  /** The key by which it reads; null: the public. */
  readonly key: ApiKeyId | null;
  types: Map<string, OccupancyShown>;
  eventStatus: string | null;
  /** Of the door desk. */
  devices: Map<string, DeviceShown>;
  notice: NoticeShown | null;
  /** The close, or the status, after which it does not come back. */
  refused: number | null;
  isOpen: boolean;
  /** When the object took its present connection, epoch ms. */
  joinedAt: number;
};

type Connection = { over: boolean; client: ClientEnd | null };

const COMES_BACK = new Set([1006, 1013]);
/** For so long an isolate may go by what it knew of a credential (rule P2). */
const REMEMBERED_MS = 5_000;
/**
 * Rule P2: the socket of a credential that is gone closes within 5 s, where nothing goes wrong; and some time on the
 * way.
 */
const CLOSES_MS = 5_000 + 1_000;

/** They follow for as long as the world lasts. */
export function followFeeds(world: World, catalogue: Catalogue): readonly Reader[] {
  const { dice } = world;
  const readers = Array.from({ length: dice.between(1, 3) }, () => ({ shard: dice.pick([0, 0, 1, 2]), key: null }));
  const doors = [OUR_KEY, DOOR_KEY].filter(() => dice.chance(0.6)).map((key) => ({ shard: 0, key }));
  return [...readers, ...doors].map(({ shard, key }) => followFeed(world, catalogue, shard, key));
}

function followFeed(world: World, catalogue: Catalogue, shard: number, key: ApiKeyId | null): Reader {
  const { scheduler, dice, platform, product } = world;
  const { eventId, organizationId } = catalogue;
  const seen = { types: new Map(), eventStatus: null, devices: new Map(), notice: null };
  const reader: Reader = { shard, key, ...seen, refused: null, isOpen: false, joinedAt: 0 };
  const isCalm = Object.values(world.faults()).every((each) => each === 0);
  const follower: Follower | null = key && { kind: "api_key", id: key, organizationId, scansAlone: false };

  function end(connection: Connection): void {
    if (connection.over || reader.refused !== null) return;
    connection.over = true;
    connection.client?.leave();
    reader.isOpen = false;
    scheduler.after(dice.between(1, 3_000), platform, connect);
  }

  function connect(): void {
    // The route has checked the key lately, so a revoked one does not get this far (rule P2).
    const lookedAt = scheduler.now() - (dice.chance(0.5) ? REMEMBERED_MS : 0);
    if (key && revokedAt(world, key) <= lookedAt) {
      reader.refused = CLOSE.notAuthenticated;
      return;
    }
    const connection: Connection = { over: false, client: null };
    const caller = world.worker(() => end(connection));
    scheduler.after(0, caller.actor, () => void join(caller, connection));
  }

  async function join(caller: Caller, connection: Connection): Promise<void> {
    const upgrade = new Request("https://simulated/live", { headers: { Upgrade: "websocket" } });
    let response: Response;
    try {
      response = await product.joinFeed(world.feedNamespaceFor(caller), eventId, shard, upgrade, follower);
    } catch {
      return end(connection);
    }
    if (response.status === 101) attach(response, connection);
    else if (response.status === 404) reader.refused = 404;
    else end(connection);
  }

  function attach(response: Response, connection: Connection): void {
    // The one cast: in a world the socket of a Response is this.
    const client = response.webSocket as unknown as ClientEnd;
    connection.client = client;
    if (connection.over) return client.leave();
    reader.isOpen = true;
    reader.joinedAt = scheduler.now();
    // Checked here, since the rule is about one socket.
    const positions = new Map<string, number>();
    client.attach({
      onFrame(text) {
        if (connection.over) return;
        if (isCalm) mayBeTold(world, reader);
        take(world, reader, JSON.parse(text) as ServerFrame, positions);
      },
      onClose(code) {
        if (COMES_BACK.has(code)) return end(connection);
        reader.refused = code;
        reader.isOpen = false;
      },
    });
    if (dice.chance(0.1)) scheduler.after(dice.between(100, 60_000), platform, () => end(connection));
  }

  connect();
  return reader;
}

/** What is shown is true, and never goes back. */
function take(world: World, reader: Reader, frame: ServerFrame, seen: Map<string, number>): void {
  world.note("a frame of a feed");
  if (frame.type === "event") reader.eventStatus = frame.event.status;
  if (frame.type === "error") world.fail("a reader that says nothing is told of an error");
  if (frame.type === "snapshot") {
    reader.eventStatus = frame.event.status;
    reader.types = new Map();
  }
  takeDesk(world, reader, frame);
  if (frame.type !== "snapshot" && frame.type !== "occupancy") return;
  for (const type of frame.ticket_types) {
    if (type.seq < (seen.get(type.id) ?? 0))
      world.fail(`[L2] row ${type.seq} of ${type.id} shown after ${seen.get(type.id)}`);
    seen.set(type.id, type.seq);
    reader.types.set(type.id, type);
    // The one cast: the ids of a frame are those of ticket types.
    compare(world, type.id as TicketTypeId, type);
    if (reader.key === null && type.status === "hidden")
      world.fail(`[L3] the public is shown ${type.id}, which is hidden`);
  }
}

/** What a desk has said is shown to the doors alone, and what is shown there of it never goes back either. */
function takeDesk(world: World, reader: Reader, frame: ServerFrame): void {
  const notice = frame.type === "snapshot" || frame.type === "notice" ? (frame.notice ?? null) : reader.notice;
  const devices = frame.type === "snapshot" || frame.type === "device" ? (frame.devices ?? []) : [];
  if (reader.key === null && (notice !== null || devices.length > 0))
    world.fail(`the public is shown ${JSON.stringify(frame)}`);
  const wrong = [world.desk.wrongNotice(notice), ...devices.map(world.desk.wrongDevice)].find((each) => each !== null);
  if (wrong) world.fail(`[L1] ${wrong}`);
  if ((notice?.version ?? 0) < (reader.notice?.version ?? 0))
    world.fail(`[L2] notice ${JSON.stringify(notice)} is shown after ${JSON.stringify(reader.notice)}`);
  reader.notice = notice;
  for (const device of devices) {
    const before = reader.devices.get(device.id)?.last_heartbeat_at ?? "";
    if (device.last_heartbeat_at < before) world.fail(`[L2] ${JSON.stringify(device)} is shown after ${before}`);
    reader.devices.set(device.id, device);
  }
}

/** Rule P2: a revoked key soon receives nothing any more. */
function mayBeTold(world: World, { key, joinedAt }: Reader): void {
  if (key === null) return;
  const over = Math.max(revokedAt(world, key), joinedAt) + CLOSES_MS;
  if (world.scheduler.now() > over) world.fail(`[P2] news is told by ${key}, which is revoked`);
}

/** Now and then the key of the doors is taken away: its socket closes, whatever becomes of the request (rule P2). */
export async function revokeSome(world: World, { organizationId }: Catalogue): Promise<void> {
  const { dice, product } = world;
  await world.sleep(dice.between(0, 120_000));
  if (dice.chance(0.5)) return;
  const owner = memberOf(organizationId, idFrom("usr", sha256Bytes("owner")), "owner", "session");
  await world.request(owner, (context) => product.revokeApiKey(context, DOOR_KEY));
}

/** Epoch ms; never, as long as it is not. */
function revokedAt({ d1 }: World, key: ApiKeyId): number {
  const [row] = d1.look("SELECT revoked_at FROM api_keys WHERE id = ?", key);
  return Number(row?.["revoked_at"] ?? Infinity);
}

/** Rule L3: a reader has the final state of all that it may see, and of nothing else. */
export function checkReader(world: World, { eventId }: Catalogue, reader: Reader): void {
  const { shard, key, types, refused, isOpen } = reader;
  const name = `a reader of shard ${shard}, by ${key}`;
  const [event] = world.d1.look("SELECT status FROM events WHERE id = ?", eventId);
  const status = String(event?.["status"]);
  if (key && revokedAt(world, key) < Infinity) return isOpen ? world.fail(`[P2] ${name} still follows`) : undefined;
  const isPublic = status === "published" || status === "live";
  if (!isPublic && key === null) return isOpen ? world.fail(`[P3] ${name} still follows what is ${status}`) : undefined;
  if (refused !== null) return;
  if (!isOpen) return world.fail(`[L3] ${name} is not connected`);
  if (reader.eventStatus !== status)
    world.fail(`[L3] ${name} last saw the event ${reader.eventStatus}, it is ${status}`);
  if (key !== null) checkDesk(world, reader, name);
  const left = new Map(types);
  for (const [id, { head }] of [...world.hosts.keys()].map((id) => [id, world.checks.watchOf(id)] as const)) {
    const terms = world.checks.storeOf(world.host(id))?.load().terms?.terms;
    const shown = left.get(id);
    if (terms && terms.eventId !== eventId) continue;
    left.delete(id);
    if (!terms || (terms.hidden && key === null)) {
      if (shown) world.fail(`[L3] ${name} is still shown ${id}`);
      continue;
    }
    const same = shown?.total === head.total && shown.sold === head.sold && shown.held === head.held;
    if (!same) world.fail(`[L3] ${name} last saw ${JSON.stringify(shown)}, it is ${JSON.stringify(head)}`);
  }
  if (left.size > 0) world.fail(`[L3] ${name} is shown what there is not: ${[...left.keys()].join()}`);
}

/**
 * Every follower of the doors has every confirmed notice, and the heartbeats confirmed after all faults. Not everything
 * that the desk has: a call may reach it long after its request has given up, and the gates get it with the next
 * heartbeat.
 */
function checkDesk({ desk, fail }: World, { notice, devices }: Reader, name: string): void {
  const state = desk.state();
  if ((notice?.version ?? 0) < desk.answeredVersion())
    fail(`[L3] ${name} last saw ${JSON.stringify(notice)}, the desk has ${JSON.stringify(state.notice)}`);
  for (const { id, lastHeartbeatAt } of state.devices.filter((each) => desk.settled.has(each.id)))
    if (devices.get(id)?.last_heartbeat_at !== new Date(lastHeartbeatAt).toISOString())
      fail(`[L3] ${name} last saw ${JSON.stringify(devices.get(id))}, the desk has ${lastHeartbeatAt}`);
}
