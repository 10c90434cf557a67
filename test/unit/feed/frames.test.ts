import { describe, expect, it } from "vitest";
import type { TicketTypeId } from "../../../src/domain/ids.ts";
import { publicOccupancy } from "../../../src/domain/ledger/memory/book.ts";
import type { Occupancy } from "../../../src/domain/ledger/command.ts";
import {
  type FeedState,
  type Catalogue,
  dropType,
  newFeedState,
  takeCatalogue,
  takeDeskUpdate,
  takeOccupancy,
} from "../../../src/feed/feed-state.ts";
import { type Audience, isPending, notePending, nothingPending, takeFrame } from "../../../src/feed/frames.ts";
import type { GateShown } from "../../../src/sockets/protocol.ts";

const NOW = Date.parse("2026-12-05T18:00:00.000Z");
const typeId = (n: number) => `tt_${n}` as TicketTypeId;
const occupancy = (n: number, seq: number, more: Partial<Occupancy> = {}): Occupancy => ({
  ...{ id: typeId(n), seq, status: "available", total: 10, sold: 0, held: seq, withdrawn: 0, available: 10 - seq },
  ...more,
});
const gate = (n: number, status: GateShown["status"], version = 1) => ({
  id: `gate_${n}`,
  gate_code: `G${n}`,
  status,
  version,
});

function catalogue(
  position: number,
  more: Partial<Omit<Catalogue, "gates">> & { gates?: readonly GateShown[] } = {},
): Catalogue {
  const event = { id: "evt_a", status: "live", version: 3 };
  const all = { position, organizationId: "org_a", venueId: "ven_a", event, gates: [], ticketTypeIds: [], ...more };
  // The one cast: ids of a test are short.
  return all as unknown as Catalogue;
}

function boardOf(gates: readonly GateShown[] = []): FeedState {
  const state = newFeedState();
  takeCatalogue(state, catalogue(5, { gates }));
  return state;
}

/** All frames that the audience still gets, as kinds. */
function drain(audience: Audience, state: FeedState, ...changes: ReturnType<typeof takeOccupancy>[]) {
  const pending = nothingPending();
  for (const each of changes) notePending(pending, audience, state, each);
  const frames = [];
  while (isPending(pending)) {
    const frame = takeFrame(pending, audience, state, NOW, () => 2);
    if (frame) frames.push(frame);
  }
  return frames;
}

describe("news", () => {
  it("[L2] are taken when they are later, and only shown when they show something else", () => {
    const state = boardOf();
    expect(takeOccupancy(state, typeId(1), occupancy(1, 4))).toEqual({ types: [typeId(1)] });
    expect(takeOccupancy(state, typeId(1), occupancy(1, 4, { held: 9 }))).toEqual({});
    expect(takeOccupancy(state, typeId(1), occupancy(1, 3))).toEqual({});
    expect(takeOccupancy(state, typeId(1), occupancy(1, 5, { held: 4, available: 6 }))).toEqual({ moved: true });
    expect(state.types.get(typeId(1))).toEqual(occupancy(1, 5, { held: 4, available: 6 }));
    expect(takeCatalogue(state, catalogue(4, { gates: [gate(1, "closed")] }))).toEqual({});
    expect(takeCatalogue(state, catalogue(5, { gates: [gate(1, "closed")] }))).toEqual({ gates: ["gate_1"] });
    expect(takeCatalogue(state, catalogue(6, { gates: [gate(1, "closed", 2)] }))).toEqual({});
    expect(takeCatalogue(state, catalogue(7))).toEqual({ gateLeft: true });
    expect(dropType(state, typeId(1))).toEqual({ left: true });
    expect(dropType(state, typeId(1))).toEqual({});
  });

  it("[L2] of the desk has a notice's version and a heartbeat's time, and drops who was silent for a day", () => {
    const state = boardOf();
    const notice = { text: "Hold the gates", version: 2, updated_at: "t" };
    const beat = (id: string, at: number) => ({
      id,
      gate_id: "gate_1",
      queued_scans: 0,
      last_heartbeat_at: new Date(at).toISOString(),
    });
    expect(takeDeskUpdate(state, { notice, device: beat("dev_a", NOW) })).toEqual({ notice: true, devices: ["dev_a"] });
    expect(takeDeskUpdate(state, { notice: { ...notice, version: 1 }, device: beat("dev_a", NOW - 1) })).toEqual({});
    const day = 24 * 60 * 60 * 1_000;
    takeDeskUpdate(state, { device: beat("dev_b", NOW + day) });
    expect([...state.devices.keys()]).toEqual(["dev_a", "dev_b"]);
    takeDeskUpdate(state, { device: beat("dev_b", NOW + day + 1) });
    expect([...state.devices.keys()]).toEqual(["dev_b"]);
  });
});

