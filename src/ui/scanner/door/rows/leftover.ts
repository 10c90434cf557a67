// Decides which scans stay on a phone that is paired again: those that it had not sent and those that the door did not
// take. They stay with their event until the door has them or somebody deletes them (rule W6). Pure.

import type { EventId } from "../../../../domain/ids.ts";
import { isOpen, type ScanRow } from "./rows.ts";

/** `event`: the name of the event; empty if it was never read. */
export type Leftover = { readonly eventId: EventId; readonly event: string; readonly rows: readonly ScanRow[] };

/** All that is left once the phone leaves its event: the open rows of this event, and what was left before. */
export function withLeft(before: readonly Leftover[], left: Leftover): readonly Leftover[] {
  const rows = left.rows.filter(isOpen);
  if (rows.length === 0) return before;
  const same = before.find(({ eventId }) => eventId === left.eventId);
  const others = before.filter((each) => each !== same);
  const scanIds = new Set(rows.map(({ scanId }) => scanId));
  const older = (same?.rows ?? []).filter(({ scanId }) => !scanIds.has(scanId));
  return [...others, { ...left, rows: [...older, ...rows] }];
}

type Adopted = { readonly rows: readonly ScanRow[]; readonly others: readonly Leftover[] };

/**
 * The rows that are left of this event, as rows of a device that was paired for it again: in the order in which they
 * were made, and without a lease. Refused rows wait again, since the door may take them from the new device. Null:
 * there are none.
 */
export function adoptLeft(before: readonly Leftover[], eventId: EventId): Adopted | null {
  const own = before.filter((each) => each.eventId === eventId).flatMap(({ rows }) => [...rows].sort(byCounter));
  if (own.length === 0) return null;
  const rows = own.map((row, index): ScanRow => {
    const { refusal: _, ...rest } = row;
    const upload = row.upload === "refused" ? "waiting" : row.upload;
    return { ...rest, upload, counter: index + 1, fromLease: 0, lastAnswered: null };
  });
  return { rows, others: before.filter((each) => each.eventId !== eventId) };
}

function byCounter(a: ScanRow, b: ScanRow): number {
  return a.counter - b.counter;
}
