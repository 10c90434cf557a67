// The tickets of an order, their serials and typed codes, as functions of what the order is.

import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { parseSerial, parseTypedCode, showSerial } from "../../../src/domain/door/tickets/serial.ts";
import { serialOf, ticketOf, ticketsOf } from "../../../src/domain/door/tickets/ticket.ts";
import { type HoldId, numberOfTicket, orderOfTicket, parseTicketId, ticketIdFrom } from "../../../src/domain/ids.ts";
import type { OrderItem, OrderStatus } from "../../../src/domain/orders/order.ts";
import { must } from "../../../src/domain/result.ts";
import { sha256 } from "../../../src/shared/sha256.ts";
import { isTypedCode, typedCodeOf } from "../../../src/shared/ticket-keys.ts";
import { secretIdOf, ticketSecretOf } from "../../../src/shared/ticket-secrets.ts";
import { ELSEWHERE, orderIdOf, SHOPPER, TICKET_TYPE } from "../../support/builders.ts";

const ORDER = orderIdOf(SHOPPER, "tickets");
const [FIRST, SECOND] = [TICKET_TYPE, ELSEWHERE].sort();
const type = (id: typeof FIRST) => must(id, "two types");
/** `name` sorts holds of one type. */
const item = (ticketTypeId: typeof FIRST, name: string, quantity: number, returned = 0) => ({
  ticketTypeId: type(ticketTypeId),
  holdId: `hold_${type(ticketTypeId).slice(3)}${name.repeat(26)}` as HoldId,
  quantity,
  returned,
});
type Item = Pick<OrderItem, "ticketTypeId" | "holdId" | "quantity" | "returned">;
const orderWith = (items: readonly Item[], status: OrderStatus = "confirmed") => ({ id: ORDER, status, items });
const told = (items: readonly Item[], status?: OrderStatus) =>
  ticketsOf(orderWith(items, status), sha256).map(({ number, status: is, ticketTypeId }) => [number, is, ticketTypeId]);

describe("[N1] [N2] the tickets of an order", () => {
  test("are one a person, numbered over the items by type and hold, however the buyer named them", () => {
    const items = [item(SECOND, "0", 1), item(FIRST, "1", 2), item(FIRST, "0", 1)];
    expect(told(items)).toEqual([
      [1, "valid", FIRST],
      [2, "valid", FIRST],
      [3, "valid", FIRST],
      [4, "valid", SECOND],
    ]);
    expect(told([...items].reverse())).toEqual(told(items));
    expect(ticketsOf(orderWith(items), sha256)).toEqual(ticketsOf(orderWith(items), sha256));
  });

  test.each(["reserved", "cancelled", "expired"] as const)("are none while it was never confirmed: %s", (status) => {
    expect(told([item(FIRST, "0", 2)], status)).toEqual([]);
  });

  test("[N8] keep their numbers when some are returned, of which the highest of the hold are void", () => {
    expect(told([item(FIRST, "0", 3, 1), item(FIRST, "1", 2, 2), item(SECOND, "0", 1)])).toEqual([
      [1, "valid", FIRST],
      [2, "valid", FIRST],
      [3, "void", FIRST],
      [4, "void", FIRST],
      [5, "void", FIRST],
      [6, "valid", SECOND],
    ]);
  });

  test("[N8] are all void once everything was returned, which cancels the order", () => {
    expect(told([item(FIRST, "0", 2, 2)], "cancelled")).toEqual([
      [1, "void", FIRST],
      [2, "void", FIRST],
    ]);
  });

  test("have ids that say the order and the number, up to the largest order there can be", () => {
    const most = Array.from({ length: 10 }, (_, index) => item(FIRST, String(index), 100));
    const tickets = ticketsOf(orderWith(most), sha256);
    expect(tickets).toHaveLength(1_000);
    expect(new Set(tickets.map(({ id }) => id)).size).toBe(1_000);
    for (const { id, number } of tickets) {
      expect(parseTicketId(id)).toBe(id);
      expect([orderOfTicket(id), numberOfTicket(id)]).toEqual([ORDER, number]);
    }
    expect(ticketOf(orderWith(most), 1_000, sha256)).toEqual(tickets[999]);
    for (const none of [0, 1_001, 1_023]) expect(ticketOf(orderWith(most), none, sha256)).toBeNull();
    expect(ticketIdFrom(ORDER, 1)).toBe(`tkt_${ORDER.slice(4)}01`);
    expect(ticketIdFrom(ORDER, 1_000)).toBe(`tkt_${ORDER.slice(4)}z8`);
  });

  test.each([
    "",
    "tkt_",
    ORDER,
    `tkt_${ORDER.slice(4)}`,
    `tkt_${ORDER.slice(4)}0`,
    `tkt_${ORDER.slice(4)}0u`,
    ` tkt_${ORDER.slice(4)}01`,
  ])("have no id that is %j", (text) => {
    expect(parseTicketId(text)).toBeNull();
  });
});

