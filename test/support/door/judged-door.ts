// Opens a door on node:sqlite whose tickets are changed between scans, and compares its replies.

import type { JudgeReply, TicketChange } from "../../../src/domain/door/command.ts";
import type { DoorRow } from "../../../src/domain/door/rows/door-log.ts";
import { type FoldedTicket, foldTicket } from "../../../src/domain/door/rows/fold.ts";
import { must } from "../../../src/domain/result.ts";
import { NORTH, NOW } from "./cases.ts";
import { codeOf, type DoorOnDisk, said, type ScanParts } from "./on-disk.ts";
import { judgeCommand } from "./ticket-changes.ts";

/** Runs the command alone in its batch. The cast: the reply to a judgment is a judgment's. */
export const judge = (door: DoorOnDisk, change: TicketChange, as?: string): JudgeReply =>
  door.run([judgeCommand(change, as)])[0] as JudgeReply;
/** The reply when these tickets have changed. */
export const numbers = (...changed: number[]) => ({ ok: true, value: { numbers: changed } });
/** The reply when this ticket has entered. */
export const inTheWay = (ticketNumber: number, admittedAt = NOW, gateId: string | null = NORTH) => ({
  ...{ ok: false, refusal: { code: "ticket_admitted", ticketNumber, admittedAt, gateId } },
});

let scans = 0;
/** A scan of the ticket at the gate, under an id of its own. */
export const scan = (
  door: DoorOnDisk,
  serial: number,
  { generation = 1, ...parts }: ScanParts & { generation?: number } = {},
) => said(door.scan({ as: `scan ${scans++}`, code: codeOf(serial, { generation }), ...parts }));
export const out = { direction: "out" } as const;
/** The ticket as its stored rows have it. */
export const stateOf = (door: DoorOnDisk, serial: number): FoldedTicket => {
  const names = { scanIds: [], undone: [], serials: [serial], after: null };
  const record = must(door.store().find(names).tickets.get(serial), "the ticket has a row");
  return foldTicket(record.rows, door.ledger().book().barriers, []);
};
/** The last rows of its log. */
export const last = (door: DoorOnDisk, count = 1): readonly DoorRow[] => door.rows().slice(-count);
/** How many rows the work has added to the log. */
export function added(door: DoorOnDisk, work: () => void): number {
  const before = door.rows().length;
  work();
  return door.rows().length - before;
}
