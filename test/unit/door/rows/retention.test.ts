// What a door deletes of its event, when, and what it replies from then on (rule D25).

import { describe, expect, test } from "vitest";
import type { CountsReply, DoorCommand, DoorReply } from "../../../../src/domain/door/command.ts";
import { EMPTY_DOOR, firstBrokenDoorRow } from "../../../../src/domain/door/rows/door-log.ts";
import {
  DOOR_RETENTION,
  emptyingDueAt,
  endsRows,
  hasLetIn,
  rowsEndAt,
} from "../../../../src/domain/door/rows/retention.ts";
import { openDoorVerifier } from "../../../../src/domain/door/verify/verify.ts";
import { sha256Hex } from "../../../../src/shared/sha256.ts";
import { idOf, ORGANIZATION } from "../../../support/builders.ts";
import { NORTH, NOW, PHONE, SOUTH, TERMS } from "../../../support/door/cases.ts";
import {
  clickCommand,
  codeOf,
  correctCommand,
  scanCommand,
  SUPERVISOR,
  undoCommand,
} from "../../../support/door/on-disk.ts";
import {
  ARCHIVED_AT,
  archivedTerms,
  DAY,
  EMPTIED_AT,
  openOverDoor,
  type OverDoor,
} from "../../../support/door/emptied-door.ts";
import { eventTerms } from "../../../support/door/event-terms.ts";
import { leaseCommand, writeOffCommand } from "../../../support/door/leases.ts";
import { judgeCommand, voided } from "../../../support/door/ticket-changes.ts";
import { uploadCommand } from "../../../support/door/uploads.ts";

const codes = (replies: readonly DoorReply[]) => replies.map((reply) => (reply.ok ? "ok" : reply.refusal.code));
const NOTHING_LEFT = { tickets: 0, conflicts: 0, leases: 0, sockets: 0, log: 0 };
const readCounts = ({ door }: OverDoor): CountsReply =>
  // The cast: the reply to a query for counts is one of counts.
  door.run([{ kind: "counts", by: SUPERVISOR }])[0] as CountsReply;

/** All that anybody may want of a door, of a ticket that it knows and of one that it does not. */
const COMMANDS: readonly DoorCommand[] = [
  scanCommand({ as: "in 3", code: codeOf(3), by: SUPERVISOR }),
  scanCommand({ as: "new", code: codeOf(50), by: SUPERVISOR, override: "the list" }),
  scanCommand({ as: "new out", code: codeOf(3), by: SUPERVISOR, direction: "out" }),
  uploadCommand({ as: "late", serial: 51, by: SUPERVISOR }),
  { ...undoCommand("in 3"), by: SUPERVISOR },
  clickCommand(1, "late click", SUPERVISOR),
  correctCommand("sweep", "late sweep"),
  { ...leaseCommand(), by: SUPERVISOR },
  writeOffCommand(PHONE),
  judgeCommand(voided([3]), "late"),
];

