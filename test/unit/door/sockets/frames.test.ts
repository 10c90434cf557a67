// The frames that a door sends to its sockets, and the messages that their scanners may send (rules D23, L2, L4).

import { describe, expect, it } from "vitest";
import { showSerial } from "../../../../src/domain/door/tickets/serial.ts";
import { must } from "../../../../src/domain/result.ts";
import {
  type DoorFrame,
  type DoorPending,
  isFrameDue,
  MAX_ALERTS_A_FRAME,
  MAX_SEEN_A_FRAME,
  nothingPendingSince,
  noteWritten,
  takeDoorFrame,
} from "../../../../src/door/sockets/door-frames.ts";
import { readMessage } from "../../../../src/door/sockets/read-message.ts";
import type { DoorNewsFrame } from "../../../../src/sockets/door-protocol.ts";
import {
  AT_NORTH,
  AT_SOUTH,
  clickCommand,
  codeOf,
  correctCommand,
  type DoorOnDisk,
  openDoorOnDisk,
  scanCommand,
  scanIdOf,
  SUPERVISOR,
  undoCommand,
} from "../../../support/door/on-disk.ts";
import { conflictsOf, uploadCommand } from "../../../support/door/uploads.ts";
import { NORTH, NOW, SOUTH } from "../../../support/door/cases.ts";
import { eventTerms } from "../../../support/door/event-terms.ts";

const MINUTE = 60_000;
const ISO_NOW = new Date(NOW).toISOString();

function openSockets(door: DoorOnDisk) {
  const pending: DoorPending = nothingPendingSince(door.ledger().book().head.seq);
  return {
    pending,
    run(commands: Parameters<DoorOnDisk["run"]>[0]) {
      const { written } = door.ledger().run(commands);
      if (written) noteWritten(pending, written);
    },
    next: () => takeDoorFrame(pending, door.ledger().book(), door.now),
    rest(): DoorFrame[] {
      const frames: DoorFrame[] = [];
      while (isFrameDue(pending))
        frames.push(must(takeDoorFrame(pending, door.ledger().book(), door.now), "there is news"));
      return frames;
    },
  };
}
const wide = () => eventTerms({ rules: { softCapacity: 10_000, hardCapacity: 10_000 } });
const scanOf = (serial: number) => scanCommand({ as: serial, code: codeOf(serial) });
const news = (frames: readonly DoorFrame[]) => frames.filter((frame): frame is DoorNewsFrame => frame.type === "door");

