// What a door pushes to its event's feed, and when (rules D23, L3 to L6).

import { describe, expect, it } from "vitest";
import type { DoorBook } from "../../../../src/domain/door/book.ts";
import { NO_COUNTS } from "../../../../src/domain/door/rows/counts.ts";
import { EMPTY_DOOR } from "../../../../src/domain/door/rows/door-log.ts";
import { openFeedPush } from "../../../../src/door/feed-push.ts";
import { doorShown } from "../../../../src/door/sockets/shown-counts.ts";
import type { DoorShown, Feed } from "../../../../src/feed/client.ts";
import { EVENT, idOf, START } from "../../../support/builders.ts";
import { NORTH, SOUTH } from "../../../support/door/cases.ts";
import { eventTerms } from "../../../support/door/event-terms.ts";

const GONE = idOf("gate", "gone");

function bookAt(seq: number, inside = seq): DoorBook {
  const gates = new Map([
    [GONE, { entries: 2, exits: 2, insideBy: 0 }],
    [NORTH, { entries: inside, exits: 1, insideBy: inside }],
  ]);
  return {
    terms: eventTerms(),
    barriers: [],
    leases: new Map(),
    checkpoint: null,
    head: { ...EMPTY_DOOR, seq, counts: { inside, admitted: inside + 2, gates } },
  };
}

/** The pushes of a door with `book`; the test acknowledges each, or loses it. */
function pushing(book: DoorBook) {
  const pushed: DoorShown[] = [];
  const open: { acknowledge: () => void; lose: (fault: Error) => void }[] = [];
  const faults: unknown[] = [];
  let now = START;
  const door: Feed["door"] = (shown) => {
    pushed.push(shown);
    return new Promise((acknowledge, lose) => open.push({ acknowledge, lose }));
  };
  const pushes = openFeedPush({
    book: () => book,
    feeds: () => (eventId) => {
      expect(eventId).toBe(EVENT);
      // The one cast: a door pushes, and nothing else here.
      return { door } as unknown as Feed;
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
  return { pushes, pushed, open, faults, settle, next, pass: (ms: number) => (now += ms) };
}

const seqs = (pushed: readonly DoorShown[]) => pushed.map(({ seq }) => seq);

it("[D23] [D10] a push has who is inside, both capacities, the venue's gates, then those that are gone", () => {
  expect(doorShown(bookAt(9, 7))).toEqual({
    ...{ seq: 9, inside: 7, admitted: 9, capacity: { soft: 80, hard: 100 } },
    gates: [
      { gate_id: NORTH, entries: 7, exits: 1, inside_by: 7 },
      { gate_id: SOUTH, entries: 0, exits: 0, inside_by: 0 },
      { gate_id: GONE, entries: 2, exits: 2, inside_by: 0 },
    ],
  });
  expect(doorShown({ terms: null, barriers: [], leases: new Map(), checkpoint: null, head: EMPTY_DOOR })).toBeNull();
});

describe("a door that counts", () => {
  it("[D23] [L4] [L6] pushes one at a time: after each acknowledgement only the latest counts", async () => {
    const { pushes, pushed, open, settle, next } = pushing(bookAt(0));
    next(1);
    for (const seq of [2, 3, 4]) next(seq);
    expect(seqs(pushed)).toEqual([1]);
    open[0]?.acknowledge();
    await settle();
    expect(seqs(pushed)).toEqual([1, 4]);
    open[1]?.acknowledge();
    await settle();
    expect([seqs(pushed), pushes.dueAt()]).toEqual([[1, 4], null]);
    pushes.changed();
    expect(seqs(pushed), "a batch that only read pushes nothing").toEqual([1, 4]);
  });

  it("[D23] [L3] leaves a push that is lost to the alarm, with a pause, and what comes meanwhile too", async () => {
    const { pushes, pushed, open, faults, settle, next, pass } = pushing(bookAt(0));
    next(1);
    expect(pushes.dueAt(), "when no call takes longer").toBe(START + 6_000);
    open[0]?.lose(new Error("away"));
    await settle();
    expect([faults.length, pushes.dueAt()]).toEqual([1, START + 1_000]);
    next(2);
    pass(999);
    pushes.run();
    expect(seqs(pushed)).toEqual([1]);
    pass(1);
    pushes.run();
    expect(seqs(pushed)).toEqual([1, 2]);
    open[1]?.acknowledge();
    await settle();
    expect(pushes.dueAt()).toBeNull();
  });
});

describe("a door that wakes", () => {
  it("[D23] [L3] [L5] pushes once if its alarm woke it, since that may be why, and not for a read", async () => {
    const { pushes, pushed, open, settle } = pushing(bookAt(5));
    pushes.changed();
    expect([seqs(pushed), pushes.dueAt()]).toEqual([[], null]);
    pushes.run();
    open[0]?.acknowledge();
    await settle();
    pushes.run();
    expect([seqs(pushed), pushes.dueAt()]).toEqual([[5], null]);
  });

  it("[D23] without terms has nothing to push, whatever wakes it", () => {
    const { pushes, pushed } = pushing({
      terms: null,
      barriers: [],
      leases: new Map(),
      checkpoint: null,
      head: { ...EMPTY_DOOR, counts: NO_COUNTS },
    });
    pushes.changed();
    pushes.run();
    expect([pushed, pushes.dueAt()]).toEqual([[], null]);
  });
});
