// Defines a row of a door's log on the wire: a scan, whatever its verdict, or a change of the rules, and the counts after
// it.

import { z } from "@hono/zod-openapi";
import {
  DECIDED_BY,
  DOOR_KINDS,
  type DoorCheckpoint as Checkpoint,
  type DoorRow as Row,
  SOURCES,
} from "../../domain/door/door-log.ts";
import type { Verdict } from "../../domain/door/scan.ts";
import { showSerial } from "../../domain/door/serial.ts";
import { idText, instantText, pageOf, toIso } from "./common.ts";
import { GateCounts, renderGateCounts } from "./door.ts";
import { factsOf } from "../../door/shown-scan.ts";
import { VerdictFacts } from "./verdict.ts";

const byCode = { description: "As the code says, which nobody has signed where the verdict says so." };

export const DoorRow = z
  .object({
    seq: z.int().openapi({ description: "The position: 1, 2, 3, … without a gap." }),
    at: instantText.openapi({ description: "When it counts." }),
    received_at: instantText.openapi({ description: "When the door heard of it." }),
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
        "By whom: the door, a supervisor against the door's verdict, or `alone` by its scanner, which uploaded it later.",
    }),
    verdict: z.string().nullable().openapi({
      description:
        "Of a scan that was decided alone what its scanner showed; of a `revoke` what was done: `void`, `block`, `unblock`, `reissue` or `attention`; of a `lease` `granted` or `written_off`.",
    }),
    facts: VerdictFacts.openapi({
      description: "What the verdict says beside its name; nothing of one that a scanner decided alone.",
    }),
    detail: z.string().nullable().openapi({
      description:
        "JSON, as the hash covers it: what the door noted beside the verdict, and what `facts`, `terms_version` and `count` are read from.",
    }),
    terms_version: z.int().nullable().openapi({ description: "Of the rules that a row of `terms` brings." }),
    reason: z.string().nullable().openapi({
      description:
        "Why a supervisor overrode the verdict, said who is inside, or wrote a lease off; of a `revoke` what the gate is told.",
    }),
    forced: z.boolean().nullable().openapi({
      description: "Of a `revoke` that is a `void`: whether tickets that were admitted could become void, too.",
    }),
    ref: idText("scn").nullable().openapi({
      description:
        "Of an undo: the scan or click that it takes back; of a passage its own id, where the door had refused that scan.",
    }),
    count: z.int().nullable().openapi({ description: "Of a click: persons in, or with a minus out." }),
    let_in: z.boolean(),
    inside: z.int(),
    admitted: z.int(),
    gates: z.array(GateCounts).openapi({
      description: "Of the gates that the row changed; of every gate in each 256th row.",
    }),
    hash: z.string().openapi({ description: "SHA-256 over this row and the hash before, hex." }),
  })
  .openapi("DoorRow");

export const DoorCheckpoint = z
  .object({
    seq: z.int().openapi({ description: "The last of the rows that are gone; the log goes on with the next." }),
    at: instantText.openapi({ description: "When the door heard of that row." }),
    inside: z.int(),
    admitted: z.int(),
    gates: z.array(GateCounts).openapi({ description: "Of every gate." }),
    hash: z.string().openapi({ description: "The hash of that row, which the next one's is made with." }),
  })
  .openapi("DoorCheckpoint");

export const DoorLog = pageOf(DoorRow).extend({
  checkpoint: DoorCheckpoint.nullable().openapi({
    description: "What is left of the log, once its rows were deleted; null while it is whole.",
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
