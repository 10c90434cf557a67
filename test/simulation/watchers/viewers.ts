// Follows a ticket type's socket: reconnects when it is cut, and compares every frame with the ledger.

import type { TicketTypeId } from "../../../src/domain/ids.ts";
import type { PublicOccupancy } from "../../../src/domain/ledger/command.ts";
import type { ServerFrame } from "../../../src/sockets/protocol.ts";
import { publicStatus } from "../../../src/domain/terms.ts";
import type { Caller } from "../platform/network.ts";
import type { ClientEnd } from "../platform/objects/sockets.ts";
import type { World } from "../world/world.ts";

export type Following = {
  readonly typeId: TicketTypeId;
  /** What it shows now; null before the first frame. */
  shown: PublicOccupancy | null;
  /** Null while a socket is open or wanted; the code of a close after which it does not come back. */
  refused: number | null;
  isOpen: boolean;
};

/** `client` is null until it has joined. */
type Connection = { over: boolean; client: ClientEnd | null; readonly end: () => void };

const COMES_BACK = new Set([1006, 1013]);

/** Follows for as long as the world lasts. */
export function follow(world: World, typeId: TicketTypeId): Following {
  const following: Following = { typeId, shown: null, refused: null, isOpen: false };
  const { scheduler, dice, platform } = world;

  function again(): void {
    following.isOpen = false;
    scheduler.after(dice.between(1, 3_000), platform, connect);
  }

  /** It ends once, however many events end it; otherwise each would open a further connection. */
  function connect(): void {
    const connection: Connection = { over: false, client: null, end };
    function end(): void {
      if (connection.over || following.refused !== null) return;
      connection.over = true;
      connection.client?.leave();
      again();
    }
    const caller = world.worker(end);
    scheduler.after(0, caller.actor, () => void join(caller, connection));
  }

  async function join(caller: Caller, connection: Connection): Promise<void> {
    const upgrade = new Request("https://simulated/live", { headers: { Upgrade: "websocket" } });
    let response: Response;
    try {
      response = await world.product.joinLive(world.namespaceFor(caller), typeId, upgrade, null);
    } catch {
      return connection.end();
    }
    if (response.status === 101) attach(response, connection);
    else if (response.status === 404) following.refused = 404;
    else connection.end();
  }

  function attach(response: Response, connection: Connection): void {
    // The one cast: in a world the socket of a Response is this.
    const client = response.webSocket as unknown as ClientEnd;
    connection.client = client;
    if (connection.over) return client.leave();
    // Checked here, since the rule is about one socket.
    let last = 0;
    following.isOpen = true;
    client.attach({
      onFrame(text) {
        if (connection.over) return;
        // The one cast: the text was made of a frame; what is wrong in it, the comparison below shows.
        const frame = JSON.parse(text) as ServerFrame;
        if (frame.type === "error") return world.fail("a viewer that says nothing is told of an error");
        if (frame.type !== "snapshot" && frame.type !== "occupancy") return;
        for (const occupancy of frame.ticket_types) {
          if (occupancy.seq < last) world.fail(`[L2] row ${occupancy.seq} shown after row ${last}`);
          last = occupancy.seq;
          following.shown = occupancy;
          compare(world, typeId, occupancy);
        }
      },
      onClose(code) {
        if (COMES_BACK.has(code)) return connection.end();
        following.refused = code;
        following.isOpen = false;
      },
    });
    if (dice.chance(0.1)) scheduler.after(dice.between(100, 60_000), platform, connection.end);
  }

  connect();
  return following;
}

/** Rule L1: a frame shows a durable row, and shows it as it is. */
export function compare(world: World, typeId: TicketTypeId, shown: PublicOccupancy): void {
  const row = world.checks.watchOf(typeId).rows.get(shown.seq);
  if (!row) return world.fail(`[L1] a frame tells of row ${shown.seq}, which is not written`);
  const same =
    row.total === shown.total &&
    row.sold === shown.sold &&
    row.held === shown.held &&
    shown.available === row.total - row.sold - row.held - row.withdrawn;
  const status = shown.status === "hidden" ? "hidden" : publicStatus(false, row);
  if (!same || shown.status !== status) world.fail(`[L2] a frame shows row ${shown.seq} as ${JSON.stringify(shown)}`);
}
