// Converts between the rows of a door's SQLite and the domain's types, the one place where a stored value is cast to a
// type. Only the store writes these tables, from the same types.

import type { TicketRecord } from "../../domain/door/book.ts";
import { type DoorRow, type GateInRow, gateValues } from "../../domain/door/rows/door-log.ts";
import type { PassRow, TicketRow } from "../../domain/door/rows/rows.ts";
import type { GateId } from "../../domain/ids.ts";
import type { SqlRow } from "../../shared/objects/object-sql.ts";

export const LOG_COLUMNS =
  "seq, at, received_at, kind, scan_id, actor, request_id, gate_id, serial, type_number, generation, source, decided, verdict, detail, reason, let_in, ref, inside, admitted, gates, hash";

/** In the order of the columns; `gates` goes into its column as text. */
export function logValues(row: DoorRow): readonly unknown[] {
  const { seq, at, receivedAt, kind, scanId, actor, requestId, gateId, serial, typeNumber, generation } = row;
  const { source, decided, verdict, detail, reason, letIn, ref, inside, admitted, gates, hash } = row;
  return [
    ...[seq, at, receivedAt, kind, scanId, actor, requestId, gateId, serial, typeNumber, generation],
    ...[source, decided, verdict, detail, reason, letIn ? 1 : 0, ref, inside, admitted, gates.map(gateValues), hash],
  ];
}

export function toDoorRow(row: SqlRow): DoorRow {
  return {
    seq: row["seq"],
    at: row["at"],
    receivedAt: row["received_at"],
    kind: row["kind"],
    scanId: row["scan_id"],
    actor: row["actor"],
    requestId: row["request_id"],
    gateId: row["gate_id"],
    serial: row["serial"],
    typeNumber: row["type_number"],
    generation: row["generation"],
    source: row["source"],
    decided: row["decided"],
    verdict: row["verdict"],
    detail: row["detail"],
    reason: row["reason"],
    letIn: row["let_in"] === 1,
    ref: row["ref"],
    inside: row["inside"],
    admitted: row["admitted"],
    gates: gatesFrom(String(row["gates"])),
    hash: row["hash"],
  } as DoorRow;
}

export function gatesFrom(text: string): GateInRow[] {
  const stored = JSON.parse(text) as [GateId, number, number, number][];
  return stored.map(([id, entries, exits, insideBy]) => ({ id, entries, exits, insideBy }));
}

/**
 * A ticket's record as text. Passages are lists of values rather than objects, since they are most of the text for a ticket
 * that comes and goes all evening.
 */
export function recordText({ rows, verdict, failedTries, typeNumber = null }: TicketRecord): string {
  return JSON.stringify([rows.map(rowValues), verdict, failedTries, typeNumber]);
}

export function recordFrom(text: string): TicketRecord {
  // The cast holds, since `recordText` wrote it; that of an earlier release noted no type.
  const [rows, verdict, failedTries, typeNumber = null] = JSON.parse(text) as [
    (StoredPass | TicketRow)[],
    TicketRecord["verdict"],
    number[],
    (number | null)?,
  ];
  return { rows: rows.map(toTicketRow), verdict, failedTries, typeNumber };
}

type StoredPass = readonly [
  ...[PassRow["kind"], PassRow["scanId"], number, string, number, PassRow["gateId"], PassRow["decided"]],
  ...[PassRow["generation"], PassRow["entry"], number, PassRow["breaches"]],
];

function rowValues(row: TicketRow): StoredPass | TicketRow {
  if (row.kind !== "entry" && row.kind !== "exit") return row;
  const { kind, scanId, at, deviceId, counter, gateId, decided, generation, entry, persons, breaches } = row;
  return [kind, scanId, at, deviceId, counter, gateId, decided, generation, entry, persons, breaches];
}

function toTicketRow(stored: StoredPass | TicketRow): TicketRow {
  if (!isPass(stored)) return stored;
  const [kind, scanId, at, deviceId, counter, gateId, decided, generation, entry, persons, breaches] = stored;
  return { kind, scanId, at, deviceId, counter, gateId, decided, generation, entry, persons, breaches };
}

function isPass(stored: StoredPass | TicketRow): stored is StoredPass {
  return Array.isArray(stored);
}
