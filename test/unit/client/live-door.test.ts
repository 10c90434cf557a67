// What a follower makes of a door's frames (rules D23, L2), and how `npm run watch` shows it.

import { describe, expect, it } from "vitest";
import { renderScreen } from "../../../src/cli/terminal/watch-screen.ts";
import { afterFrame, type LiveState, NOTHING_KNOWN } from "../../../src/client/live-state.ts";
import type { DoorShown, ServerFrame } from "../../../src/sockets/protocol.ts";
import { EVENT } from "../../support/builders.ts";

const at = "2026-12-05T18:00:00.000Z";
const gate = (id: string, entries: number, exits = 0) => ({
  ...{ gate_id: id, entries, exits, inside_by: entries - exits },
});
const door = (seq: number, inside: number, gates: DoorShown["gates"] = [], hard = 100): DoorShown => ({
  ...{ seq, inside, admitted: inside, capacity: { soft: 80, hard }, gates },
});
const snapshot = (shown?: DoorShown | null): ServerFrame => ({
  ...{ type: "snapshot", at, event: { id: EVENT, status: "live", version: 3 }, ticket_types: [] },
  gates: [
    { id: "gate_a", gate_code: "NORTH", status: "open", version: 1 },
    { id: "gate_b", gate_code: "SOUTH", status: "closed", version: 1 },
  ],
  ...(shown !== undefined && { door: shown }),
});
const frame = (shown: DoorShown): ServerFrame => ({ type: "door", at, door: shown });
const after = (...frames: readonly ServerFrame[]): LiveState => frames.reduce(afterFrame, NOTHING_KNOWN);

describe("a follower", () => {
  it("[D23] [L2] keeps of each gate what a frame said of it last, and of the door what is later", () => {
    const state = after(
      snapshot(door(4, 3, [gate("gate_a", 2), gate("gate_b", 1)])),
      frame(door(6, 4, [gate("gate_b", 2)])),
      frame(door(5, 9, [gate("gate_a", 9)])),
    );
    expect(state.door).toMatchObject({ seq: 6, inside: 4, capacity: { soft: 80, hard: 100 } });
    expect([...(state.door?.gates.values() ?? [])]).toEqual([gate("gate_a", 2), gate("gate_b", 2)]);
  });

  it("[D23] [L2] begins again with a snapshot, unless that is older than what it has", () => {
    const known = [snapshot(door(4, 3, [gate("gate_a", 2), gate("gate_b", 1)]))];
    expect([...(after(...known, snapshot(door(4, 3, [gate("gate_a", 2)]))).door?.gates.keys() ?? [])]).toEqual([
      "gate_a",
    ]);
    expect(after(...known, snapshot(door(3, 2))).door?.inside).toBe(3);
  });

  it.each([[null], [undefined]])(
    "[D23] knows of no door where a snapshot says %s, as one of a release before does",
    (shown) => {
      expect(after(snapshot(door(4, 3)), snapshot(shown)).door).toBeNull();
    },
  );

  it("[D23] takes a door that had its first scan after the snapshot", () => {
    expect(after(snapshot(null), frame(door(2, 1, [gate("gate_a", 1)]))).door?.gates.get("gate_a")?.inside_by).toBe(1);
  });
});

describe("the screen", () => {
  const linesOf = (state: LiveState): string[] =>
    renderScreen({
      ...{ state, connection: { state: "open" }, names: new Map(), taken: [], changedAt: new Map(), now: 0 },
      width: 200,
    });

  it("[D23] says how many are inside and by which gate, where the feed says so", () => {
    const lines = linesOf(after(snapshot(door(4, 3, [gate("gate_a", 5, 2)]))));
    expect(lines).toContain("3 inside of 80 (the venue holds 100), 3 admitted");
    expect(lines).toContain("gate NORTH: open, 5 in, 2 out, 3 inside");
    expect(lines).toContain("gate SOUTH: closed");
    expect(linesOf(after(snapshot(door(4, 3, [], 80))))).toContain("3 inside of 80, 3 admitted");
  });

  it("[D23] says nothing of people where nobody was scanned", () => {
    const lines = linesOf(after(snapshot(null)));
    expect(lines.join("\n")).not.toContain("inside");
    expect(lines).toContain("gate NORTH: open");
  });
});
