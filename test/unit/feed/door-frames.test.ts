// What a feed takes of its event's door, and in what frames it shows it (rules D23, L2, L4, P3).

import { describe, expect, it } from "vitest";
import type { TicketTypeId } from "../../../src/domain/ids.ts";
import {
  type FeedState,
  type Changes,
  dropDoor,
  newFeedState,
  takeCatalogue,
  takeDoor,
} from "../../../src/feed/feed-state.ts";
import {
  type Audience,
  composeSnapshot,
  isPending,
  notePending,
  nothingPending,
  takeFrame,
} from "../../../src/feed/frames.ts";
import type { DoorGateShown, DoorShown, ServerFrame } from "../../../src/sockets/protocol.ts";
import { shardUpdate } from "../../../src/feed/shard-update.ts";
import { EVENT, idOf, ORGANIZATION } from "../../support/builders.ts";
import { VENUE } from "../../support/door/event-terms.ts";

const NOW = Date.parse("2026-12-05T18:00:00.000Z");
const at = "2026-12-05T18:00:00.000Z";
const gate = (n: number, insideBy = 0): DoorGateShown => ({
  ...{ gate_id: idOf("gate", String(n)), entries: insideBy, exits: 0, inside_by: insideBy },
});
const door = (seq: number, gates: readonly DoorGateShown[] = [], more: Partial<DoorShown> = {}): DoorShown => ({
  ...{ seq, inside: 0, admitted: 0, capacity: { soft: 80, hard: 100 }, gates, ...more },
});

function boardOf(): FeedState {
  const state = newFeedState();
  takeCatalogue(state, {
    ...{ position: 1, organizationId: ORGANIZATION, venueId: VENUE, gates: [], ticketTypeIds: [] },
    event: { id: EVENT, status: "live", version: 1 },
  });
  return state;
}

function drain(audience: Audience, state: FeedState, ...changes: readonly Changes[]): ServerFrame[] {
  const pending = nothingPending();
  for (const each of changes) notePending(pending, audience, state, each);
  const frames: ServerFrame[] = [];
  while (isPending(pending)) {
    const frame = takeFrame(pending, audience, state, NOW, () => 2);
    if (frame) frames.push(frame);
  }
  return frames;
}

describe("counts of a door", () => {
  it("[D23] [L2] are taken when they are later, and shown when they show something else", () => {
    const state = boardOf();
    expect(takeDoor(state, door(4, [gate(1), gate(2)]))).toEqual({ door: [gate(1).gate_id, gate(2).gate_id] });
    expect(takeDoor(state, door(4, [gate(1, 9)], { inside: 9 }))).toEqual({});
    expect(takeDoor(state, door(3, [gate(1, 9)], { inside: 9 }))).toEqual({});
    expect(state.door).toEqual(door(4, [gate(1), gate(2)]));
    expect(takeDoor(state, door(5, [gate(1), gate(2)])), "a scan that was refused").toEqual({ moved: true });
    expect(state.door?.seq).toBe(5);
    expect(takeDoor(state, door(6, [gate(1), gate(2, 1)], { inside: 1 }))).toEqual({ door: [gate(2).gate_id] });
  });

  it.each(["inside", "admitted"] as const)("[D23] [L2] are shown when %s alone is another", (part) => {
    const state = boardOf();
    takeDoor(state, door(1));
    expect(takeDoor(state, door(2, [], { [part]: 1 }))).toEqual({ door: [] });
  });

  it.each([
    { soft: 79, hard: 100 },
    { soft: 80, hard: 101 },
  ])("[D23] [D11] are shown when a capacity is: %o", (capacity) => {
    const state = boardOf();
    takeDoor(state, door(1));
    expect(takeDoor(state, door(2, [], { capacity }))).toEqual({ door: [] });
  });

  it("[D23] of a door that is gone are sent to scanners by a snapshot, and to the public not at all", () => {
    const state = boardOf();
    expect(dropDoor(state)).toEqual({});
    takeDoor(state, door(4, [gate(1)]));
    const gone = dropDoor(state);
    expect(drain("scanner", state, gone)).toMatchObject([{ type: "snapshot", door: null }]);
    expect(drain("public", state, gone)).toEqual([]);
  });
});

