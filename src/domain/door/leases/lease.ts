// Defines leases: how many persons a scanner may let in without the door (rule D12). The door and the scanner each only
// raise their own numbers, and take the highest of the other's that they have received. So lost, late, repeated and
// reordered messages do no harm: a scanner never has more left than the door reserves for it.

const MAX_LEASE = 50;
/** Scanners together may lease at most this fraction (one over it) of the room. */
const ROOM_SHARE = 4;

/**
 * The door's side; all are totals since the beginning. `drawn`: used by scans that let in. `calls`: how often it was
 * recalled; `answered`: how many of these the scanner has replied to.
 */
export type DoorLease = {
  readonly granted: number;
  readonly drawn: number;
  readonly returned: number;
  readonly writtenOff: number;
  readonly calls: number;
  readonly answered: number;
};

/** The scanner's side: the door's numbers as far as it has received them, and what it has used for scans and given back. */
export type ScannerLease = {
  readonly granted: number;
  readonly taken: number;
  readonly returned: number;
  readonly writtenOff: number;
  readonly calls: number;
};

/**
 * Sent by the door to a scanner with each grant, recall and write-off, and whenever the scanner connects. A scanner that
 * has lost its own numbers goes on from `drawn` and `returned`.
 */
export type LeaseNotice = Omit<DoorLease, "answered">;
/** Sent by the scanner to the door in reply to a recall. */
export type LeaseReport = Pick<ScannerLease, "returned" | "calls">;

export const NO_LEASE: DoorLease = { granted: 0, drawn: 0, returned: 0, writtenOff: 0, calls: 0, answered: 0 };
export const NO_SCANNER_LEASE: ScannerLease = { granted: 0, taken: 0, returned: 0, writtenOff: 0, calls: 0 };

/** How many persons each of `scanners` may lease when `room` more fit in; 0 when nobody may let in alone. */
export function leaseSize(room: number, scanners: number): number {
  if (scanners < 1 || room < 1) return 0;
  return Math.min(MAX_LEASE, Math.floor(room / (ROOM_SHARE * scanners)));
}

/** For how many persons the door keeps room for the scanner. */
export function reservedFor({ granted, drawn, returned, writtenOff }: DoorLease): number {
  return Math.max(0, granted - drawn - returned - writtenOff);
}

export function leasesOut(leases: Iterable<DoorLease>): number {
  let out = 0;
  for (const lease of leases) out += reservedFor(lease);
  return out;
}

/**
 * The lease with a new grant, or unchanged. It is filled up to `leaseSize` once half of that is used, and never beyond what
 * is free beside all leases. Nothing is granted while a recall has no reply. `capacity` is the lower one of the event's and
 * the venue's.
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

/** A scan that let in, by the door's verdict or the scanner's own, has used `persons` of the lease. */
export function draw(lease: DoorLease, persons: number): DoorLease {
  return { ...lease, drawn: lease.drawn + persons };
}

/**
 * The leases to recall, the largest first, so that `missing` more persons fit in. `asking`, if any, is the scanner that
 * needs the room. A lease whose last recall has no reply is left out, since others have room too.
 */
export function leasesToRecall<Id extends string>(
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

/** Recalls the lease; does nothing while a recall has no reply. */
export function recallLease(lease: DoorLease): DoorLease {
  return lease.calls > lease.answered ? lease : { ...lease, calls: lease.calls + 1 };
}

/** Takes the scanner's report of what it gave back; repeats are harmless. */
export function takeReport(lease: DoorLease, { returned, calls }: LeaseReport): DoorLease {
  return {
    ...lease,
    // A scanner cannot return more than it was granted.
    returned: Math.max(lease.returned, Math.min(returned, lease.granted)),
    answered: Math.max(lease.answered, Math.min(calls, lease.calls)),
  };
}

/**
 * Writes off the lease of a scanner that stays silent. The persons whom it has let in by it are taken as a fact later.
 */
export function writeOff(lease: DoorLease): DoorLease {
  return { ...lease, writtenOff: lease.writtenOff + reservedFor(lease), answered: lease.calls };
}

/** How many persons the scanner may still let in without the door. */
export function leftOf({ granted, taken, returned, writtenOff }: ScannerLease): number {
  return Math.max(0, granted - taken - returned - writtenOff);
}

/**
 * Reserves a scan of `persons` before it is sent or decided alone, as far as the lease reaches; `taken` is sent with the
 * scan. The door draws exactly that, so both sides count the same persons whichever of them decides.
 */
export function takeForScan(
  lease: ScannerLease,
  persons: number,
): { readonly lease: ScannerLease; readonly taken: number } {
  const taken = Math.min(leftOf(lease), persons);
  return { lease: { ...lease, taken: lease.taken + taken }, taken };
}

/** To be called when the door's verdict is known and nobody passed without it: what the door did not draw is free again. */
export function settleScan(lease: ScannerLease, taken: number, drawn: number): ScannerLease {
  return { ...lease, taken: lease.taken - (taken - drawn) };
}

/**
 * Takes a notice of the door; notices may arrive in any order. After a recall the scanner returns everything that it has
 * left. Its own numbers are below the door's only if it has lost them; then it takes the door's.
 */
export function takeNotice(lease: ScannerLease, notice: LeaseNotice): ScannerLease {
  const merged = {
    ...lease,
    granted: Math.max(lease.granted, notice.granted),
    taken: Math.max(lease.taken, notice.drawn),
    returned: Math.max(lease.returned, notice.returned),
    writtenOff: Math.max(lease.writtenOff, notice.writtenOff),
  };
  return notice.calls <= lease.calls ? merged : { ...giveBack(merged), calls: notice.calls };
}

/** Gives back all that is left: after a recall, when the scanner leaves, and where it decides nothing alone. */
export function giveBack(lease: ScannerLease): ScannerLease {
  return { ...lease, returned: lease.returned + leftOf(lease) };
}