describe("[D23] frames of a door", () => {
  it("[L4] have so many tickets and no more; the rest come with the next, in the order of their rows", () => {
    const door = openDoorOnDisk(wide());
    const sockets = openSockets(door);
    const serials = Array.from({ length: 2 * MAX_SEEN_A_FRAME + 1 }, (_, at) => at + 1);
    sockets.run(serials.map(scanOf));
    const frames = news(sockets.rest());
    expect(frames.map(({ from_seq, to_seq, seen }) => [from_seq, to_seq, seen.length])).toEqual([
      [1, 1 + MAX_SEEN_A_FRAME, MAX_SEEN_A_FRAME],
      [1 + MAX_SEEN_A_FRAME, 1 + 2 * MAX_SEEN_A_FRAME, MAX_SEEN_A_FRAME],
      [1 + 2 * MAX_SEEN_A_FRAME, 2 + 2 * MAX_SEEN_A_FRAME, 1],
    ]);
    expect(frames.flatMap(({ seen }) => seen.map(({ serial }) => serial))).toEqual(serials.map(showSerial));
    expect(new Set(frames.map((frame) => frame.door.inside)), "the counts are always the latest").toEqual(
      new Set([serials.length]),
    );
    expect(
      frames.map((frame) => frame.door.gates.length),
      "a gate that changed is pushed once",
    ).toEqual([1, 0, 0]);
  });

  it("[L2] have a ticket that changes again once, in its latest state", () => {
    const door = openDoorOnDisk(eventTerms());
    const sockets = openSockets(door);
    sockets.run([scanOf(1), scanOf(2)]);
    door.now += MINUTE;
    sockets.run([scanCommand({ as: "out", code: codeOf(1), direction: "out", by: AT_SOUTH, gateId: SOUTH })]);
    const [frame] = news(sockets.rest());
    expect(frame?.seen.map(({ serial, inside }) => [serial, inside])).toEqual([
      [showSerial(2), 1],
      [showSerial(1), 0],
    ]);
    expect(frame?.seen[1]).toEqual({
      ...{ serial: showSerial(1), generation: 1, inside: 0, entries: 1, entries_that_day: 1 },
      ...{ entered: { at: ISO_NOW, gate_id: NORTH }, left_at: new Date(NOW + MINUTE).toISOString() },
      ...{ last_at: new Date(NOW + MINUTE).toISOString(), void_since: null, blocked_since: null },
    });
    expect(frame).toMatchObject({ from_seq: 1, to_seq: 4, emptied_at: null });
    expect(frame?.door.gates.map(({ gate_id }) => gate_id).sort()).toEqual([NORTH, SOUTH].sort());
  });

  it("[D14] have a ticket whose entry was taken back", () => {
    const door = openDoorOnDisk(eventTerms());
    const sockets = openSockets(door);
    sockets.run([scanOf(1)]);
    sockets.rest();
    sockets.run([undoCommand(1)]);
    const [frame] = news(sockets.rest());
    expect(frame).toMatchObject({ from_seq: 2, to_seq: 3, seen: [{ serial: showSerial(1), inside: 0, entries: 0 }] });
    expect(frame?.seen[0]).toMatchObject({ entered: null, last_at: null });
  });

  it("[D16] have clicks and a place that was emptied", () => {
    const door = openDoorOnDisk(eventTerms());
    const sockets = openSockets(door);
    sockets.run([scanOf(1), clickCommand(5, "click")]);
    sockets.rest();
    door.now += MINUTE;
    sockets.run([correctCommand("sweep", "sweep")]);
    const [frame] = news(sockets.rest());
    expect(frame).toMatchObject({ door: { inside: 0 }, seen: [], emptied_at: new Date(NOW + MINUTE).toISOString() });
  });

  it("[D19] have conflicts as they are found, so many at once, and none that is withdrawn by then", () => {
    const door = openDoorOnDisk(wide());
    const sockets = openSockets(door);
    const twice = (serial: number) => ["a", "b"].map((twin) => uploadCommand({ as: `${twin}${serial}`, serial }));
    const serials = Array.from({ length: MAX_ALERTS_A_FRAME + 1 }, (_, at) => at + 1);
    sockets.run(serials.flatMap(twice));
    const alerts = sockets.rest().filter((frame) => frame.type === "alert");
    expect(alerts.map(({ conflicts }) => conflicts.length)).toEqual([MAX_ALERTS_A_FRAME, 1]);
    const found = alerts.flatMap(({ conflicts }) => conflicts);
    expect(found.map(({ kind, serial }) => [kind, serial])).toEqual(
      serials.map((serial) => ["double_entry", showSerial(serial)]),
    );
    expect(found.map(({ id }) => id)).toEqual(conflictsOf(door).map(({ id }) => id));
    sockets.run(twice(99));
    sockets.run([undoCommand("b99", { by: SUPERVISOR }), undoCommand("a99", { by: SUPERVISOR })]);
    expect(conflictsOf(door).at(-1)).toMatchObject({ goneAt: door.now });
    expect(sockets.rest().map(({ type }) => type)).toEqual(["door"]);
  });

  it("[D18] have new guests first, then uploads, and the seq up to which that is all", () => {
    const door = openDoorOnDisk(wide());
    const sockets = openSockets(door);
    const serials = Array.from({ length: MAX_SEEN_A_FRAME }, (_, at) => at + 1);
    sockets.run([...serials.map((serial) => uploadCommand({ as: serial, serial })), scanOf(900)]);
    const [first, second] = news(sockets.rest());
    expect(first?.seen.map(({ serial }) => serial)).toEqual([900, ...serials.slice(0, -1)].map(showSerial));
    expect([first?.from_seq, first?.to_seq]).toEqual([1, MAX_SEEN_A_FRAME]);
    expect(second).toMatchObject({ from_seq: MAX_SEEN_A_FRAME, to_seq: MAX_SEEN_A_FRAME + 2 });
    expect(second?.seen.map(({ serial }) => serial)).toEqual([showSerial(MAX_SEEN_A_FRAME)]);
  });

  it("[D19] take turns with conflicts, so that neither waits for long", () => {
    const door = openDoorOnDisk(wide());
    const sockets = openSockets(door);
    const twice = (serial: number) => ["a", "b"].map((twin) => uploadCommand({ as: `${twin}${serial}`, serial }));
    sockets.run(Array.from({ length: 3 * MAX_SEEN_A_FRAME }, (_, at) => twice(at + 1)).flat());
    const types = sockets.rest().map(({ type }) => type);
    expect(types.slice(0, 6)).toEqual(["door", "alert", "door", "alert", "door", "alert"]);
  });

  it("[D16] have a place that was emptied also where that changes no count", () => {
    const door = openDoorOnDisk(eventTerms());
    const sockets = openSockets(door);
    sockets.run([scanOf(1)]);
    door.now += MINUTE;
    sockets.run([correctCommand({ gates: [] }, "set")]);
    sockets.rest();
    door.now += MINUTE;
    sockets.run([correctCommand("sweep", "sweep")]);
    expect(news(sockets.rest())).toMatchObject([{ emptied_at: new Date(door.now).toISOString(), seen: [] }]);
  });

  it("are none for scans that let nobody pass; the next one goes on from the last all the same", () => {
    const door = openDoorOnDisk(eventTerms());
    const sockets = openSockets(door);
    sockets.run([scanOf(1)]);
    sockets.rest();
    sockets.run([scanCommand({ as: "refused", code: codeOf(1), by: AT_SOUTH, gateId: SOUTH })]);
    expect([isFrameDue(sockets.pending), sockets.next()]).toEqual([false, null]);
    sockets.run([scanOf(2)]);
    expect(news(sockets.rest())).toMatchObject([{ from_seq: 2, to_seq: 4, seen: [{ serial: showSerial(2) }] }]);
  });

  it("have terms first, then the supervisor's notice, then passages", () => {
    const door = openDoorOnDisk(eventTerms());
    const sockets = openSockets(door);
    sockets.run([scanOf(1)]);
    sockets.pending.notice = { text: "Slowly", version: 1, updated_at: ISO_NOW };
    sockets.run([{ kind: "terms", terms: eventTerms({ terms: { version: 9 } }), requestId: "terms" }]);
    const frames = sockets.rest();
    expect(frames.map(({ type }) => type)).toEqual(["terms", "notice", "door"]);
    expect(frames[0]).toMatchObject({ terms: { version: 9 } });
    expect(
      news(frames)[0]?.door.gates.map(({ gate_id }) => gate_id),
      "the capacities are others",
    ).toEqual(eventTerms().rules.gates.map(({ id }) => id));
  });
});

