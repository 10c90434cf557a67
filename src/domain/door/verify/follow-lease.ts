// Checks that the row of a lease follows from the rows before it (rule D12): `drawn` is the sum of what scans have drawn,
// no number is lower than before, and the reserved room is not negative. Returns and recalls have no rows of their own.

import { isInteger, isString, shaped } from "../../shape.ts";
import type { LeaseDetail } from "../decisions/decide-lease.ts";
import type { DoorRow } from "../rows/door-log.ts";
import { NO_LEASE, reservedFor } from "../leases/lease.ts";
import type { ScannerId } from "../scan.ts";
import { detailOf, type Outcome, type LogFacts } from "../rows/log-facts.ts";

const isDetail = shaped<LeaseDetail>({
  deviceId: (value): value is ScannerId => isString(value),
  ...{ granted: isInteger, drawn: isInteger, returned: isInteger, writtenOff: isInteger },
  ...{ calls: isInteger, answered: isInteger },
});

export function followLease(facts: LogFacts, row: DoorRow): Outcome {
  const lease: unknown = detailOf(row);
  if (!isDetail(lease)) return "it does not record a lease";
  const { deviceId } = lease;
  const before = facts.leases.get(deviceId) ?? { deviceId, ...NO_LEASE };
  const why = explainNotAfter(before, lease, facts.drawn.get(deviceId) ?? 0) ?? findContradiction(before, lease, row);
  return why ?? { counts: facts.counts, adopt: () => void facts.leases.set(deviceId, lease) };
}

function explainNotAfter(before: LeaseDetail, lease: LeaseDetail, drawn: number): string | null {
  if (lease.drawn !== drawn) return `it records that ${lease.drawn} were drawn from the lease, but scans drew ${drawn}`;
  const names = ["granted", "returned", "writtenOff", "calls", "answered"] as const;
  const fallen = names.find((name) => lease[name] < before[name]);
  if (fallen !== undefined) return `its ${fallen} is ${lease[fallen]}, and was ${before[fallen]} before`;
  return lease.answered > lease.calls ? "it has more replies to recalls than recalls" : null;
}

function findContradiction(
  before: LeaseDetail,
  lease: LeaseDetail,
  { verdict, reason, scanId }: DoorRow,
): string | null {
  if (verdict === "granted") return lease.granted > before.granted ? null : "it grants nothing";
  if (verdict !== "written_off") return `${verdict} is not an outcome of a lease`;
  if (reason === null || scanId === null) return "it has no reason for the write-off";
  return reservedFor(lease) === 0 ? null : "it was written off, but still reserves room";
}