describe("[D25] the rows of a door end", () => {
  const ends = (rules: Partial<typeof TERMS>) => rowsEndAt({ ...TERMS, ...rules }, DOOR_RETENTION);

  test("90 days after the archiving, and not while the event is not archived", () => {
    expect(DOOR_RETENTION.keptMs).toBe(90 * DAY);
    expect(ends({ eventStatus: "ended", endedAt: NOW })).toBeNull();
    expect(ends({ eventStatus: "archived", archivedAt: ARCHIVED_AT })).toBe(ARCHIVED_AT + 90 * DAY);
  });

  test("never before the door takes nothing more of an event that was archived long before its end", () => {
    const endTime = ARCHIVED_AT + 83 * DAY;
    expect(ends({ archivedAt: ARCHIVED_AT, endTime })).toBe(ARCHIVED_AT + 90 * DAY);
    expect(ends({ archivedAt: ARCHIVED_AT, endTime: endTime + 1 })).toBe(ARCHIVED_AT + 90 * DAY + 1);
  });

  test("as foreseen of a door with rows alone that no mark covers yet", () => {
    const { door } = openOverDoor();
    const book = door.ledger().book();
    expect(emptyingDueAt(book, DOOR_RETENTION)).toBe(EMPTIED_AT);
    expect(emptyingDueAt({ ...book, terms: null }, DOOR_RETENTION)).toBeNull();
    expect(emptyingDueAt({ ...book, terms: eventTerms() }, DOOR_RETENTION)).toBeNull();
    const checkpoint = { ...book.head, begunAt: NOW };
    expect(emptyingDueAt({ ...book, checkpoint }, DOOR_RETENTION)).toBeNull();
    expect(emptyingDueAt({ ...book, checkpoint: { ...checkpoint, seq: book.head.seq - 1 } }, DOOR_RETENTION)).toBe(
      EMPTIED_AT,
    );
  });

  test("where a door without terms has judged tickets, by the terms of the archived event alone", () => {
    expect(endsRows({ seq: 1 }, archivedTerms())).toBe(true);
    expect(endsRows({ seq: 0 }, archivedTerms())).toBe(false);
    expect(endsRows({ seq: 1 }, eventTerms())).toBe(false);
  });
});

describe("[D25] a door of an archived event", () => {
  test("keeps all to the millisecond, and nothing from then on but its last row", () => {
    const over = openOverDoor();
    const { door } = over;
    const before = over.counts();
    for (const [table, count] of Object.entries(before)) expect(count, table).toBeGreaterThan(0);
    expect(over.dueAt(ARCHIVED_AT)).toBe(EMPTIED_AT);
    expect(over.stepAt(EMPTIED_AT - 1)).toBe(0);
    expect([over.counts(), door.ledger().book().checkpoint]).toEqual([before, null]);
    const { head } = door.ledger().book();
    expect(over.stepAt(EMPTIED_AT)).toBe(4);
    const { barriers, leases, checkpoint } = door.ledger().book();
    expect([barriers, leases.size, checkpoint]).toEqual([[], 0, { ...head, begunAt: NOW }]);
    expect(door.ledger().book().head).toMatchObject(head);
  });

  test("deletes a bounded number of rows a step, though it is evicted after each, and then no alarm is due", () => {
    const over = openOverDoor();
    const rows = Object.values(over.counts()).reduce((a, b) => a + b, 0);
    const deleted = over.sweepAt(EMPTIED_AT);
    expect(Math.max(...deleted)).toBe(4);
    expect(deleted.reduce((a, b) => a + b, 0)).toBe(rows);
    expect(deleted.length).toBeLessThanOrEqual(rows / 4 + 1);
    expect(over.counts()).toEqual(NOTHING_LEFT);
    expect(over.dueAt(EMPTIED_AT)).toBeNull();
    expect(over.dueAt(EMPTIED_AT + 1_000 * DAY)).toBeNull();
    expect(over.stepAt(EMPTIED_AT)).toBe(0);
  });

  test("is the same whether the alarm comes in time, late, or twice", () => {
    const [inTime, late, twice] = [openOverDoor(), openOverDoor(), openOverDoor()];
    inTime.sweepAt(EMPTIED_AT);
    late.sweepAt(EMPTIED_AT + 30 * DAY);
    for (let time = 0; time < 12; time += 1) {
      twice.stepAt(EMPTIED_AT);
      twice.stepAt(EMPTIED_AT);
    }
    const states = [inTime, late, twice].map((over) => [over.counts(), over.door.ledger().book()]);
    expect(states[1]).toEqual(states[0]);
    expect(states[2]).toEqual(states[0]);
    expect(states[0]?.[0]).toEqual(NOTHING_LEFT);
  });

  test("replies in the middle of it, and after an eviction there, as at its end", () => {
    const over = openOverDoor();
    over.stepAt(EMPTIED_AT);
    const answers = () => [codes(over.door.run(COMMANDS)), readCounts(over), over.door.ledger().book()];
    const inTheMiddle = answers();
    over.restart();
    expect(answers()).toEqual(inTheMiddle);
    over.sweepAt(EMPTIED_AT);
    expect(over.counts()).toEqual(NOTHING_LEFT);
    expect(answers()).toEqual(inTheMiddle);
  });

  test("goes on 30 s after a step that failed, of which nothing is left", () => {
    const over = openOverDoor();
    const before = over.counts();
    over.door.storage.setFailing(true);
    expect(over.stepAt(EMPTIED_AT)).toBe(0);
    expect(over.faults).toHaveLength(1);
    over.door.storage.setFailing(false);
    expect(over.counts()).toEqual(before);
    expect(over.dueAt(EMPTIED_AT)).toBe(EMPTIED_AT + 30_000);
    expect(over.stepAt(EMPTIED_AT + 29_999)).toBe(0);
    expect(over.stepAt(EMPTIED_AT + 30_000)).toBe(4);
    expect(over.door.ledger().book().checkpoint).not.toBeNull();
  });
});