describe("frames", () => {
  it("[L4] go out one at a time: event, notice, gates, then counts and devices in turn, with all changes", () => {
    const state = boardOf([gate(1, "open"), gate(2, "open")]);
    takeOccupancy(state, typeId(1), occupancy(1, 1));
    takeOccupancy(state, typeId(2), occupancy(2, 2));
    for (let n = 0; n < 7; n++) {
      const id = `dev_${n}`;
      takeDeskUpdate(state, {
        device: { id, gate_id: "gate_1", queued_scans: 0, last_heartbeat_at: new Date(NOW).toISOString() },
      });
    }
    takeDeskUpdate(state, { notice: { text: "x", version: 1, updated_at: "t" } });
    const devices = [...state.devices.keys()];
    const changes = {
      event: true,
      notice: true,
      gates: ["gate_1", "gate_2"],
      types: [typeId(1), typeId(2)],
      devices,
    } as const;
    const frames = drain("scanner", state, changes);
    expect(frames.map(({ type }) => type)).toEqual([
      "event",
      "notice",
      "gate",
      "gate",
      "occupancy",
      "device",
      "device",
    ]);
    expect(frames[4]).toMatchObject({ ticket_types: [occupancy(1, 1), occupancy(2, 2)], sockets: 2 });
    for (const frame of frames) expect(JSON.stringify(frame).length).toBeLessThan(1_024);
  });

  it("[P3] hide hidden types, gates, devices, notices, withdrawals and follower counts from the public", () => {
    const state = boardOf([gate(1, "open")]);
    takeOccupancy(state, typeId(1), occupancy(1, 1));
    takeOccupancy(state, typeId(2), occupancy(2, 1, { status: "hidden" }));
    takeDeskUpdate(state, { notice: { text: "x", version: 1, updated_at: "t" } });
    const all = {
      notice: true,
      gates: ["gate_1"],
      types: [typeId(1), typeId(2)],
      devices: ["dev_a"],
      gateLeft: true,
    } as const;
    expect(drain("public", state, all)).toEqual([
      { type: "occupancy", at: "2026-12-05T18:00:00.000Z", ticket_types: [publicOccupancy(occupancy(1, 1))] },
    ]);
    const hides = takeOccupancy(state, typeId(1), occupancy(1, 2, { status: "hidden" }));
    expect(drain("public", state, hides)).toMatchObject([{ type: "snapshot", ticket_types: [], gates: [] }]);
    expect(drain("scanner", state, hides)).toMatchObject([{ type: "occupancy", ticket_types: [{ status: "hidden" }] }]);
  });

  it("[L3] [L4] of more than three gates at once are one snapshot; of three, three", () => {
    const gates = [1, 2, 3, 4].map((n) => gate(n, "open"));
    const state = boardOf(gates);
    const ids = gates.map(({ id }) => id);
    expect(drain("scanner", state, { gates: ids }).map(({ type }) => type)).toEqual(["snapshot"]);
    expect(drain("scanner", state, { gates: ids.slice(1) }).map(({ type }) => type)).toEqual(["gate", "gate", "gate"]);
  });
});
