// Batches of what scanners decided alone, as a test sends them to the object of a door, and the conflicts that it lists.

import { newId } from "../../../../src/app/context.ts";
import type { UploadRequest } from "../../../../src/door/client.ts";
import { idOf, ORGANIZATION } from "../../../support/builders.ts";
import { NORTH } from "../../../support/door/cases.ts";
import { AT_NORTH, atSouth, NOW, type OpenDoor } from "../object-door.ts";

export const SUPERVISOR = { id: idOf("usr", "supervisor"), organizationId: ORGANIZATION, device: null };
export const AT_SOUTH = atSouth.by;

export type Row = UploadRequest["rows"][number];
export const MINUTE = 60_000;

/** Somebody came in at the north gate a minute ago. */
export const row = (serial: number, parts: Partial<Row> = {}): Row => ({
  ...{ scanId: newId("scn"), serial, typeNumber: 1, generation: 1, direction: "in", gateId: NORTH, source: "camera" },
  ...{ at: NOW - MINUTE, clockUnsure: false, counter: 1, verdict: "admitted", override: null, after: null },
  ...parts,
});
export const sent = (rows: readonly Row[], by: UploadRequest["by"] = AT_NORTH): UploadRequest => ({
  ...{ by, requestId: "test", rows },
});
/** Somebody came in at the north gate a minute ago. */
export const rowsOf = (count: number) => Array.from({ length: count }, (_, serial) => row(1_000 + serial));
/** What becomes of each row, or why the whole is refused. */
export async function outcomes({ door }: OpenDoor, request: UploadRequest): Promise<readonly string[]> {
  const reply = await door.upload(request);
  return reply.ok ? reply.value.rows.map(({ outcome }) => outcome) : [reply.refusal.code];
}
export const all = (outcome: string, count: number) => Array.from({ length: count }, () => outcome);
export async function listed({ door }: OpenDoor) {
  const page = await door.conflicts({ by: SUPERVISOR, before: null, limit: 1_000, seen: null });
  if (!page.ok) throw new Error(page.refusal.code);
  return page.value.conflicts;
}
