// Audits a door after a crash: every confirmed scan is there, a lost one is there at most once, and nobody is counted
// twice.

import { expect } from "vitest";
import type { Counts } from "../../../src/domain/door/rows/counts.ts";
import { parseSerial } from "../../../src/domain/door/tickets/serial.ts";
import type { DoorRow } from "../../../src/http/schemas/entry/door-log.ts";
import { readDoorLog, verifyDoorLog } from "../../../src/cli/verify/door-verify.ts";
import type { GateId, ScanId } from "../../../src/domain/ids.ts";
import type { PassRow } from "../../../src/domain/door/rows/rows.ts";
import { sha256Hex } from "../../../src/shared/sha256.ts";
import type * as z from "zod";
import type { Client } from "../../support/server/client.ts";
import { type DoorJournal, ONCE, type ScanNote, sendUploads, sentOf, type UploadNote } from "./door-load.ts";
import type { Evening } from "../../support/server/catalogue/door-show.ts";
import { naiveEvent } from "../../support/door/model/naive-door.ts";
import type { ScannerLine } from "../../support/server/sockets/scanner-line.ts";

type Row = z.infer<typeof DoorRow>;
export type DoorScene = {
  readonly baseUrl: string;
  readonly client: Client;
  readonly ownerKey: string;
  readonly evening: Evening;
};

/**
 * A scan that comes again has its verdict. One that had no reply gets one now. `lineOf`: the way that it goes this
 * time.
 */
export async function repeatScans(notes: readonly ScanNote[], lineOf: (note: ScanNote) => ScannerLine): Promise<void> {
  for (const note of notes) {
    const again = await lineOf(note).scan(sentOf(note));
    expect(again.ok, `${said(note)}: ${JSON.stringify(again)}`).toBe(true);
    if (!again.ok) continue;
    if (note.answer) expect(again.scan, said(note)).toEqual(note.answer);
    note.answer = again.scan;
  }
}

/** No code and no token. */
function said({ scan_id, ticket, direction, by }: ScanNote): string {
  return `${scan_id}, ${direction} with ticket ${ticket.serial} by ${by.id}`;
}

/** Likewise of what was decided alone: what was taken is a repeat. */
export async function repeatUploads({ client, evening }: DoorScene, notes: readonly UploadNote[]): Promise<void> {
  for (const note of notes) {
    const { status, outcomes } = await sendUploads(client, evening, [note]);
    const allowed = note.outcome === null ? ["taken", "repeat"] : ["repeat"];
    expect(status, JSON.stringify(note.row)).toBe(200);
    expect(allowed, JSON.stringify(note.row)).toContain(outcomes[0]);
    note.outcome ??= outcomes[0] ?? null;
  }
}

/** The whole log, as `npm run ledger:verify -- --door` reads it, once it was recounted. */
export async function verifiedLog({ baseUrl, ownerKey, evening }: DoorScene): Promise<readonly Row[]> {
  const rows: Row[] = [];
  async function* kept() {
    for await (const page of readDoorLog(baseUrl, ownerKey, evening.eventId)) {
      // The cast: each is checked on its way through the verifier.
      rows.push(...(page.data as readonly Row[]));
      yield page;
    }
  }
  const { broken, last } = await verifyDoorLog(kept(), sha256Hex);
  expect(broken, "where the door's log breaks").toBeNull();
  expect(last.seq).toBe(rows.length);
  return rows;
}

/** Every scan that got a reply is one row with that verdict, and all other rows are of the terms. */
export function checkRows(rows: readonly Row[], { scans, uploads }: DoorJournal): void {
  const scanned = rows.filter(({ kind }) => kind !== "terms");
  const byId = new Map(scanned.map((row) => [row.scan_id, row]));
  expect(byId.size, "no scan has two rows").toBe(scanned.length);
  expect(byId.size, "every row is of something that was sent").toBe(scans.length + uploads.length);
  for (const { scan_id, by, direction, answer } of scans) {
    const kind = direction === "in" ? "entry" : "exit";
    const said = { verdict: answer?.verdict, let_in: answer?.let_in, at: answer?.at };
    expect(byId.get(scan_id), scan_id).toMatchObject({
      kind,
      decided: "door",
      actor: by.id,
      gate_id: by.gateId,
      ...said,
    });
  }
  for (const { row, by } of uploads) {
    const { scan_id, serial, at } = row;
    expect(byId.get(scan_id)).toMatchObject({
      kind: "entry",
      decided: "alone",
      actor: by.id,
      let_in: true,
      serial,
      at,
    });
  }
}

