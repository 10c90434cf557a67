// Builds scans that a scanner decided alone, which a test changes in one place, and reads the conflicts of a door on
// node:sqlite.

import type { UploadCommand, UploadReply } from "../../../src/domain/door/command.ts";
import type { DoorConflict } from "../../../src/domain/door/rows/conflicts.ts";
import { NORTH, NOW } from "./cases.ts";
import { AT_NORTH, type DoorOnDisk, scanIdOf } from "./on-disk.ts";

export type UploadParts = Partial<Omit<UploadCommand, "kind">> & { readonly as?: string | number };

/** Ticket 7 came in at the north gate; `as` names its scan id. */
export function uploadCommand({ as = 1, ...parts }: UploadParts = {}): UploadCommand {
  return {
    ...{ kind: "upload", by: AT_NORTH, requestId: "request", scanId: scanIdOf(as), serial: 7, typeNumber: 1 },
    ...{ generation: 1, direction: "in", gateId: NORTH, source: "camera", at: NOW, clockUnsure: false, counter: 1 },
    ...{ verdict: "admitted", override: null, after: null },
    ...parts,
  };
}

/** Each in a batch of its own, and what becomes of it: the outcome and the kinds of its conflicts, or the refusal. */
export function upload(door: DoorOnDisk, parts: UploadParts = {}): readonly string[] {
  // The cast: the reply to an upload is an upload reply.
  const [reply] = door.run([uploadCommand(parts)]) as UploadReply[];
  if (reply === undefined) throw new Error("one command has one reply");
  return reply.ok ? [reply.value.outcome, ...reply.value.conflicts.map(({ kind }) => kind)] : [reply.refusal.code];
}

/** All that the door lists, oldest first. */
export function conflictsOf(door: DoorOnDisk): DoorConflict[] {
  return [...door.store().conflicts({ before: null, limit: 1_000, seen: null }).conflicts].reverse();
}

/** The ids of those that still hold, sorted by name. */
export function standing(door: DoorOnDisk): string[] {
  return conflictsOf(door)
    .filter(({ goneAt }) => goneAt === null)
    .map(({ id }) => id)
    .sort();
}
