// How long D1 may take, and how its absence is told from a bug.

import { withDeadline } from "../shared/deadline.ts";

/** Rule X3: no answer within this time, ms, counts as D1 being away. */
export const D1_LIMIT_MS = 5_000;

/** D1's answer, or a rejection after the limit. The work itself goes on, so its outcome is then unknown. */
export async function answered<T>(work: Promise<T>, limitMs: number = D1_LIMIT_MS): Promise<T> {
  try {
    return await within(work, limitMs);
  } catch (fault) {
    // Why: a lost connection to D1 does not carry D1's mark, and the caller must tell it from a bug all the same.
    throw isD1Fault(fault) ? fault : new Error("D1_ERROR: the call failed", { cause: fault });
  }
}

/** As `answered`, of work that is more than calls to D1: what it throws stays what it is. */
export function within<T>(work: Promise<T>, limitMs: number): Promise<T> {
  return withDeadline(work, limitMs, () => Promise.reject(new Error(`D1_ERROR: no answer within ${limitMs} ms`)));
}

/** Whether a fault came from D1 itself: the platform marks its messages. */
export function isD1Fault(fault: unknown): boolean {
  if (!(fault instanceof Error)) return false;
  return fault.message.startsWith("D1_") || isD1Fault(fault.cause);
}
