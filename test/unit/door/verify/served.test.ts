// A door's log as the API serves it: each field of a row is covered, and the row is named of which one is another.

import { Readable } from "node:stream";
import { describe, expect, test } from "vitest";
import { type ServedPage, verifyDoorLog } from "../../../../src/cli/verify/door-verify.ts";
import type { DoorCommand } from "../../../../src/domain/door/command.ts";
import { must } from "../../../../src/domain/result.ts";
import { renderDoorCheckpoint, renderDoorRow } from "../../../../src/http/schemas/entry/door-log.ts";
import { sha256Hex } from "../../../../src/shared/sha256.ts";
import { SOUTH } from "../../../support/door/cases.ts";
import {
  AT_SOUTH,
  clickCommand,
  correctCommand,
  openDoorOnDisk,
  scanCommand,
  SUPERVISOR,
  undoCommand,
} from "../../../support/door/on-disk.ts";
import { EMPTIED_AT, openOverDoor } from "../../../support/door/emptied-door.ts";
import { eventTerms } from "../../../support/door/event-terms.ts";

type Served = Record<string, unknown>;

/** A row of each kind, with something in each field of one or the other. */
function served(): Served[] {
  const door = openDoorOnDisk();
  const atSouth = { by: AT_SOUTH, gateId: SOUTH };
  const commands: DoorCommand[] = [
    scanCommand({ as: "in" }),
    scanCommand({ as: "again", ...atSouth }),
    scanCommand({ as: "let in", ...atSouth, by: SUPERVISOR, override: "the list" }),
    undoCommand("let in", { by: SUPERVISOR }),
    clickCommand(2, "click"),
    correctCommand("sweep", "sweep"),
  ];
  for (const command of commands) {
    door.now += 1_000;
    door.run([command]);
  }
  // As it comes over the wire.
  return JSON.parse(JSON.stringify(door.rows().map(renderDoorRow))) as Served[];
}

async function* pagesOf(rows: readonly Served[]): AsyncGenerator<ServedPage> {
  for (let at = 0; at < rows.length; at += 2) yield await Promise.resolve({ data: rows.slice(at, at + 2) });
}
const put = (rows: readonly Served[], at: number, other: Served | null) =>
  rows.map((row, index) => (index === at ? (other as Served) : row));
const verify = async (rows: readonly Served[]) => (await verifyDoorLog(pagesOf(rows), sha256Hex)).broken;

/** Another value of the same form, or one where there was none. */
function otherThan(value: unknown, name: string): unknown {
  if (typeof value === "boolean") return !value;
  if (typeof value === "number") return value + 1;
  if (value === null) return { count: 1, terms_version: 1, type_number: 1, generation: 1 }[name] ?? OTHERS[name] ?? "x";
  if (Array.isArray(value)) return value.length > 0 ? [] : [{ gate_id: SOUTH, entries: 1, exits: 0, inside_by: 1 }];
  if (typeof value === "object") return { inside: 99 };
  return OTHERS[name] === value ? undefined : OTHERS[name];
}
const OTHERS: Readonly<Record<string, string>> = {
  ...{ at: "2026-12-05T00:00:00.000Z", received_at: "2026-12-05T00:00:00.000Z", kind: "exit", scan_id: "scn_x" },
  ...{ actor: "system!", request_id: "another", gate_id: "gate_x", serial: "00000-00000-0", source: "reader" },
  ...{ decided: "override", verdict: "unreadable", detail: "{}", reason: "x", ref: "scn_x", hash: "ab" },
};

test("[D1] a log holds as it is served, in pages, also with fields that a later version adds", async () => {
  const rows = served();
  expect(rows.map(({ kind }) => kind)).toEqual(["terms", "entry", "entry", "entry", "undo", "count", "sweep"]);
  expect(await verify(rows)).toBeNull();
  expect(await verify(rows.map((row) => ({ ...row, added: 1 })))).toBeNull();
  expect(await verify([])).toBeNull();
});

test("[D1] a row that was noted elsewhere is compared when it comes, and missed when it does not", async () => {
  const rows = served();
  const last = { seq: rows.length, hash: String(rows.at(-1)?.["hash"]) };
  const noting = async (noted: typeof last) => (await verifyDoorLog(pagesOf(rows), sha256Hex, [noted])).broken?.seq;
  expect(await noting(last)).toBeUndefined();
  expect(await noting({ ...last, seq: 3 })).toBe(3);
  expect(await noting({ ...last, seq: rows.length + 1 })).toBe(rows.length + 1);
});

