// Sends the scans that a scanner decided alone to the door of the event (rules D4, D19), without a query of D1.

import type { UploadedRow, VerdictName } from "../../domain/door/command.ts";
import type { CodeSource } from "../../domain/door/rows/door-log.ts";
import type { Direction } from "../../domain/door/scan.ts";
import type { Refusal } from "../../domain/errors.ts";
import { type EventId, parseId, type ScanId } from "../../domain/ids.ts";
import { can } from "../../domain/people/policy.ts";
import { accept, assert, must, type Result } from "../../domain/result.ts";
import type { Context } from "../context.ts";
import { atDoor, type Scanner } from "./scan-ticket.ts";

/** A row as a client sends it: it is not yet known whether its gate exists. Times are epoch ms. */
export type SentUpload = {
  readonly scan_id: ScanId;
  readonly serial: number | null;
  readonly type_number: number | null;
  readonly generation: number | null;
  readonly direction: Direction;
  readonly source: CodeSource;
  readonly gate_id: string;
  readonly at: number;
  readonly clock_unsure: boolean;
  readonly counter: number;
  readonly verdict: VerdictName;
  readonly override: { readonly reason: string } | null;
  readonly after: ScanId | null;
  readonly from_lease: number;
};

/** `at` is the door's time. `uploads` has one result for each row that was sent, in their order. */
export type UploadedScans = {
  readonly at: number;
  readonly uploads: readonly (UploadedRow & { readonly scanId: ScanId })[];
};

/** Every refusal is the door's, and of the whole; a part of it may be written then. */
export async function uploadScans(
  { actor, doors, requestId }: Context<Scanner>,
  eventId: EventId,
  sent: readonly SentUpload[],
): Promise<Result<UploadedScans, Refusal>> {
  assert(can(actor, "door.scan"), "the route has checked the permission");
  const rows = sent.flatMap(({ scan_id: scanId, gate_id, ...row }) => {
    const gateId = parseId("gate", gate_id);
    if (gateId === null) return [];
    const { serial, type_number: typeNumber, generation, direction, source, at, counter, verdict, after } = row;
    return [
      {
        ...{ scanId, gateId, serial, typeNumber, generation, direction, source, at, counter, verdict, after },
        ...{ clockUnsure: row.clock_unsure, override: row.override?.reason ?? null, fromLease: row.from_lease },
      },
    ];
  });
  const reply = await doors(eventId).upload({ by: atDoor(actor), requestId, rows });
  if (!reply.ok) return reply;
  const answers = reply.value.rows.values();
  const uploads = sent.map(({ scan_id: scanId, gate_id }) => {
    if (parseId("gate", gate_id) === null) return { scanId, outcome: "not_found" as const, conflicts: [] };
    return { scanId, ...must(answers.next().value, "each row has an answer") };
  });
  return accept({ at: reply.value.at, uploads });
}
