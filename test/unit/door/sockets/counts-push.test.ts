// What a door projects to D1 for reports, and when (rule D10).

import { describe, expect, it } from "vitest";
import type { ProjectedDoor } from "../../../../src/db/door/door-counts.ts";
import type { DoorBook } from "../../../../src/domain/door/book.ts";
import { NO_COUNTS } from "../../../../src/domain/door/rows/counts.ts";
import { EMPTY_DOOR } from "../../../../src/domain/door/rows/door-log.ts";
import { openCountsPush, PROJECTED_EVERY_MS } from "../../../../src/door/counts-push.ts";
import { EVENT, idOf, START } from "../../../support/builders.ts";
import { NORTH, SOUTH } from "../../../support/door/cases.ts";
import { eventTerms } from "../../../support/door/event-terms.ts";

const GONE = idOf("gate", "gone");
const BEGUN = START - 1_000;

function bookAt(seq: number, inside = seq): DoorBook {
  const gates = new Map([
    [GONE, { entries: 2, exits: 2, insideBy: 0 }],
    [NORTH, { entries: 7, exits: 1, insideBy: inside }],
  ]);
  const counts = { inside, admitted: 9, gates };
  return {
    terms: eventTerms(),
    barriers: [],
    leases: new Map(),
    checkpoint: null,
    head: { ...EMPTY_DOOR, seq, receivedAt: START + seq, counts },
  };
}

/** The projections of a door with `book`; D1 replies when the test says so, or is away. */
function projecting(book: DoorBook) {
  const projected: ProjectedDoor[] = [];
  const open: { take: () => void; fail: (fault: Error) => void }[] = [];
  const faults: unknown[] = [];
  let now = START;
  let alerts = 0;
  const pushes = openCountsPush({
    book: () => book,
    begunAt: () => BEGUN,
    alerts: () => alerts,
    project(door) {
      projected.push(door);
      return new Promise((take, fail) => open.push({ take, fail }));
    },
    clock: () => now,
    random: () => 0,
    onFailure: (fault) => faults.push(fault),
  });
  const settle = () => new Promise((resolve) => setTimeout(resolve, 0));
  const next = (seq: number) => {
    book.head = bookAt(seq).head;
    pushes.changed();
  };
  const found = (n: number) => {
    alerts = n;
  };
  return { pushes, told: projected, open, faults, settle, next, found, pass: (ms: number) => (now += ms) };
}
const seqs = (told: readonly ProjectedDoor[]) => told.map(({ seq }) => seq);

it("[D10] a push has who is inside and entered, then the venue's gates, then the gates that are gone", () => {
  const { told, next } = projecting(bookAt(0));
  next(7);
  expect(told).toEqual([
    {
      ...{ eventId: EVENT, life: BEGUN, seq: 7, asOf: START + 7, inside: 7, admitted: 9, alerts: 0 },
      gates: [
        { id: NORTH, entries: 7, exits: 1, insideBy: 7 },
        { id: SOUTH, entries: 0, exits: 0, insideBy: 0 },
        { id: GONE, entries: 2, exits: 2, insideBy: 0 },
      ],
    },
  ]);
});

it("[D10] shows nobody inside where clickers have counted out more than were in", () => {
  const { told, pushes } = projecting(bookAt(3, -2));
  pushes.run();
  expect(told[0]).toMatchObject({ inside: 0, gates: [{ insideBy: 0 }, {}, {}] });
});

describe("[D10] a door that counts", () => {
  it("sends to D1 at once, then every 30 s only the latest, and is done when D1 has that", async () => {
    const { pushes, told, open, settle, next, pass } = projecting(bookAt(0));
    next(1);
    next(2);
    expect(seqs(told)).toEqual([1]);
    open[0]?.take();
    await settle();
    expect([seqs(told), pushes.dueAt()]).toEqual([[1], START + PROJECTED_EVERY_MS]);
    pass(PROJECTED_EVERY_MS - 1);
    next(3);
    pushes.run();
    expect(seqs(told)).toEqual([1]);
    pass(1);
    pushes.run();
    expect(seqs(told)).toEqual([1, 3]);
    open[1]?.take();
    await settle();
    pass(PROJECTED_EVERY_MS);
    pushes.run();
    expect([seqs(told), pushes.dueAt()]).toEqual([[1, 3], null]);
  });

  it("sends to D1 by the next scan, too, once 30 s have passed", async () => {
    const { told, open, settle, next, pass } = projecting(bookAt(0));
    next(1);
    open[0]?.take();
    await settle();
    pass(PROJECTED_EVERY_MS - 1);
    next(2);
    pass(1);
    next(3);
    expect(seqs(told)).toEqual([1, 3]);
  });

  it("[D19] also sends D1 that a conflict was seen, of which the log has no row", async () => {
    const { pushes, told, open, settle, next, found, pass } = projecting(bookAt(0));
    found(2);
    next(1);
    open[0]?.take();
    await settle();
    pass(PROJECTED_EVERY_MS);
    pushes.run();
    found(1);
    pushes.markedSeen();
    open[1]?.take();
    await settle();
    expect(told.map(({ seq, alerts }) => [seq, alerts])).toEqual([
      [1, 2],
      [1, 1],
    ]);
    expect(pushes.dueAt()).toBeNull();
  });

  it("tries again with pauses while D1 is away, and sends what has come meanwhile", async () => {
    const { pushes, told, open, faults, settle, next, pass } = projecting(bookAt(0));
    next(1);
    expect(pushes.dueAt(), "when no call takes longer").toBe(START + 6_000);
    open[0]?.fail(new Error("away"));
    await settle();
    expect([faults.length, pushes.dueAt()]).toEqual([1, START + 1_000]);
    next(2);
    pass(999);
    pushes.run();
    expect(seqs(told)).toEqual([1]);
    pass(1);
    pushes.run();
    expect(seqs(told)).toEqual([1, 2]);
    open[1]?.take();
    await settle();
    expect(pushes.dueAt()).toBeNull();
  });
});

describe("[D10] [L5] a door that wakes", () => {
  it("sends to D1 once by its alarm, which may have been left for that, and nothing when it is read", async () => {
    const { pushes, told, open, settle } = projecting(bookAt(5));
    pushes.changed();
    expect([seqs(told), pushes.dueAt()]).toEqual([[], null]);
    pushes.run();
    open[0]?.take();
    await settle();
    pushes.run();
    expect([seqs(told), pushes.dueAt()]).toEqual([[5], null]);
  });

  it("without terms has nothing to send, whatever wakes it", () => {
    const nobody = {
      terms: null,
      barriers: [],
      leases: new Map(),
      checkpoint: null,
      head: { ...EMPTY_DOOR, counts: NO_COUNTS },
    };
    const { pushes, told } = projecting(nobody);
    pushes.changed();
    pushes.run();
    expect([told, pushes.dueAt()]).toEqual([[], null]);
  });
});