describe("frames of a door", () => {
  it("[D23] [L4] carry the totals, and of the gates those that changed since the last one", () => {
    const state = boardOf();
    const first = takeDoor(state, door(1, [gate(1), gate(2), gate(3)]));
    expect(drain("scanner", state, first)).toEqual([{ type: "door", at, door: door(1, [gate(1), gate(2), gate(3)]) }]);
    const second = takeDoor(state, door(2, [gate(1), gate(2, 1), gate(3)], { inside: 1 }));
    const third = takeDoor(state, door(3, [gate(1, 1), gate(2, 1), gate(3)], { inside: 2 }));
    expect(drain("scanner", state, second, third)).toEqual([
      { type: "door", at, door: door(3, [gate(1, 1), gate(2, 1)], { inside: 2 }) },
    ]);
  });

  it("[P3] [D23] [L6] are no frames of the public, nor in its snapshot, nor on the way to a shard", () => {
    const state = boardOf();
    const changes = takeDoor(state, door(1, [gate(1, 7)], { inside: 7 }));
    expect(drain("public", state, changes)).toEqual([]);
    const snapshot = composeSnapshot("public", state, NOW, () => 2);
    expect(Object.keys(snapshot)).toEqual(["type", "at", "event", "ticket_types", "gates"]);
    expect(JSON.stringify(shardUpdate(state, 1))).not.toMatch(/door|inside/);
    expect(composeSnapshot("scanner", state, NOW, () => 2).door).toEqual(door(1, [gate(1, 7)], { inside: 7 }));
    expect(composeSnapshot("scanner", boardOf(), NOW, () => 2).door).toBeNull();
  });

  it("[L4] [D23] take turns with counts and devices, so that none of them waits for ever", () => {
    const state = boardOf();
    const typeId = idOf("tt", "seats") satisfies TicketTypeId;
    const counts = { total: 9, sold: 0, held: 0, withdrawn: 0, available: 9 };
    state.types.set(typeId, { ...{ seq: 1, status: "available" as const, ...counts }, id: typeId });
    const devices = ["dev_a", "dev_b", "dev_c", "dev_d", "dev_e", "dev_f", "dev_g", "dev_h", "dev_i", "dev_j", "dev_k"];
    for (const id of devices)
      state.devices.set(id, { ...{ id, gate_id: "gate_1", queued_scans: 0, last_heartbeat_at: at } });
    takeDoor(state, door(1, [gate(1)]));
    const pending = nothingPending();
    const all: Changes = { types: [typeId], door: [gate(1).gate_id], devices };
    const seen: string[] = [];
    for (let n = 0; n < 9; n++) {
      notePending(pending, "scanner", state, all);
      seen.push(takeFrame(pending, "scanner", state, NOW, () => 2)?.type ?? "none");
    }
    expect(seen).toEqual(Array.from({ length: 3 }, () => ["occupancy", "door", "device"]).flat());
  });

  it("[L4] [D23] are under 1 KB with eight gates of seven-digit counts, and grow 100 bytes a further gate", () => {
    const most = 9_999_999;
    const sizeOf = (gates: number): number => {
      const state = boardOf();
      const all = Array.from({ length: gates }, (_, n) => ({
        ...{ ...gate(n), entries: most, exits: most, inside_by: most },
      }));
      const totals = { inside: 1_000_000, admitted: most, capacity: { soft: 1_000_000, hard: 1_000_000 } };
      const [frame] = drain("scanner", state, takeDoor(state, door(most, all, totals)));
      return new TextEncoder().encode(JSON.stringify(frame)).byteLength;
    };
    expect(sizeOf(8)).toBeLessThan(1_024);
    expect(sizeOf(9)).toBeGreaterThan(1_024);
    expect(sizeOf(100) - sizeOf(8)).toBeLessThanOrEqual(92 * 100);
  });

  it("[L4] [D23] of a venue with a hundred gates have only the few at which somebody passed", () => {
    const state = boardOf();
    const gates = Array.from({ length: 100 }, (_, n) => gate(n));
    takeDoor(state, door(1, gates));
    const after = gates.map((each, n) => (n === 42 ? gate(42, 1) : each));
    const passed = takeDoor(state, door(2, after, { inside: 1, admitted: 1 }));
    const [frame] = drain("scanner", state, passed);
    expect(frame).toMatchObject({ door: { inside: 1, gates: [gate(42, 1)] } });
    expect(JSON.stringify(frame).length).toBeLessThan(1_024);
  });
});
