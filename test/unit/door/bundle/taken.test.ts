// How a door builds bundles while scans go on: whole or of what has changed, as of one row of its log, and which
// requests share one bundle.
// @module-tag slow

import { describe, expect, test } from "vitest";
import { DEFAULT_ADMISSION } from "../../../../src/domain/door/admission.ts";
import type { Bundle } from "../../../../src/domain/door/tickets/bundle.ts";
import { updateBundle } from "../../../../src/domain/door/tickets/bundle-read.ts";
import { foldTicket } from "../../../../src/domain/door/rows/fold.ts";
import type { PassRow, TicketRow } from "../../../../src/domain/door/rows/rows.ts";
import { must } from "../../../../src/domain/result.ts";
import { type BundleQuery, KEPT_MS, MAX_ROWS_SINCE, openBundleTaker } from "../../../../src/door/bundle-taker.ts";
import { openTicketPages } from "../../../../src/door/storage/ticket-pages.ts";
import { MINUTE } from "../../../support/builders.ts";
import { assertSame, bundleOf, headOf, readOf, recordOf } from "../../../support/door/model/bundles.ts";
import { NORTH, NOW, PHONE, SOUTH, TERMS } from "../../../support/door/cases.ts";
import {
  AT_SOUTH,
  codeOf,
  correctCommand,
  type DoorOnDisk,
  openDoorOnDisk,
  scanIdOf,
  scanCommand,
  undoCommand,
} from "../../../support/door/on-disk.ts";
import { eventTerms } from "../../../support/door/event-terms.ts";
import { judge } from "../../../support/door/judged-door.ts";
import { type Random, randomFrom } from "../../../support/random.ts";
import { ticket } from "../../../support/door/ticket-changes.ts";

const [ONCE, AGAIN] = [1, 2];
const TYPES = [
  { number: ONCE, admission: DEFAULT_ADMISSION },
  { number: AGAIN, admission: { ...DEFAULT_ADMISSION, entry: "reentry" as const, gap_minutes: 1 } },
];
const RULES = { types: TYPES, softCapacity: 100_000, hardCapacity: 100_000 };
/** Tickets with odd serials enter again and again. */
const typeOf = (serial: number) => (serial % 2 === 0 ? ONCE : AGAIN);
const ALL: BundleQuery = { since: 0, tags: [] };

/** A door, and what takes its bundles; `between` is called after each page, of which `pages` counts. */
function openTaken() {
  const door = openDoorOnDisk(eventTerms({ rules: RULES }));
  const pages = openTicketPages(door.storage);
  const here = { door, pages: 0, between: () => {}, isFailing: false };
  const count = <T>(page: T): T => {
    if (here.isFailing) throw new Error("disk failed");
    here.pages += 1;
    return page;
  };
  const taker = openBundleTaker({
    book: () => door.ledger().book(),
    pages: { ...pages, after: (...of) => count(pages.after(...of)), of: (of) => count(pages.of(of)) },
    clock: () => door.now,
    pause: () => Promise.resolve(here.between()),
  });
  const ask = (asked: Partial<BundleQuery> = {}) => taker.take({ ...ALL, ...asked });
  const take = async (asked: Partial<BundleQuery> = {}) => {
    const taken = await ask(asked);
    if (taken === "overloaded") throw new Error("too many look for what changed");
    return taken;
  };
  const read = async (since = 0): Promise<Bundle> => {
    const taken = await take({ since });
    return readOf(must(taken?.bytes, "nothing was known before"));
  };
  return Object.assign(here, { ask, take, read });
}

const enter = (door: DoorOnDisk, serial: number, parts: object = {}) =>
  door.scan({ as: `scan ${door.rows().length}`, code: codeOf(serial, { typeNumber: typeOf(serial) }), ...parts });

/** The door and a scanner alone over the bundle say the same of each of these tickets. */
function assertAsDoor(door: DoorOnDisk, bundle: Bundle, serials: readonly number[]): void {
  const { tickets } = door.store().find({ scanIds: [], undone: [], serials, after: null });
  const { rules } = bundle.terms;
  for (const serial of serials)
    for (const direction of ["in", "out"] as const) {
      const { state } = foldTicket(tickets.get(serial)?.rows ?? [], door.ledger().book().barriers, rules.days);
      const code = codeOf(serial, { typeNumber: typeOf(serial) });
      const asked = { rules, now: door.now, counts: door.ledger().book().head.counts };
      assertSame(asked, state, bundle.tickets.get(serial), { code, direction, gateId: NORTH }, () => {});
    }
}

const SERIALS = Array.from({ length: 24 }, (_, index) => index);

