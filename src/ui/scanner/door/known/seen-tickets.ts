// Takes the tickets and counts of the door's frames into what the scanner knows (rules D17, D23). Pure.

import type { Bundle, BundleHead } from "../../../../domain/door/tickets/bundle.ts";
import type { BundledTicket } from "../../../../domain/door/tickets/bundle-ticket.ts";
import type { Counts, GateCounts } from "../../../../domain/door/rows/counts.ts";
import type { Passage } from "../../../../domain/door/scan.ts";
import { parseSerial } from "../../../../domain/door/tickets/serial.ts";
import { type Stop, UNSEEN } from "../../../../domain/door/tickets/ticket-state.ts";
import type { GateId, ScanId } from "../../../../domain/ids.ts";
import type { DoorNewsFrame, TicketSeen } from "../../../../sockets/door-protocol.ts";
import type { DoorShown } from "../../../../sockets/protocol.ts";

/** A frame names no scans. */
const NO_SCAN = "" as ScanId;

/** All of a bundle but its tickets: of those, `seen` replace what is known. */
export type TakenFrame = {
  readonly head: BundleHead;
  readonly seen: readonly (readonly [number, BundledTicket])[];
};

/** Null: something between was missed, and is to be asked for. A frame of what is known changes nothing. */
export function takeFrame(bundle: Bundle, frame: DoorNewsFrame): TakenFrame | null {
  const { tickets, ...head } = bundle;
  if (frame.to_seq <= head.seq) return { head, seen: [] };
  if (frame.from_seq > head.seq) return null;
  const seen = frame.seen.flatMap((each) => {
    const serial = parseSerial(each.serial);
    return serial === null ? [] : [[serial, seenTicket(each, tickets.get(serial), Date.parse(frame.at))] as const];
  });
  const counts = countsAfter(head.counts, frame.door);
  return { head: { ...head, counts, seq: frame.to_seq, at: Date.parse(frame.at) }, seen };
}

/** The frame has the gates that changed. */
export function countsAfter(counts: Counts, door: DoorShown): Counts {
  const gates = new Map<GateId, GateCounts>(counts.gates);
  // The cast: the door names gates by their ids.
  for (const { gate_id, entries, exits, inside_by } of door.gates)
    gates.set(gate_id as GateId, { entries, exits, insideBy: inside_by });
  return { inside: door.inside, admitted: door.admitted, gates };
}

/** `at`: the time of the frame, used where the frame has no time of its own. The texts for the gate stay as they are known. */
function seenTicket(seen: TicketSeen, known: BundledTicket | undefined, at: number): BundledTicket {
  const before = known?.state ?? UNSEEN;
  const entered: Passage | null = seen.entered && {
    ...{ at: Date.parse(seen.entered.at), deviceId: null },
    gateId: seen.entered.gate_id as GateId | null,
  };
  const first = seen.entries > 1 ? (before.firstEntry ?? entered) : entered;
  const stop = (since: string | null, was: Stop | null): Stop | null =>
    since === null ? null : { since: Date.parse(since), note: was?.note ?? null, by: NO_SCAN };
  const reissued = seen.generation > 1 ? (before.reissued ?? { since: at, note: null, by: NO_SCAN }) : null;
  const state = {
    ...{ inside: seen.inside, leaving: seen.inside, insideGate: seen.inside > 0 ? (entered?.gateId ?? null) : null },
    ...{ entries: seen.entries, entriesThatDay: seen.entries_that_day, firstEntry: first, lastEntry: entered },
    left: seen.left_at === null ? null : { at: Date.parse(seen.left_at), gateId: null, deviceId: null },
    last: seen.last_at === null ? null : { scanId: NO_SCAN, at: Date.parse(seen.last_at) },
    ...{ voided: stop(seen.void_since, before.voided), blocked: stop(seen.blocked_since, before.blocked) },
    ...{ generation: seen.generation, reissued, attention: before.attention },
  };
  return { state, typeNumber: known?.typeNumber ?? null, isCoarse: false };
}
