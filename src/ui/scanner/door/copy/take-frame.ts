// Applies the tickets and counts of the door's frames to the scanner's bundle (rules D17, D23). Pure.

import type { Bundle, BundleHead } from "../../../../domain/door/tickets/bundle.ts";
import type { BundledTicket } from "../../../../domain/door/tickets/bundle-ticket.ts";
import type { Counts, GateCounts } from "../../../../domain/door/rows/counts.ts";
import type { Passage } from "../../../../domain/door/scan.ts";
import { parseSerial } from "../../../../domain/door/tickets/serial.ts";
import { type Stop, NEW_TICKET } from "../../../../domain/door/tickets/ticket-state.ts";
import type { GateId, ScanId } from "../../../../domain/ids.ts";
import type { DoorNewsFrame, TicketSeen } from "../../../../sockets/door-protocol.ts";
import type { DoorShown } from "../../../../sockets/protocol.ts";

/** Used as the scan's id in tickets of a frame, since frames do not name scans. */
const NO_SCAN = "" as ScanId;

/** `head`: the bundle without its tickets. `tickets`: those of the frame, which replace the known ones. */
export type TakenFrame = {
  readonly head: BundleHead;
  readonly tickets: readonly (readonly [number, BundledTicket])[];
};

/** Null when an earlier frame was missed, so that a bundle must be fetched. A frame that is known changes nothing. */
export function takeFrame(bundle: Bundle, frame: DoorNewsFrame): TakenFrame | null {
  const { tickets, ...head } = bundle;
  if (frame.to_seq <= head.seq) return { head, tickets: [] };
  if (frame.from_seq > head.seq) return null;
  const newer = frame.seen.flatMap((each) => {
    const serial = parseSerial(each.serial);
    return serial === null ? [] : [[serial, ticketOfFrame(each, tickets.get(serial), Date.parse(frame.at))] as const];
  });
  const counts = countsAfter(head.counts, frame.door);
  return { head: { ...head, counts, seq: frame.to_seq, at: Date.parse(frame.at) }, tickets: newer };
}

/** The counts after the frame, which lists only the gates that changed. */
export function countsAfter(counts: Counts, door: DoorShown): Counts {
  const gates = new Map<GateId, GateCounts>(counts.gates);
  // The cast: the door names gates by their ids.
  for (const { gate_id, entries, exits, inside_by } of door.gates)
    gates.set(gate_id as GateId, { entries, exits, insideBy: inside_by });
  return { inside: door.inside, admitted: door.admitted, gates };
}

/**
 * `at`: the time of the frame, used for a reissue, which has no time in it. Notes for the gate are not in frames and
 * stay.
 */
function ticketOfFrame(shown: TicketSeen, ticketBefore: BundledTicket | undefined, at: number): BundledTicket {
  const before = ticketBefore?.state ?? NEW_TICKET;
  const entered: Passage | null = shown.entered && {
    ...{ at: Date.parse(shown.entered.at), deviceId: null },
    gateId: shown.entered.gate_id as GateId | null,
  };
  const first = shown.entries > 1 ? (before.firstEntry ?? entered) : entered;
  const stop = (since: string | null, was: Stop | null): Stop | null =>
    since === null ? null : { since: Date.parse(since), note: was?.note ?? null, by: NO_SCAN };
  const reissued = shown.generation > 1 ? (before.reissued ?? { since: at, note: null, by: NO_SCAN }) : null;
  const state = {
    ...{ inside: shown.inside, leaving: shown.inside, insideGate: shown.inside > 0 ? (entered?.gateId ?? null) : null },
    ...{ entries: shown.entries, entriesThatDay: shown.entries_that_day, firstEntry: first, lastEntry: entered },
    left: shown.left_at === null ? null : { at: Date.parse(shown.left_at), gateId: null, deviceId: null },
    last: shown.last_at === null ? null : { scanId: NO_SCAN, at: Date.parse(shown.last_at) },
    ...{ voided: stop(shown.void_since, before.voided), blocked: stop(shown.blocked_since, before.blocked) },
    ...{ generation: shown.generation, reissued, attention: before.attention },
  };
  return { state, typeNumber: ticketBefore?.typeNumber ?? null, isCoarse: false };
}
