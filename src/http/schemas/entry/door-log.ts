// Defines a row of a door's log on the wire: a scan, whatever its verdict, or a change of the rules, and the counts after
// it.

import { z } from "@hono/zod-openapi";
import {
  DECIDED_BY,
  DOOR_KINDS,
  type DoorCheckpoint as Checkpoint,
  type DoorRow as Row,
  SOURCES,
} from "../../../domain/door/rows/door-log.ts";
import type { Verdict } from "../../../domain/door/scan.ts";
import { showSerial } from "../../../domain/door/tickets/serial.ts";
import { idText, instantText, pageOf, toIso } from "../common.ts";
import { GateCounts, renderGateCounts } from "./door.ts";
import { factsOf } from "../../../door/shown-scan.ts";
import { VerdictFacts } from "./verdict.ts";

const byCode = { description: "As in the code, which is unsigned if the verdict says so." };

export const DoorRow = z
  .object({
    seq: z.int().openapi({ description: "The position: 1, 2, 3, … without a gap." }),
    at: instantText.openapi({ description: "When it counts." }),
    received_at: instantText.openapi({ description: "When it reached the door." }),
    kind: z.enum(DOOR_KINDS).openapi({
      description:
        "`entry` and `exit` are scans, also those that were refused; `terms`: the rules changed; `undo` takes back the row of `ref`; `count` is a click; `set` and `sweep` say who is inside; `revoke`: an organiser or a buyer changed a ticket; `lease`: what a scanner may let in alone was granted, or written off.",
    }),
    scan_id: idText("scn").nullable(),
    actor: z.string().openapi({ description: "Who scanned or changed a ticket: an id, or `system`." }),
    request_id: z.string(),
    gate_id: idText("gate").nullable(),
    serial: z
      .string()
      .nullable()
      .openapi({ ...byCode, example: "2GPSK-SFJ5J-M" }),
    type_number: z.int().nullable().openapi(byCode),
    generation: z.int().nullable().openapi(byCode),
    source: z.enum(SOURCES).nullable(),
    decided: z.enum(DECIDED_BY).nullable().openapi({
      description:
        "Who decided: the door, a supervisor against the door's verdict, or `alone` its scanner, which uploaded it later.",
    }),
    verdict: z.string().nullable().openapi({
      description:
        "For a scan that was decided alone, what its scanner showed; for a `revoke`, what was done: `void`, `block`, `unblock`, `reissue` or `attention`; for a `lease`, `granted` or `written_off`.",
    }),
    facts: VerdictFacts.openapi({
      description: "The facts beside the verdict; empty when a scanner decided alone.",
    }),
    detail: z.string().nullable().openapi({
      description:
        "JSON that the hash covers: what the door recorded beside the verdict, from which `facts`, `terms_version` and `count` are read.",
    }),
    terms_version: z.int().nullable().openapi({ description: "The version of the rules in a row of `terms`." }),
    reason: z.string().nullable().openapi({
      description:
        "Why a supervisor overrode the verdict, set who is inside, or wrote a lease off; for a `revoke`, the text for the gate.",
    }),
    forced: z.boolean().nullable().openapi({
      description: "For a `revoke` with the verdict `void`: whether admitted tickets could become void too.",
    }),
    ref: idText("scn").nullable().openapi({
      description:
        "For an undo, the scan or click that it undoes; for a passage, its own id if the door had refused that scan.",
    }),
    count: z.int().nullable().openapi({ description: "For a click: persons in, or negative for persons out." }),
    let_in: z.boolean(),
    inside: z.int(),
    admitted: z.int(),
    gates: z.array(GateCounts).openapi({
      description: "The counts of the gates that the row changed, and of every gate in each 256th row.",
    }),
    hash: z.string().openapi({ description: "SHA-256 over this row and the hash before, hex." }),
  })
  .openapi("DoorRow");

export const DoorCheckpoint = z
  .object({
    seq: z.int().openapi({ description: "The last row that was deleted; the log goes on with the next." }),
    at: instantText.openapi({ description: "When that row reached the door." }),
    inside: z.int(),
    admitted: z.int(),
    gates: z.array(GateCounts).openapi({ description: "Of every gate." }),
    hash: z.string().openapi({ description: "The hash of that row, which the hash of the next one covers." }),
  })
  .openapi("DoorCheckpoint");

export const DoorLog = pageOf(DoorRow).extend({
  checkpoint: DoorCheckpoint.nullable().openapi({
    description: "What is left of the log once its rows were deleted; null while it is complete.",
  }),
});

export function renderDoorCheckpoint({ seq, receivedAt, counts, hash }: Checkpoint): z.infer<typeof DoorCheckpoint> {
  const gates = [...counts.gates].map(([id, gate]) => renderGateCounts({ id, ...gate }));
  return { seq, at: toIso(receivedAt), inside: counts.inside, admitted: counts.admitted, gates, hash };
}

export function renderDoorRow(row: Row): z.infer<typeof DoorRow> {
  const verdict = verdictOf(row);
  return {
    seq: row.seq,
    at: toIso(row.at),
    received_at: toIso(row.receivedAt),
    kind: row.kind,
    scan_id: row.scanId,
    actor: row.actor,
    request_id: row.requestId,
    gate_id: row.gateId,
    serial: row.serial === null ? null : showSerial(row.serial),
    type_number: row.typeNumber,
    generation: row.generation,
    source: row.source,
    decided: row.decided,
    verdict: row.verdict,
    facts: verdict === null ? {} : factsOf(verdict),
    detail: row.detail,
    reason: row.reason,
    forced: forcedOf(row),
    terms_version: numberIn(row, "terms", "version"),
    ref: row.ref,
    count: numberIn(row, "count", "by"),
    let_in: row.letIn,
    inside: row.inside,
    admitted: row.admitted,
    gates: row.gates.map(renderGateCounts),
    hash: row.hash,
  };
}

/** The cast holds, since the door writes a scan's `detail` from the verdict of that name. */
function verdictOf({ kind, verdict, detail, decided }: Row): Verdict | null {
  return verdict === null || decided === "alone" || (kind !== "entry" && kind !== "exit")
    ? null
    : ({ verdict, ...detailOf(detail) } as Verdict);
}

function forcedOf({ kind, verdict, detail }: Row): boolean | null {
  return kind === "revoke" && verdict === "void" ? detailOf(detail)["unlessEntered"] === false : null;
}

function numberIn({ kind, detail }: Row, ofKind: Row["kind"], name: string): number | null {
  const value = detailOf(detail)[name];
  return kind === ofKind && typeof value === "number" ? value : null;
}

function detailOf(detail: string | null): Readonly<Record<string, unknown>> {
  return JSON.parse(detail ?? "{}") as Readonly<Record<string, unknown>>;
}