/** Something that happens at a door. */
function happen(door: DoorOnDisk, random: Random, isLate: boolean): void {
  const serial = Math.floor(random() * SERIALS.length);
  const what = random();
  door.now += 1 + Math.floor(random() * MINUTE);
  const number = door.rows().length;
  if (what < 0.6) enter(door, serial, random() < 0.5 ? { by: AT_SOUTH, gateId: SOUTH } : {});
  else if (what < 0.8) enter(door, serial, { direction: "out" });
  else if (what < 0.88) door.run([undoCommand(`scan ${Math.floor(random() * number)}`, { as: `undo ${number}` })]);
  else if (what < 0.94) judge(door, { action: "block", ticket: ticket(serial), note: "x" }, `block ${number}`);
  else if (what < 0.98) judge(door, { action: "unblock", ticket: ticket(serial) }, `unblock ${number}`);
  else if (isLate) door.run([correctCommand("sweep", `sweep ${number}`)]);
}

describe("[D17] [D18] a bundle and what is taken since", () => {
  test("say of every ticket what the door says, at any time of an evening", async () => {
    for (let seed = 1; seed <= 25; seed++) {
      const random = randomFrom(seed);
      const { door, read } = openTaken();
      for (let step = 0; step < 40; step++) happen(door, random, true);
      let known = await read();
      expect([known.seq, known.since, known.counts]).toEqual([
        ...[door.rows().length, 0, door.ledger().book().head.counts],
      ]);
      assertAsDoor(door, known, SERIALS);
      for (let gap = 0; gap < 4; gap++) {
        for (let step = 0; step < 8; step++) happen(door, random, gap === 3);
        const updated = updateBundle(known, await read(known.seq));
        if (!updated.ok) throw new Error(updated.refusal);
        known = updated.value;
        assertAsDoor(door, known, SERIALS);
      }
    }
  });

  test("taken while scans go on is as of its row; what came between two pages is in the next one", async () => {
    const here = openTaken();
    const { door, read } = here;
    const serials = Array.from({ length: 1_200 }, (_, index) => 2 * index);
    door.run(serials.map((serial) => scanCommand({ as: serial, code: codeOf(serial, { typeNumber: ONCE }) })));
    const seq = door.rows().length;
    let scans = 0;
    here.between = () => {
      // One of a page that was read, one of a page to come, and one that nobody has seen.
      for (const serial of [0, 2_398, 2_400 + 2 * scans]) enter(door, serial, { direction: "out" });
      scans += 1;
    };
    const bundle = await read();
    expect([scans, bundle.seq, bundle.counts.inside]).toEqual([3, seq, 1_200]);
    expect([0, 2_398].map((serial) => bundle.tickets.get(serial)?.state.inside)).toEqual([1, 0]);
    here.between = () => {};
    const since = await read(bundle.seq);
    expect([...since.tickets.keys()]).toEqual([0, 2_398, 2_400, 2_402, 2_404]);
    const updated = updateBundle(bundle, since);
    assertAsDoor(door, updated.ok ? updated.value : bundle, [...serials, 2_400, 2_402, 2_404]);
  });
});

test("[D17] a ticket's row has its type; a row by an earlier release lacks it, and is sent in full", async () => {
  const { door, read } = openTaken();
  enter(door, 2);
  const seq = door.rows().length;
  expect((await read()).tickets.get(2)).toMatchObject({ isCoarse: true, typeNumber: ONCE });
  door.storage.sql.exec("UPDATE tickets SET body = json_remove(body, '$[3]')");
  door.now += KEPT_MS;
  enter(door, 4);
  expect((await read(seq - 1)).tickets.get(2)).toMatchObject({ isCoarse: false, typeNumber: null });
  enter(door, 2, { direction: "out" });
  expect((await read(seq)).tickets.get(2)).toMatchObject({ isCoarse: true, typeNumber: ONCE, state: { inside: 0 } });
});

describe("[D17] what is taken since", () => {
  test("has the tickets of later rows alone, and none when there are none", async () => {
    const { door, read } = openTaken();
    for (const serial of [2, 4]) enter(door, serial);
    const seq = door.rows().length;
    expect([...(await read(seq)).tickets.keys()]).toEqual([]);
    enter(door, 6);
    enter(door, 4, { direction: "out" });
    const since = await read(seq);
    expect([since.seq, since.since, [...since.tickets.keys()]]).toEqual([seq + 2, seq, [4, 6]]);
  });

  test("is everything after the rules changed, the place was emptied, or from a row that does not exist yet", async () => {
    const { door, read } = openTaken();
    for (const serial of [2, 4]) enter(door, serial);
    const wholes = async (since: number) => (await read(since)).since === 0;
    const seq = door.rows().length;
    expect([await wholes(seq), await wholes(seq + 1)]).toEqual([false, true]);
    door.take(eventTerms({ rules: RULES, terms: { version: 2 } }));
    expect([await wholes(seq), await wholes(seq + 1)]).toEqual([true, false]);
    door.run([correctCommand("sweep", "sweep")]);
    expect([await wholes(seq + 1), await wholes(seq + 2)]).toEqual([true, false]);
    door.run([correctCommand({ gates: [{ id: NORTH, insideBy: 4 }] }, "set")]);
    expect(await wholes(seq + 2), "a correction changes no ticket").toBe(false);
    expect((await read(seq + 2)).counts.inside).toBe(4);
  });

  test("is all of them behind by more than 20,000 rows", async () => {
    const { door, read } = openTaken();
    enter(door, 2);
    const seq = door.rows().length;
    const unreadable = { kind: "unreadable" } as const;
    door.run(Array.from({ length: MAX_ROWS_SINCE }, (_, as) => scanCommand({ as, code: unreadable })));
    expect([(await read(seq)).since, (await read(seq - 1)).since]).toEqual([seq, 0]);
  });
});