describe("[D25] a door that was emptied", () => {
  function emptied() {
    const over = openOverDoor();
    const { counts, seq } = over.door.ledger().book().head;
    over.sweepAt(EMPTIED_AT);
    return { over, counts, seq };
  }

  test("lets nobody in and takes nothing more, and still says how many came", () => {
    const { over, counts, seq } = emptied();
    expect(codes(over.door.run(COMMANDS))).toEqual(COMMANDS.map(() => "door_closed"));
    expect(over.counts()).toEqual(NOTHING_LEFT);
    expect(counts).toMatchObject({ admitted: 2 });
    expect(readCounts(over)).toMatchObject({ ok: true, value: { seq, counts } });
  });

  test("is there for nobody else's, and for no device", () => {
    const { over } = emptied();
    const stranger = { ...SUPERVISOR, organizationId: idOf("org", "other") };
    expect(ORGANIZATION).not.toBe(stranger.organizationId);
    expect(codes(over.door.run([scanCommand(), scanCommand({ by: stranger })]))).toEqual(["not_found", "not_found"]);
  });

  test("stays closed when a restored D1 says that the event goes on, and may be emptied by that row", () => {
    const { over, counts, seq } = emptied();
    const { door } = over;
    const open = { eventStatus: "live", doorsOpen: EMPTIED_AT, endTime: EMPTIED_AT + DAY } as const;
    const restored = { epoch: 5, version: 1 };
    expect(door.take(eventTerms({ rules: { ...open, archivedAt: null, hardCapacity: 1 }, terms: restored })).ok).toBe(
      true,
    );
    for (const life of ["awake", "woken"]) {
      const all = [...COMMANDS, scanCommand()];
      expect(codes(door.run(all)), life).toEqual(all.map(() => "door_closed"));
      expect(door.ledger().book().head, life).toMatchObject({ seq: seq + 1, counts });
      over.restart();
    }
    expect(over.counts()).toEqual({ ...NOTHING_LEFT, log: 1 });
    expect(over.dueAt(EMPTIED_AT)).toBeNull();

    const again = EMPTIED_AT + 2 * DAY;
    door.now = again;
    door.take(archivedTerms({ rules: { archivedAt: again }, terms: { epoch: 5, version: 2 } }));
    expect(over.dueAt(again)).toBe(again + DOOR_RETENTION.keptMs);
    over.sweepAt(again + DOOR_RETENTION.keptMs);
    expect(over.counts()).toEqual(NOTHING_LEFT);
    expect(door.ledger().book()).toMatchObject({ head: { seq: seq + 2, counts }, checkpoint: { begunAt: NOW } });
  });

  test("is not gone where D1 does not know its event, however many passed", () => {
    const checkpoint = { ...EMPTY_DOOR, seq: 3, begunAt: NOW };
    expect(hasLetIn({ head: EMPTY_DOOR, checkpoint })).toBe(true);
    expect(hasLetIn({ head: EMPTY_DOOR, checkpoint: null })).toBe(false);
    const { counts } = EMPTY_DOOR;
    expect(hasLetIn({ head: { ...EMPTY_DOOR, counts: { ...counts, admitted: 1 } }, checkpoint: null })).toBe(true);
    const gates = new Map([[NORTH, { entries: 0, exits: 1, insideBy: 0 }]]);
    expect(hasLetIn({ head: { ...EMPTY_DOOR, counts: { ...counts, gates } }, checkpoint: null })).toBe(true);
  });
});

