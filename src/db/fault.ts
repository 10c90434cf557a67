// Distinguishes a D1 that is away from a bug.

import { ObjectAway } from "../shared/objects/call-object.ts";
import { Unavailable } from "../shared/deadline.ts";

/**
 * Whether a fault came from D1 itself, which marks its messages, or from waiting for it (rule X3). An object that is away
 * is another thing: what it threw may be a bug.
 */
export function isD1Fault(fault: unknown): boolean {
  if (!(fault instanceof Error)) return false;
  if (fault instanceof ObjectAway) return false;
  return fault instanceof Unavailable || fault.message.startsWith("D1_") || isD1Fault(fault.cause);
}