describe("[D17] scanners that come at one time", () => {
  test("get one bundle, which is taken once in 10 s; they request what came since", async () => {
    const here = openTaken();
    const { door, take } = here;
    enter(door, 2);
    const [first, same] = await Promise.all([take(), take()]);
    expect([same, here.pages]).toEqual([first, 1]);
    enter(door, 4);
    door.now += KEPT_MS - 1;
    expect(await take()).toEqual(first);
    door.now += 1;
    const next = await take();
    expect([next?.tag === first?.tag, here.pages]).toEqual([false, 2]);
    door.now += 10 * KEPT_MS;
    expect([await take(), here.pages], "nothing has happened").toEqual([next, 2]);
    enter(door, 6);
    await take();
    expect(here.pages).toBe(3);
    door.take(eventTerms({ rules: RULES, terms: { version: 2 } }));
    expect(readOf(must((await take())?.bytes, "it is new")).terms.version).toBe(2);
    door.run([correctCommand("sweep", "sweep")]);
    expect((await take())?.tag).not.toBe(next?.tag);
    expect(here.pages).toBe(5);
  });

  test("get nothing where they have it: the row, the rules and the events nearby are as they were", async () => {
    const { door, take } = openTaken();
    enter(door, 2);
    const seq = door.rows().length;
    const tag = must(await take(), "the door has terms").tag;
    for (const since of [0, seq]) expect(await take({ since, tags: ["x", tag] })).toEqual({ tag, bytes: null });
    door.take(eventTerms({ rules: RULES, terms: { nearbyAt: NOW } }));
    const newer = await take({ since: seq, tags: [tag] });
    expect(newer?.bytes).not.toBeNull();
    enter(door, 4);
    expect((await take({ since: seq, tags: [must(newer, "it was taken").tag] }))?.bytes).not.toBeNull();
  });

  test("get none of an event that is deleted meanwhile, and another once the rows can be read again", async () => {
    const here = openTaken();
    enter(here.door, 2);
    here.isFailing = true;
    await expect(here.take()).rejects.toThrow("disk failed");
    here.isFailing = false;
    expect((await here.take())?.bytes).toBeInstanceOf(Uint8Array);
    enter(here.door, 4);
    here.door.now += KEPT_MS;
    here.between = () => here.door.ledger().forget();
    expect(await here.take()).toBeNull();
  });
});

const BUNDLED = { ...TERMS, types: TYPES };
const entry: PassRow = {
  ...{ kind: "entry", at: NOW, scanId: scanIdOf("in"), deviceId: PHONE, counter: 0, gateId: NORTH, decided: "door" },
  ...{ generation: 1, entry: "once", persons: 1, breaches: [] },
};
const wasIn: TicketRow[] = [entry];

describe("[D17] what a scanner has and what it is sent", () => {
  const bundle = (seq: number, since: number, tickets: Record<number, TicketRow[]>): Bundle =>
    readOf(
      bundleOf(
        headOf(BUNDLED, { seq, since }),
        Object.entries(tickets).map(([serial, rows]) => [Number(serial), recordOf(rows, ONCE)]),
      ),
    );
  const known = bundle(10, 0, { 1: wasIn, 2: wasIn });
  const insideOf = ({ tickets }: Bundle) => [...tickets].map(([serial, { state }]) => [serial, state.inside]);

  test("replaces what is known of a ticket, also by nothing where it was undone, and leaves the others", () => {
    const undo = { kind: "undo", ref: entry.scanId, bySupervisor: true } as const;
    const undone = [...wasIn, { ...undo, scanId: scanIdOf("undo"), at: NOW + 1, deviceId: PHONE, counter: 0 }];
    const next = updateBundle(known, bundle(12, 10, { 2: undone, 3: wasIn }));
    expect(next).toMatchObject({ ok: true, value: { seq: 12, since: 0 } });
    expect(next.ok && insideOf(next.value)).toEqual([
      [1, 1],
      [2, 0],
      [3, 1],
    ]);
  });

  test("is not taken across a gap; an older one changes nothing, and a whole one replaces all", () => {
    expect(updateBundle(known, bundle(20, 11, {}))).toEqual({ ok: false, refusal: "gap" });
    expect(updateBundle(known, bundle(20, 9, {}))).toMatchObject({ ok: true, value: { seq: 20 } });
    expect(updateBundle(known, bundle(9, 0, {}))).toEqual({ ok: true, value: known });
    const whole = updateBundle(known, bundle(20, 0, { 3: wasIn }));
    expect(whole.ok && insideOf(whole.value)).toEqual([[3, 1]]);
  });
});
