// An order as its link reads it, at its home: this order alone, and only so long.

import { describe, expect, test } from "vitest";
import { ORDER_LINK_MS } from "../../../../src/domain/limits.ts";
import { malformedPart } from "../../../../src/domain/ledger/check-command.ts";
import {
  eraseCommand,
  HOUR,
  linkCommand,
  orderIdOf,
  OTHER_SHOPPER,
  settleCommand,
  START,
  termsCommand,
} from "../../../support/builders.ts";
import { CHECKOUT, ended, ordered } from "../../../support/ledger/order.ts";

const { orderId } = CHECKOUT;
const END = START + 241 * HOUR;
const READ = { ok: true, value: { id: orderId } };

describe("[O13] the link of an order", () => {
  test("reads it, whatever became of it", () => {
    expect(ordered().send(linkCommand(orderId), START + 2)).toMatchObject({ ...READ, value: { status: "reserved" } });
    for (const status of ["confirmed", "cancelled"] as const)
      expect(ended(status).send(linkCommand(orderId), START + 3)).toMatchObject({ ...READ, value: { status } });
  });

  test("reads no other order of the same home", () => {
    const driver = ordered();
    const other = orderIdOf(OTHER_SHOPPER, "another");
    for (const asked of [linkCommand(other), linkCommand(orderId, other), linkCommand(other, orderId)])
      expect(driver.send(asked, START + 2)).toEqual({ ok: false, refusal: { code: "not_found" } });
  });

  test("is good to the millisecond until 30 days after the end of the event", () => {
    const driver = ordered();
    expect(driver.send(linkCommand(orderId), END + ORDER_LINK_MS - 1)).toMatchObject(READ);
    expect(driver.send(linkCommand(orderId), END + ORDER_LINK_MS)).toEqual({
      ok: false,
      refusal: { code: "unauthenticated" },
    });
    expect(ORDER_LINK_MS).toBe(30 * 24 * HOUR);
  });

  test.each([-240 * HOUR, 24 * HOUR])("follows an end that was moved by %i ms, by the terms alone", (moved) => {
    const driver = ordered();
    const eventEnd = END + moved;
    driver.send(termsCommand({ version: 2, eventEnd, eventSaleEnd: START + HOUR }), START + 2);
    expect(driver.send(linkCommand(orderId), eventEnd + ORDER_LINK_MS - 1)).toMatchObject(READ);
    expect(driver.send(linkCommand(orderId), eventEnd + ORDER_LINK_MS)).toMatchObject({
      refusal: { code: "unauthenticated" },
    });
  });

  test("is of no use in any other command of an object", () => {
    const { by } = linkCommand(orderId);
    const commands = [settleCommand(orderId, "cancelled"), eraseCommand(orderId), CHECKOUT];
    for (const command of commands) {
      const part = command.kind === "checkout" ? "buyer" : "by";
      expect(malformedPart({ ...command, [part]: by })).toBe(`${command.kind}.${part}`);
    }
    expect(malformedPart(linkCommand(orderId))).toBeNull();
  });
});
