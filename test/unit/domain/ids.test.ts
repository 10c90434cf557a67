// Ids: their form, what is refused as one, and what the ids of holds and orders are made from.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  attemptIdFrom,
  encodeBody,
  holdIdFrom,
  homeOf,
  homeOfHolds,
  type IdPrefix,
  idFrom,
  orderIdFrom,
  parseHoldId,
  parseId,
  parseOrderId,
  ticketTypeOfHold,
} from "../../../src/domain/ids.ts";
import { ELSEWHERE, holdIdOf, idOf, OTHER_SHOPPER, sha256Bytes, SHOPPER, TICKET_TYPE } from "../../support/builders.ts";

const PREFIXES: IdPrefix[] = ["org", "ven", "gate", "evt", "tt", "shp", "dev", "key", "aud"];
const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";

/** The number that a body of 26 characters stands for: 128 bits and two that are zero. */
function numberOf(body: string): bigint {
  return [...body].reduce((sum, letter) => sum * 32n + BigInt(ALPHABET.indexOf(letter)), 0n) >> 2n;
}

describe("an id", () => {
  test("carries all of its 128 bits: no two are the same", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), (bytes) => {
        const body = encodeBody(bytes);
        expect(body).toMatch(/^[0-9a-hjkmnp-tv-z]{26}$/);
        expect(numberOf(body)).toBe(BigInt(`0x${Buffer.from(bytes).toString("hex")}`));
      }),
    );
  });

  test.each(PREFIXES)("%s_ is read back, and is no id of another prefix", (prefix) => {
    const id = idFrom(prefix, sha256Bytes("any"));
    expect(parseId(prefix, id)).toBe(id);
    for (const other of PREFIXES) if (other !== prefix) expect(parseId(other, id)).toBeNull();
    expect(parseHoldId(id)).toBeNull();
  });

  test.each([
    ["nothing", ""],
    ["the prefix alone", "evt_"],
    ["a character less", `evt_${"0".repeat(25)}`],
    ["a character more", `evt_${"0".repeat(27)}`],
    ["capitals", `evt_${"A".repeat(26)}`],
    ["a letter that reads like a digit", `evt_${"l".repeat(26)}`],
    ["a line end after it", `evt_${"0".repeat(26)}\n`],
    ["text before it", ` evt_${"0".repeat(26)}`],
  ])("that is malformed is none: %s", (_what, text) => {
    expect(parseId("evt", text)).toBeNull();
  });
});

describe("[H8] the id of a hold", () => {
  test("is the same for the same type, shopper and key, and another for each that differs", () => {
    const id = holdIdFrom(TICKET_TYPE, SHOPPER, "key", sha256Bytes);
    expect(holdIdFrom(TICKET_TYPE, SHOPPER, "key", sha256Bytes)).toBe(id);
    const others = [
      holdIdFrom(idOf("tt", "vip"), SHOPPER, "key", sha256Bytes),
      holdIdFrom(TICKET_TYPE, OTHER_SHOPPER, "key", sha256Bytes),
      holdIdFrom(TICKET_TYPE, SHOPPER, "key2", sha256Bytes),
    ];
    expect(new Set([id, ...others]).size).toBe(4);
  });

  test("carries its ticket type", () => {
    const id = holdIdOf(SHOPPER, "key");
    expect(parseHoldId(id)).toBe(id);
    expect(ticketTypeOfHold(id)).toBe(TICKET_TYPE);
  });

  test.each([["hold_"], [`hold_${"0".repeat(26)}`], [`hold_${"0".repeat(53)}`], [`tt_${"0".repeat(52)}`]])(
    "is not %s",
    (text) => {
      expect(parseHoldId(text)).toBeNull();
    },
  );
});

describe("[O6] the id of an order", () => {
  const id = orderIdFrom(TICKET_TYPE, SHOPPER, "key", sha256Bytes);

  test("is another for another home, buyer or key", () => {
    const ids = [
      id,
      orderIdFrom(ELSEWHERE, SHOPPER, "key", sha256Bytes),
      orderIdFrom(TICKET_TYPE, OTHER_SHOPPER, "key", sha256Bytes),
      orderIdFrom(TICKET_TYPE, SHOPPER, "key2", sha256Bytes),
    ];
    expect(new Set(ids).size).toBe(4);
    expect(ids.map(parseOrderId)).toEqual(ids);
    expect(orderIdFrom(TICKET_TYPE, SHOPPER, "key", sha256Bytes)).toBe(id);
  });

  test("carries its home, which is the smallest of the types whose holds it takes", () => {
    expect(homeOf(id)).toBe(TICKET_TYPE);
    const here = holdIdOf(SHOPPER, "a");
    const there = holdIdFrom(ELSEWHERE, SHOPPER, "a", sha256Bytes);
    const smallest = [TICKET_TYPE, ELSEWHERE].sort()[0];
    expect(homeOfHolds([here, there])).toBe(smallest);
    expect(homeOfHolds([there, here])).toBe(smallest);
    expect(homeOfHolds([here])).toBe(TICKET_TYPE);
    expect(() => homeOfHolds([])).toThrow("names at least one hold");
  });

  test.each([["ord_"], [`ord_${"0".repeat(26)}`], [`ord_${"0".repeat(53)}`], [`hold_${"0".repeat(52)}`]])(
    "is not %s",
    (text) => {
      expect(parseOrderId(text)).toBeNull();
    },
  );
});

describe("[O2] an attempt", () => {
  const orderId = orderIdFrom(TICKET_TYPE, SHOPPER, "key", sha256Bytes);
  const holds = [holdIdOf(SHOPPER, "a"), holdIdOf(SHOPPER, "b")];

  test("is the same in whatever order its holds are named, and leaves their list as it was", () => {
    const named = [...holds].sort().reverse();
    const before = [...named];
    expect(attemptIdFrom(orderId, named, 0, sha256Bytes)).toBe(attemptIdFrom(orderId, holds, 0, sha256Bytes));
    expect(named).toEqual(before);
  });

  test("is another for another order, set of holds or number", () => {
    const others = [
      attemptIdFrom(orderId, holds, 0, sha256Bytes),
      attemptIdFrom(orderId, holds, 1, sha256Bytes),
      attemptIdFrom(orderId, holds.slice(0, 1), 0, sha256Bytes),
      attemptIdFrom(orderIdFrom(TICKET_TYPE, SHOPPER, "key2", sha256Bytes), holds, 0, sha256Bytes),
    ];
    expect(new Set(others).size).toBe(4);
  });
});