test("[D1] a row is named of which any field is another, whether a column or read from one", async () => {
  const rows = served();
  for (const [index, row] of rows.entries()) {
    for (const name of Object.keys(row)) {
      const other = otherThan(row[name], name);
      expect(other, name).not.toEqual(row[name]);
      const broken = await verify(put(rows, index, { ...row, [name]: other }));
      expect(broken?.seq, `${name} of row ${index + 1}`).toBe(index + 1);
    }
  }
});

test("[D1] a row that is missing, or of a form that is not known, is named", async () => {
  const rows = served();
  for (const [index, row] of rows.entries()) {
    const left = rows.filter((each) => each !== row);
    expect((await verify(left))?.seq ?? null).toBe(index === rows.length - 1 ? null : index + 1);
    for (const other of [null, {}, { ...row, kind: "of later" }, { ...row, serial: "no serial" }]) {
      const broken = await verify(put(rows, index, other));
      expect(broken).toEqual({ seq: index + 1, why: "it does not have the form of a row that this version knows" });
    }
  }
});

test("[D1] what is read from a column and shown otherwise is said to be so", async () => {
  const rows = served();
  const shown = put(rows, 2, { ...rows[2], facts: { entered: null } });
  expect((await verify(shown))?.seq).toBe(3);
  const clicks = await verify(put(rows, 5, { ...rows[5], count: 3 }));
  expect(clicks).toEqual({ seq: 6, why: "its facts differ from its `detail`" });
});

describe("[D25] a log whose rows were deleted", () => {
  /** The log as served after the door was emptied and got terms of an event that goes on. */
  function emptied(): { page: ServedPage; seq: number; hash: string } {
    const over = openOverDoor();
    over.sweepAt(EMPTIED_AT);
    over.door.take(eventTerms({ terms: { epoch: 5 } }));
    const checkpoint = must(over.door.ledger().book().checkpoint, "it was emptied");
    const page = { data: over.door.rows().map(renderDoorRow), checkpoint: renderDoorCheckpoint(checkpoint) };
    // As it comes over the wire.
    return { page: JSON.parse(JSON.stringify(page)) as ServedPage, seq: checkpoint.seq, hash: checkpoint.hash };
  }
  const verifyPages = (pages: readonly ServedPage[], noted: Parameters<typeof verifyDoorLog>[2] = []) =>
    verifyDoorLog(Readable.from(pages), sha256Hex, noted);

  test("holds from its checkpoint on, as far as it is what was noted of it", async () => {
    const { page, seq, hash } = emptied();
    expect(page.data).toHaveLength(1);
    const note = { seq, hash };
    expect(await verifyPages([page], [note])).toMatchObject({ broken: null, from: seq, last: { seq: seq + 1 } });
    const checkpointAlone = { ...page, data: [] };
    expect(await verifyPages([checkpointAlone])).toMatchObject({ broken: null, from: seq, last: { seq, hash } });
    expect((await verifyPages([checkpointAlone], [{ seq: 2, hash: "ab" }])).broken).toBeNull();
    expect((await verifyPages([page], [{ seq, hash: "ab" }])).broken?.seq).toBe(seq);
    expect((await verifyPages([page], [{ seq: seq + 2, hash }])).broken?.seq).toBe(seq + 2);
  });

  test("breaks where a value of its checkpoint is another", async () => {
    const { page, seq } = emptied();
    const checkpoint = Object(page.checkpoint) as Record<string, unknown>;
    const names = ["seq", "inside", "admitted", "hash"];
    for (const name of names) {
      const other = { ...checkpoint, [name]: otherThan(checkpoint[name], name) };
      const { broken } = await verifyPages([{ ...page, checkpoint: other }]);
      expect(broken?.seq, name).toBe(name === "seq" ? seq + 2 : seq + 1);
    }
  });

  test("is read again where its rows were deleted meanwhile", async () => {
    const rows = served();
    const { page } = emptied();
    await expect(verifyPages([{ data: rows, checkpoint: null }, page])).rejects.toThrow(/deleted/);
    expect(await verifyPages([{ data: rows, checkpoint: null }])).toMatchObject({ broken: null, from: 0 });
  });
});
