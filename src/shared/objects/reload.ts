// Reads an object's memory from its rows again after a transaction has failed (rule H11).

import type { ObjectLog } from "../log.ts";

/** An object that cannot read its rows must not go on with its memory, so it is aborted and starts again from the rows. */
export function reloadOrEnd(
  ledger: { reload(): void },
  object: Pick<DurableObjectState, "abort">,
  log: ObjectLog,
  failure: unknown,
): void {
  log("batch_failed", failure);
  try {
    ledger.reload();
  } catch (fault) {
    log("rows_not_read", fault);
    object.abort("the rows cannot be read");
  }
}
