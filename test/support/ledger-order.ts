// One shopper's order of two holds in one inventory, brought to each of its states.

import type { ClaimState } from "../../src/domain/hold.ts";
import {
  findHold,
  claimCommand,
  committedCommand,
  holdCommand,
  HOLD_TTL_MS,
  holdIdOf,
  HOUR,
  MINUTE,
  OTHER_SHOPPER,
  settleCommand,
  SHOPPER,
  START,
} from "./builders.ts";
import { type Driver, openOnSale } from "./ledger-driver.ts";

export const [A, B] = [holdIdOf(SHOPPER, "a"), holdIdOf(SHOPPER, "b")];
export const CLAIM = claimCommand([A, B]);
export const { orderId } = CLAIM;
export const HELD_UNTIL = START + HOLD_TTL_MS;
export const EXPIRES_AT = START + 15 * MINUTE;
export const ENDS = START + 241 * HOUR;

/** One shopper's holds of 1 and 2, with other tickets held beside them, so that what is given twice shows. */
export function placed(): Driver {
  const driver = openOnSale();
  const others = holdCommand("others", { by: OTHER_SHOPPER, quantity: 4 });
  driver.batch([holdCommand("a"), holdCommand("b", { quantity: 2 }), others], START);
  return driver;
}
export function inDoubt(): Driver {
  const driver = placed();
  driver.send(CLAIM, START + 1);
  return driver;
}
export function reserved(): Driver {
  const driver = inDoubt();
  driver.send(committedCommand(orderId, EXPIRES_AT), START + 2);
  return driver;
}
export const countsOf = (driver: Driver): unknown => {
  const { sold, held } = driver.book().head;
  return { sold, held };
};
export const stateOf = (driver: Driver): (ClaimState | undefined)[] =>
  [A, B].map((id) => findHold(driver.store, id)?.claim?.state);
export const statusOf = (driver: Driver): (string | undefined)[] =>
  [A, B].map((id) => findHold(driver.store, id)?.status);

export function settled(status: "confirmed" | "cancelled" | "expired"): Driver {
  const driver = reserved();
  driver.send(settleCommand(orderId, status), START + 3);
  return driver;
}
