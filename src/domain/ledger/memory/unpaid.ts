// Counts the unpaid tickets of a type by address: active holds, reserved orders and live claims (rule H15).

import type { AddressHash, AddressShare } from "../../people/address-hash.ts";
import type { Hold } from "../../orders/hold.ts";
import { type Claim, isLive, type Order } from "../../orders/order.ts";

/** Tickets by address, without addresses that have none. */
export type Unpaid = Map<AddressHash, number>;

export function unpaidHold({ status, address, quantity }: Hold): readonly AddressShare[] {
  return status === "active" && address !== null ? [[address, quantity]] : [];
}

export function unpaidOrder({ status, unpaid }: Order): readonly AddressShare[] {
  return status === "reserved" ? unpaid : [];
}

export function unpaidClaim({ state, unpaid }: Claim): readonly AddressShare[] {
  return isLive(state) ? unpaid : [];
}

/** The unpaid tickets of these holds by address, which an order or a claim takes over. */
export function sharesOf(holds: readonly Hold[]): readonly AddressShare[] {
  const unpaid: Unpaid = new Map();
  for (const hold of holds) addShares(unpaid, unpaidHold(hold));
  return [...unpaid];
}

/** `sign` -1 takes them away. */
export function addShares(unpaid: Unpaid, shares: Iterable<AddressShare>, sign: 1 | -1 = 1): void {
  for (const [address, quantity] of shares) {
    const sum = (unpaid.get(address) ?? 0) + sign * quantity;
    if (sum === 0) unpaid.delete(address);
    else unpaid.set(address, sum);
  }
}
