// After a transaction that failed the memory is read from the rows again (rule H11).

import type { ObjectLog } from "./log.ts";

/** An object that cannot read its rows must not go on with what it remembers: it is ended, and starts from them. */
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
