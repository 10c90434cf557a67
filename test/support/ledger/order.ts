// Builds one shopper's two holds in one inventory, taken by an order of this home or of another, in each state.

import type { ClaimState, OrderStatus } from "../../../src/domain/orders/order.ts";
import {
  checkoutCommand,
  claimCommand,
  findHold,
  followCommand,
  holdCommand,
  HOLD_TTL_MS,
  holdIdOf,
  HOUR,
  ORDER_TTL_MS,
  OTHER_SHOPPER,
  settleCommand,
  SHOPPER,
  START,
} from "../builders.ts";
import { type Driver, openOnSale } from "./driver.ts";

export const [A, B] = [holdIdOf(SHOPPER, "a"), holdIdOf(SHOPPER, "b")];
/** An order of another home. */
export const CLAIM = claimCommand([A, B]);
export const { orderId } = CLAIM;
/** An order of this home. */
export const CHECKOUT = checkoutCommand([A, B]);
export const HELD_UNTIL = START + HOLD_TTL_MS;
/** When `ordered` expires: it was made a millisecond after START. */
export const EXPIRES_AT = START + 1 + ORDER_TTL_MS;
export const ENDS = START + 241 * HOUR;

/** One shopper's holds of 1 and 2, with other tickets held beside them, so that a double give-back shows. */
export function placed(): Driver {
  const driver = openOnSale();
  const others = holdCommand("others", { by: OTHER_SHOPPER, quantity: 4 });
  driver.batch([holdCommand("a"), holdCommand("b", { quantity: 2 }), others], START);
  return driver;
}

/** Claimed by an order of another home. */
export function inDoubt(): Driver {
  const driver = placed();
  driver.send(CLAIM, START + 1);
  return driver;
}

/** The home's message about the order that has claimed A and B, at its ledger row `seq`. */
export function follow(driver: Driver, status: OrderStatus, seq: number, at: number): void {
  const holds = [A, B].flatMap((id) => findHold(driver.store, id) ?? []);
  driver.send(followCommand(CLAIM, holds, { status, seq, expiresAt: EXPIRES_AT }), at);
}

export function reserved(): Driver {
  const driver = inDoubt();
  follow(driver, "reserved", 7, START + 2);
  return driver;
}

export function settled(status: "confirmed" | "cancelled" | "expired"): Driver {
  const driver = reserved();
  follow(driver, status, 8, START + 3);
  return driver;
}

/** Made into an order of this home. */
export function ordered(): Driver {
  const driver = placed();
  driver.send(CHECKOUT, START + 1);
  return driver;
}

export function ended(status: "confirmed" | "cancelled"): Driver {
  const driver = ordered();
  driver.send(settleCommand(CHECKOUT.orderId, status), START + 2);
  return driver;
}

export const countsOf = (driver: Driver): unknown => {
  const { sold, held } = driver.book().head;
  return { sold, held };
};
/** The four counts, and what is free. Of ten tickets three are the order's, and four are held beside it. */
export function allCounts(driver: Driver) {
  const { total, sold, held, withdrawn } = driver.book().head;
  return { sold, held, withdrawn, free: total - sold - held - withdrawn };
}
const rowsOf = (driver: Driver) =>
  driver.store.find({ holds: [], orders: [CHECKOUT.orderId], claims: [orderId], voids: [CHECKOUT.attempt] });
export const claimOf = (driver: Driver) => rowsOf(driver).claims[0] ?? null;
export const stateOf = (driver: Driver): ClaimState | null => claimOf(driver)?.state ?? null;
export const orderOf = (driver: Driver) => rowsOf(driver).orders[0] ?? null;
export const isVoid = (driver: Driver): boolean => rowsOf(driver).voids.length > 0;
export const statusOf = (driver: Driver): (string | undefined)[] =>
  [A, B].map((id) => findHold(driver.store, id)?.status);