/**
 * When several present the same ticket that admits once, the door lets in at most one, however often it died meanwhile.
 */
export function checkAdmittedOnce({ scans }: DoorJournal): { readonly contested: number } {
  const entries = scans.filter(({ ticket, direction }) => ticket.type === ONCE && direction === "in");
  const bySerial = grouped(entries, ({ ticket }) => ticket.serial);
  let contested = 0;
  for (const [serial, notes] of bySerial) {
    const letIn = notes.filter(({ answer }) => answer?.let_in);
    expect(letIn.length, `ticket ${serial}: ${JSON.stringify(letIn)}`).toBeLessThanOrEqual(1);
    if (notes.length > 1) contested += 1;
  }
  return { contested };
}

type Shown = Pick<Row, "seq" | "inside" | "admitted" | "gates">;

/** The door's counts equal those that a plain count of its log gives, and those of the replies. */
export async function checkDoorCounts(
  { client, ownerKey, evening }: DoorScene,
  rows: readonly Row[],
  { scans, uploads }: DoorJournal,
): Promise<Shown> {
  const answer = await client.ask<Shown>("GET", `/v1/events/${evening.eventId}/door`, { token: ownerKey });
  expect(answer.status).toBe(200);
  const { seq, inside, admitted, gates } = answer.body;
  const counted = naiveCounts(rows);
  expect({ seq, inside, admitted }).toEqual({
    ...{ seq: rows.length, inside: counted.inside, admitted: counted.admitted },
  });
  for (const { gate_id, entries, exits, inside_by: insideBy } of gates)
    expect({ entries, exits, insideBy }, gate_id).toEqual(counted.gates.get(gate_id as GateId));
  const letIn = [...scans.filter(({ answer: said }) => said?.let_in), ...uploads].map(({ ticket }) => ticket.serial);
  const sum = (of: (gate: Shown["gates"][number]) => number) => gates.reduce((all, gate) => all + of(gate), 0);
  expect(admitted, "each ticket is counted once").toBe(new Set(letIn).size);
  expect(
    sum(({ entries }) => entries),
    "each reply that let in is an entry",
  ).toBe(letIn.length);
  expect(sum((gate) => gate.inside_by)).toBe(inside);
  return answer.body;
}

const PASSED = ["exited", "exit_unmatched"];

/** Each ticket is of one person here. The casts: ids are text that the log's chain vouches for. */
function naiveCounts(rows: readonly Row[]): Counts {
  const passes = rows.flatMap((row): (PassRow & { readonly serial: string })[] => {
    const { kind, scan_id, serial, gate_id, let_in, verdict } = row;
    if (kind !== "entry" && kind !== "exit") return [];
    if (!let_in && !PASSED.includes(verdict ?? "")) return [];
    if (scan_id === null || serial === null || gate_id === null || parseSerial(serial) === null)
      throw new Error(`nobody passes without a ticket: ${JSON.stringify(row)}`);
    const named = { scanId: scan_id as ScanId, gateId: gate_id as GateId, deviceId: row.actor, serial };
    return [
      {
        ...{ kind, ...named, at: Date.parse(row.at), counter: row.seq, generation: row.generation, persons: 1 },
        ...{ decided: "door", entry: row.type_number === ONCE + 1 ? "once" : "reentry", breaches: [] },
      },
    ];
  });
  return naiveEvent([...grouped(passes, ({ serial }) => serial).values()], [], []);
}

function grouped<T, K>(all: readonly T[], keyOf: (each: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const each of all) {
    const group = groups.get(keyOf(each));
    if (group) group.push(each);
    else groups.set(keyOf(each), [each]);
  }
  return groups;
}