describe("[D25] [D1] the log of a door that was emptied", () => {
  /** A door that was emptied, and then got terms of an event that goes on. */
  function toldAgain() {
    const over = openOverDoor();
    const rows = over.door.rows();
    over.sweepAt(EMPTIED_AT);
    over.door.take(eventTerms({ terms: { epoch: 5 } }));
    const { checkpoint } = over.door.ledger().book();
    if (checkpoint === null) throw new Error("it was emptied");
    return { over, rows, checkpoint, after: over.door.rows() };
  }

  test("goes on from its checkpoint, which is its last row", () => {
    const { rows, checkpoint, after } = toldAgain();
    expect(rows.at(-1)).toMatchObject({ seq: checkpoint.seq, hash: checkpoint.hash });
    expect(after.map(({ seq, kind }) => [seq, kind])).toEqual([[rows.length + 1, "terms"]]);
    expect(firstBrokenDoorRow(EMPTY_DOOR, [...rows, ...after], sha256Hex)).toBeNull();
  });

  test("verifies from there with its counts, and breaks where one differs or somebody passes", () => {
    const { checkpoint, after } = toldAgain();
    const { counts, seq, hash } = checkpoint;
    const broken = (from: Parameters<typeof openDoorVerifier>[2], rows = after, noted = [{ seq, hash }]) => {
      const verifier = openDoorVerifier(sha256Hex, noted, from);
      for (const row of rows) verifier.take(row);
      return verifier.verdict().broken?.seq ?? null;
    };
    expect(broken(checkpoint)).toBeNull();
    expect(broken(checkpoint, [])).toBeNull();
    expect(broken({ ...checkpoint, hash: "ab" })).toBe(seq);
    expect(broken({ ...checkpoint, hash: "ab" }, after, [])).toBe(seq + 1);
    expect(broken({ ...checkpoint, counts: { ...counts, inside: counts.inside + 1 } })).toBe(seq + 1);
    expect(broken({ ...checkpoint, counts: { ...counts, admitted: counts.admitted + 1 } })).toBe(seq + 1);
    expect(broken(checkpoint, after, [{ seq: seq + 2, hash }])).toBe(seq + 2);
    const other = openOverDoor(null).door;
    expect(broken({ ...other.ledger().book().head, seq: 1 }, other.rows().slice(1, 2), [])).toBe(2);
  });

  test("breaks at a row of another kind, though its chain and its counts hold", () => {
    const { door } = openOverDoor(null);
    const rows = door.rows();
    const index = rows.findIndex(({ kind }) => kind === "revoke");
    const [before, revoke] = rows.slice(index - 1, index + 1);
    if (!before || !revoke) throw new Error("a ticket became void there");
    const { seq, receivedAt, inside, admitted, hash } = before;
    const verifier = openDoorVerifier(sha256Hex, [], {
      ...{ seq, receivedAt, hash },
      counts: { inside, admitted, gates: new Map([[SOUTH, { entries: 1, exits: 0, insideBy: 1 }]]) },
    });
    expect(verifier.take(revoke)).toBe(false);
    expect(verifier.verdict().broken).toEqual({
      seq: revoke.seq,
      why: "an emptied door takes no more rows (rule D25)",
    });
  });
});
