// Leases: how many persons a scanner may let in without the door (rule D12), in persons. The door's side and the
// scanner's each only ever raise their own numbers and take the highest of the other's, so that lost, late, repeated and
// exchanged messages change nothing of it: a scanner never has more left than the door reserves for it.

const MAX_LEASE = 50;
/** Scanners together hold at most this part of the room. */
const ROOM_SHARE = 4;

/**
 * The door's side, all since the beginning. `drawn`: by scans that let in, or were let in. `calls`: how often it was
 * called back, of which the scanner has answered `answered`.
 */
export type DoorLease = {
  readonly granted: number;
  readonly drawn: number;
  readonly returned: number;
  readonly writtenOff: number;
  readonly calls: number;
  readonly answered: number;
};

/** The scanner's side: what it has heard of the door's, and what it has taken for scans and given back. */
export type ScannerLease = {
  readonly granted: number;
  readonly taken: number;
  readonly returned: number;
  readonly writtenOff: number;
  readonly calls: number;
};

/**
 * From the door to a scanner, with each grant, call and write-off, and whenever the scanner comes back. `drawn` and `returned`
 * are what a scanner goes on from that has lost its own numbers.
 */
export type LeaseNotice = Omit<DoorLease, "answered">;
/** From the scanner to the door, in answer to a call. */
export type LeaseReport = Pick<ScannerLease, "returned" | "calls">;

export const NO_LEASE: DoorLease = { granted: 0, drawn: 0, returned: 0, writtenOff: 0, calls: 0, answered: 0 };
export const NO_SCANNER_LEASE: ScannerLease = { granted: 0, taken: 0, returned: 0, writtenOff: 0, calls: 0 };

/** How many persons each of `scanners` may hold where `room` more fit in; 0 where nobody may let in alone. */
export function leaseSize(room: number, scanners: number): number {
  if (scanners < 1 || room < 1) return 0;
  return Math.min(MAX_LEASE, Math.floor(room / (ROOM_SHARE * scanners)));
}

/** What the door keeps free for the scanner. */
export function reservedFor({ granted, drawn, returned, writtenOff }: DoorLease): number {
  return Math.max(0, granted - drawn - returned - writtenOff);
}

export function leasesOut(leases: Iterable<DoorLease>): number {
  let out = 0;
  for (const lease of leases) out += reservedFor(lease);
  return out;
}

/**
 * The lease with what it is granted now, or the same one: up to `leaseSize`, once half of that is used up, and never
 * more than is free beside all leases. None while a call back has no answer. `capacity`: the lower one of the event's
 * and the venue's.
 */
export function grant(
  lease: DoorLease,
  at: { readonly capacity: number; readonly inside: number; readonly out: number; readonly scanners: number },
): DoorLease {
  if (lease.calls > lease.answered) return lease;
  const room = at.capacity - Math.max(0, at.inside);
  const size = leaseSize(room, at.scanners);
  const reserved = reservedFor(lease);
  if (reserved > Math.floor(size / 2)) return lease;
  const granted = Math.min(size - reserved, room - at.out);
  return granted > 0 ? { ...lease, granted: lease.granted + granted } : lease;
}

/** A scan that let in, by the door's verdict or the scanner's own, had `persons` of the lease taken for it. */
export function draw(lease: DoorLease, persons: number): DoorLease {
  return { ...lease, drawn: lease.drawn + persons };
}

/**
 * Whom to call back, the largest lease first, so that `missing` persons more fit in; `asking`, if anybody, needs the room
 * itself. Not those who have not answered the last call: others have room, too.
 */
export function whomToCall<Id extends string>(
  leases: ReadonlyMap<Id, DoorLease>,
  missing: number,
  asking: Id | null,
): readonly Id[] {
  const others = [...leases]
    .filter(([id, lease]) => id !== asking && reservedFor(lease) > 0 && lease.calls === lease.answered)
    .sort(([a, first], [b, second]) => reservedFor(second) - reservedFor(first) || (a < b ? -1 : 1));
  const called: Id[] = [];
  let left = missing;
  for (const [id, lease] of others) {
    if (left <= 0) break;
    left -= reservedFor(lease);
    called.push(id);
  }
  return called;
}

/** Calls the lease back, once until that has been answered. */
export function callBack(lease: DoorLease): DoorLease {
  return lease.calls > lease.answered ? lease : { ...lease, calls: lease.calls + 1 };
}

/** What the scanner gave back counts when it says so, however often it does. */
export function takeReport(lease: DoorLease, { returned, calls }: LeaseReport): DoorLease {
  return {
    ...lease,
    // Nobody returns more than was granted.
    returned: Math.max(lease.returned, Math.min(returned, lease.granted)),
    answered: Math.max(lease.answered, Math.min(calls, lease.calls)),
  };
}

/** A supervisor gives up the lease of a scanner that stays silent: whom it has let in by it is taken as a fact later. */
export function writeOff(lease: DoorLease): DoorLease {
  return { ...lease, writtenOff: lease.writtenOff + reservedFor(lease), answered: lease.calls };
}

/** What the scanner may let in without the door. */
export function leftOf({ granted, taken, returned, writtenOff }: ScannerLease): number {
  return Math.max(0, granted - taken - returned - writtenOff);
}

/**
 * Takes room for a scan of `persons` before it is sent or decided alone, as far as there is any; `taken` goes with the
 * scan. The door draws just that, so that both sides mean the same persons whichever of them decides.
 */
export function takeForScan(
  lease: ScannerLease,
  persons: number,
): { readonly lease: ScannerLease; readonly taken: number } {
  const taken = Math.min(leftOf(lease), persons);
  return { lease: { ...lease, taken: lease.taken + taken }, taken };
}

/** The door's verdict of that scan is known, and nobody passed without it: what it did not draw is given back. */
export function settleScan(lease: ScannerLease, taken: number, drawn: number): ScannerLease {
  return { ...lease, taken: lease.taken - (taken - drawn) };
}

/**
 * A notice of the door, in whatever order notices arrive. Called back, the scanner returns all that it has left. Its own numbers
 * are never behind the door's, unless it has lost them.
 */
export function hearNotice(lease: ScannerLease, notice: LeaseNotice): ScannerLease {
  const heard = {
    ...lease,
    granted: Math.max(lease.granted, notice.granted),
    taken: Math.max(lease.taken, notice.drawn),
    returned: Math.max(lease.returned, notice.returned),
    writtenOff: Math.max(lease.writtenOff, notice.writtenOff),
  };
  if (notice.calls <= lease.calls) return heard;
  return { ...heard, calls: notice.calls, returned: heard.returned + leftOf(heard) };
}