describe("[D23] what a scanner sends", () => {
  const scan = {
    ...{ type: "scan", scan_id: scanIdOf("a"), code: "VG1", direction: "in", source: "camera" },
    gate_id: AT_NORTH.device?.gateId,
  };
  const read = (value: unknown) => readMessage(JSON.stringify(value));

  it("is a scan or an acknowledgement, with each field as it must be", () => {
    expect(read(scan)).toEqual({ kind: "message", message: scan });
    const ack = { type: "ack", scan_ids: Array.from({ length: 50 }, (_, at) => scanIdOf(at)) };
    expect(read(ack)).toEqual({ kind: "message", message: ack });
    expect(read({ ...ack, scan_ids: [...ack.scan_ids, scanIdOf(50)] })).toEqual({
      kind: "malformed",
      fault: { path: "scan_ids" },
    });
    expect(read({ ...scan, code: "x".repeat(1_000) }).kind).toBe("message");
    const wrong = { scan_id: "scn_1", code: "x".repeat(1_001), direction: "on", source: "ear", gate_id: 7 };
    for (const [path, value] of Object.entries(wrong)) {
      const fault = path === "scan_id" ? { path } : { path, scan_id: scan.scan_id };
      expect(read({ ...scan, [path]: value })).toEqual({ kind: "malformed", fault });
      expect(read({ ...scan, [path]: undefined })).toEqual({ kind: "malformed", fault });
    }
  });

  it("may be newer than the door, and is no message without a type", () => {
    expect([read({ type: "lease_report" }).kind, read({ type: "toString" }).kind]).toEqual(["unknown", "unknown"]);
    const none = [[], null, 7, "scan", {}, { type: 7 }].map((value) => read(value).kind);
    expect(new Set([...none, readMessage("{").kind, readMessage(new ArrayBuffer(2)).kind])).toEqual(
      new Set(["no_message"]),
    );
  });
});
