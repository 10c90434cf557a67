// How D1's absence is told from a bug.

import { Unavailable } from "../shared/deadline.ts";

/** Whether a fault came from D1 itself, which marks its messages, or from waiting for it (rule X3). */
export function isD1Fault(fault: unknown): boolean {
  if (!(fault instanceof Error)) return false;
  return fault instanceof Unavailable || fault.message.startsWith("D1_") || isD1Fault(fault.cause);
}