describe("[N3] the serial of a ticket", () => {
  const id = ticketIdFrom(ORDER, 1);
  const serial = serialOf(id, sha256);

  test("is 53 bits of the ticket's id, shown in groups, and read as people type it", () => {
    const hash = createHash("sha256").update(id).digest("hex");
    expect(BigInt(serial)).toBe(BigInt(`0x${hash}`) >> 203n);
    expect(Number.isSafeInteger(serial)).toBe(true);
    const shown = showSerial(serial);
    expect(shown).toMatch(/^[0-7][0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]$/);
    for (const typed of [shown, shown.toLowerCase(), ` ${shown.replace(/-/g, " ")} `, shown.replace(/-/g, "")])
      expect(parseSerial(typed)).toBe(serial);
    expect(serialOf(ticketIdFrom(ORDER, 2), sha256)).not.toBe(serial);
  });

  test.each([
    [0, "00000-00000-0"],
    [1, "00000-00000-1"],
    [32, "00000-00001-0"],
    [2 ** 53 - 1, "7ZZZZ-ZZZZZ-Z"],
  ])("%d is shown as %s", (number, shown) => {
    expect(showSerial(number)).toBe(shown);
    expect(parseSerial(shown)).toBe(number);
  });

  test("takes letters that are taken for others as those", () => {
    expect(parseSerial("OOOOO-OOOOO-l")).toBe(1);
    expect(parseSerial("00000-00000-u")).toBe(27);
  });

  test.each(["", "00000-00000", "00000-00000-00", "80000-00000-0", "zzzzz-zzzzz-z", "00000-00000-!"])(
    "is not %j",
    (text) => {
      expect(parseSerial(text)).toBeNull();
    },
  );
});

describe("[N3] the typed code of a ticket", () => {
  const SECRET = "the secret of this year";
  const serial = serialOf(ticketIdFrom(ORDER, 1), sha256);
  const read = (text: string) => must(parseTypedCode(text), "it is one");
  const typed = typedCodeOf(SECRET, serial, 1);

  test("is its serial and four characters that its secret and generation make", () => {
    expect(typed.startsWith(showSerial(serial))).toBe(true);
    expect(typed).toMatch(/^\w{5}-\w{5}-\w{5}$/);
    expect(read(typed.toLowerCase().replace(/-/g, " ")).serial).toBe(serial);
    expect(isTypedCode({ TICKET_SECRET: SECRET }, read(typed), 1)).toBe(true);
    expect(typedCodeOf(SECRET, serial, 2)).not.toBe(typed);
    expect(isTypedCode({ TICKET_SECRET: SECRET }, read(typed), 2)).toBe(false);
    expect(isTypedCode({ TICKET_SECRET: "another secret than that" }, read(typed), 1)).toBe(false);
    expect(isTypedCode({ TICKET_SECRET: SECRET }, { ...read(typed), serial: serial - 1 }, 1)).toBe(false);
    expect(isTypedCode({ TICKET_SECRET: SECRET }, { ...read(typed), check: "" }, 1)).toBe(false);
  });

  test("[N5] is good under the secret before, which makes none", () => {
    const rotated = { TICKET_SECRET: "the secret of next year", TICKET_SECRET_PREVIOUS: SECRET };
    expect(isTypedCode(rotated, read(typed), 1)).toBe(true);
    expect(typedCodeOf(must(ticketSecretOf(rotated), "there is one"), serial, 1)).not.toBe(typed);
    expect(ticketSecretOf({ TICKET_SECRET_PREVIOUS: SECRET })).toBeNull();
  });

  test.each(["", showSerial(0), `${showSerial(0)}ABC`, `${showSerial(0)}ABCDE`, "80000-00000-0ABCD"])(
    "is not %j",
    (text) => {
      expect(parseTypedCode(text)).toBeNull();
    },
  );

  test("[N5] has no secret that is none, or a slip", () => {
    for (const none of [{}, { TICKET_SECRET: "" }, { TICKET_SECRET: "fifteen charact" }]) {
      expect(ticketSecretOf(none)).toBeNull();
      expect(isTypedCode(none, read(typed), 1)).toBe(false);
    }
    expect(ticketSecretOf({ TICKET_SECRET: "sixteen characte" })).toBe("sixteen characte");
    expect(secretIdOf(SECRET)).toMatch(/^[0-9a-f]{8}$/);
    expect(secretIdOf(SECRET)).not.toBe(secretIdOf("the secret of next year"));
  });
});
