// What the console decides without a page: amounts, searches and filters, times of a venue, steps, roles, refusals.

import { describe, expect, test } from "vitest";
import {
  amountIn,
  amountColumn,
  isWorthALook,
  chosenColumn,
  paymentsIn,
  tableIn,
} from "../../../src/ui/console/decisions/bank-lines.ts";
import { bucketOf, curveOf, rowsOf, sinceOf, upToNow } from "../../../src/ui/console/decisions/event/sales-curve.ts";
import { curlOf, withCall } from "../../../src/ui/console/decisions/api-calls.ts";
import { paintDelay, partsOf, sumOf } from "../../../src/ui/console/decisions/event/amounts.ts";
import { filled, type Spec, typedOfAll, untouchedAsRead } from "../../../src/ui/console/decisions/form-fields.ts";
import { addressWith, filtersIn, ordersQuery, searchIn } from "../../../src/ui/console/decisions/order-filters.ts";
import { changesOf } from "../../../src/ui/console/decisions/merge.ts";
import { type Sample, soldInMinute, withSample } from "../../../src/ui/console/decisions/event/rate.ts";
import { refusalText } from "../../../src/ui/console/decisions/refusal-text.ts";
import { mayDo, rolesToGive } from "../../../src/ui/console/decisions/roles.ts";
import { checklist, nextTask, reachable, stepOf } from "../../../src/ui/console/decisions/event/setup-steps.ts";
import { instantOf, localTime } from "../../../src/ui/console/decisions/event/zoned-time.ts";
import { en } from "../../../src/ui/console/texts/en.ts";
import { typedCodeFrom } from "../../../src/domain/door/tickets/serial.ts";

describe("amounts", () => {
  test("[C6] of several types are one sum, and the parts of a bar never leave it", () => {
    const counts = sumOf([
      { total: 10, sold: 9, held: 1, available: 0 },
      { total: 990, sold: 0, held: 1, available: 989 },
    ]);
    expect(counts).toEqual({ total: 1_000, sold: 9, held: 2, available: 989 });
    expect(partsOf(counts).map(({ width }) => width)).toEqual([1, 1]);
    const full = partsOf({ total: 100, sold: 100, held: 5, available: 0 });
    expect(full).toEqual([{ kind: "sold", from: 0, width: 100 }]);
    expect(partsOf({ total: 0, sold: 0, held: 0, available: 0 })).toEqual([]);
  });

  test("[C6] are painted at once after a pause, and else four times a second", () => {
    expect([paintDelay(null, 1_000), paintDelay(0, 1_000), paintDelay(900, 1_000)]).toEqual([0, 0, 150]);
    expect(paintDelay(5_000, 1_000), "a clock that was put back").toBe(250);
  });

  test("sold in the last minute are those of the last minute; what is returned is no sale", () => {
    let samples: readonly Sample[] = [];
    const see = (at: number, sold: number): number => {
      samples = withSample(samples, { at, sold });
      return soldInMinute(samples, at);
    };
    expect([see(0, 10), see(30_000, 25), see(61_000, 40), see(90_000, 45), see(91_000, 20)]).toEqual([
      0, 15, 30, 20, 0,
    ]);
    expect(soldInMinute(samples, 200_000), "a minute without a sale").toBe(0);
    expect(soldInMinute([], 0)).toBe(0);
  });
});

describe("[C8] the search of orders", () => {
  test("reads a reference in any case and spacing, a ticket's number, an address, and else a name", () => {
    expect(searchIn(" 3d3x 92er v4y ")).toEqual({ kind: "code", text: "3d3x 92er v4y" });
    expect(searchIn("Shopper@Example.com").kind).toBe("email");
    expect(searchIn("3d3x 92er v4z").kind, "no reference, as its check says, but the number of a ticket").toBe("code");
    expect(searchIn(typedCodeFrom(123_456, new Uint8Array(32))).kind, "a whole code, as it is typed at a gate").toBe(
      "code",
    );
    expect(searchIn("  ")).toEqual({ kind: "none" });
    expect(searchIn("a  shopper")).toEqual({ kind: "name", text: "a shopper" });
  });

  test("has its filters in the address, and requires the event before a name", () => {
    const filters = { search: "a shopper", status: "reserved", eventId: "evt_1" } as const;
    const address = new URL(addressWith(filters), "https://x");
    expect(filtersIn(Object.fromEntries(address.searchParams))).toEqual(filters);
    const query = { status: "reserved", event_id: "evt_1", name: "a shopper" };
    expect(ordersQuery(filters)).toEqual({ by: "list", query });
    expect(ordersQuery({ ...filters, eventId: null })).toEqual({ by: "nothing" });
    expect(addressWith(filtersIn({ status: "nonsense", q: " " }))).toBe("/console/orders");
  });
});

describe("[C9] times of a form are of the venue's clocks", () => {
  test("there and back, over a change of the clocks too", () => {
    expect(instantOf("Africa/Johannesburg", "2026-12-05T20:00")).toBe(Date.parse("2026-12-05T18:00:00Z"));
    expect(localTime("America/New_York", Date.parse("2026-11-01T06:30:00Z"))).toBe("2026-11-01T01:30");
    for (const local of ["2026-03-07T12:00", "2026-03-09T12:00", "2026-07-01T00:00", "2026-12-31T23:59"]) {
      expect(localTime("America/New_York", instantOf("America/New_York", local) ?? 0)).toBe(local);
    }
  });

  test("the hour that is left out is an hour later, and the one that comes twice is its first", () => {
    const spring = instantOf("America/New_York", "2026-03-08T02:30") ?? 0;
    expect(localTime("America/New_York", spring)).toBe("2026-03-08T03:30");
    expect(instantOf("America/New_York", "2026-11-01T01:30")).toBe(Date.parse("2026-11-01T05:30:00Z"));
    expect([instantOf("UTC", "tomorrow"), instantOf("UTC", "2026-13-01T00:00")]).toEqual([null, null]);
  });
});

describe("what is typed", () => {
  const specs: readonly Spec[] = [
    { name: "name", kind: "line" },
    { name: "price", kind: "money" },
    { name: "total_quantity", kind: "whole" },
    { name: "typeSaleEnd", wire: "sale_end", kind: "instant", isOptional: true },
  ];

  test("is taken as people write it, and named by its field when it cannot be", () => {
    const typed = { name: " General ", price: "R 1 250,5", total_quantity: "1 000", typeSaleEnd: "" };
    const values = { name: "General", price: "1250.50", total_quantity: 1_000, sale_end: null };
    expect(filled(specs, typed, "UTC")).toEqual({ ok: true, values });
    expect(filled(specs, { ...typed, price: "cheap", total_quantity: "" }, "UTC")).toEqual({
      ok: false,
      wrong: ["price", "total_quantity"],
    });
  });

  test("[C3] is as it was read where nothing was typed", () => {
    const values = { name: "General", price: "150.00", total_quantity: 500, sale_end: "2026-12-05T18:00:00.000Z" };
    const typed = typedOfAll(specs, values, "Africa/Johannesburg");
    expect(typed["typeSaleEnd"]).toBe("2026-12-05T20:00");
    expect(filled(specs, typed, "Africa/Johannesburg")).toEqual({ ok: true, values });
  });

  test("[C3] is no change where a field shows less than the value has", () => {
    const base = { name: "General ", price: "150.00", total_quantity: 5, sale_end: "2026-12-05T18:00:42.000Z" };
    const typed = typedOfAll(specs, base, "UTC");
    const read = filled(specs, { ...typed, price: "R160" }, "UTC");
    const values = read.ok
      ? untouchedAsRead(specs, { typed: { ...typed, price: "R160" }, base, zone: "UTC" }, read.values)
      : {};
    expect(changesOf(base, values)).toEqual({ price: "160.00" });
  });
});

describe("the way to an event", () => {
  test("[C5] goes on at what is missing of the draft, and opens no step before its time", () => {
    expect([stepOf({ ticketTypes: 0 }), stepOf({ ticketTypes: 2 })]).toEqual(["tickets", "preview"]);
    expect(reachable(null)).toEqual(["venue", "times"]);
    expect(reachable({ ticketTypes: 0 })).toEqual(["venue", "times", "tickets"]);
    expect(reachable({ ticketTypes: 1 })).toContain("preview");
  });

  test("[C12] has one next step, until the first ticket is sold", () => {
    const at = (venues: number, event: Parameters<typeof checklist>[0]["event"]) =>
      nextTask(checklist({ venues, event }));
    expect(at(0, null)).toBe("venue");
    expect(at(1, null)).toBe("event");
    expect(at(1, { status: "draft", ticketTypes: 0, sold: 0 })).toBe("tickets");
    expect(at(1, { status: "draft", ticketTypes: 1, sold: 0 })).toBe("publish");
    expect(at(1, { status: "published", ticketTypes: 1, sold: 0 })).toBe("sale");
    expect(at(1, { status: "published", ticketTypes: 1, sold: 1 })).toBeNull();
  });
});

describe("[C2] roles", () => {
  const who = (role: string | null) => ({
    id: `usr_${"0".repeat(26)}`,
    organizationId: `org_${"0".repeat(26)}`,
    role,
  });

  test("are shown what the server's table lets them do", () => {
    expect(mayDo(who("staff"), "ticket_type.write")).toBe(true);
    expect(mayDo(who("staff"), "event.transition")).toBe(false);
    expect(mayDo(who("viewer"), "order.read")).toBe(false);
    expect(mayDo(who("scanner_only"), "catalogue.read")).toBe(false);
    expect([mayDo(who(null), "catalogue.read"), mayDo(who("future"), "catalogue.read")]).toEqual([false, false]);
  });

  test("give the roles that they manage", () => {
    expect(rolesToGive(who("admin"))).not.toContain("owner");
    expect(rolesToGive(who("owner"))).toContain("owner");
    expect(rolesToGive(who("staff"))).toEqual([]);
  });
});

test("[C2] a refusal is a sentence with its numbers, and never the server's own text", () => {
  const said = { t: en, count: String };
  const problem = (code: string, facts: object = {}) =>
    refusalText(said, { type: "", title: "T", status: 409, code, detail: "for developers", request_id: "r", ...facts });
  expect(problem("capacity_below_committed", { committed: 12, sold: 10, held: 2 })).toBe(
    "At least 12: 10 are sold and 2 not paid yet.",
  );
  expect(problem("not_publishable", { missing: ["ticket_types", "something new"] })).toBe(
    "It needs a ticket type first.",
  );
  expect([problem("a_code_of_later"), problem("toString")]).toEqual([en.refusal.other, en.refusal.other]);
});

test("[C1] each call of a screen is there once, as a command with the same request", () => {
  const call = { method: "GET", path: "/v1/events?limit=12" };
  const calls = withCall(withCall([], call), { ...call });
  expect(calls).toEqual([call]);
  expect(curlOf("https://x", call)).toBe(`curl -s 'https://x/v1/events?limit=12' -H "Authorization: Bearer $KEY"`);
  expect(curlOf("https://x", { method: "POST", path: "/v1/shoppers" })).toContain("-X POST");
  const sent = { method: "PATCH", path: "/v1/venues/ven_1", body: `{"name":"Oom Piet's"}`, ifMatch: '"3"' };
  expect(withCall(withCall([], sent), { ...sent, body: "{}" }), "another body is another call").toHaveLength(2);
  expect(curlOf("https://x", sent)).toContain(
    `-H 'If-Match: "3"' -H "Content-Type: application/json" -d '{"name":"Oom Piet'\\''s"}'`,
  );
});

describe("the statement of a bank", () => {
  const STATEMENT = [
    "\ufeffDate;Description;Amount;Balance",
    '2026-11-02;"EFT ""A PAYER"" 3d3x-92er-v4y";1 234,50;9 000,00',
    "2026-11-02;CARD PURCHASE;-120,00;8 880,00",
    "2026-11-03;PAYMENT 3D3X92ERV4Z;150,00;9 030,00",
    "",
  ].join("\r\n");

  test("[C8] is read as banks write it: what each line paid for which reference; nothing else is sent", () => {
    const table = tableIn(STATEMENT);
    expect(table.header).toEqual(["Date", "Description", "Amount", "Balance"]);
    expect(amountColumn(table)).toBe(2);
    const { payments, others } = paymentsIn(table, 2);
    expect(payments).toEqual([{ text: "3D3X-92ER-V4Y", amount: "1234.50", isSure: true }]);
    expect(others, "a payment that went out, and a reference that is mistyped").toBe(2);
    const unsure = { text: "03PA-YMEN-T3D", amount: "150.00", isSure: false };
    expect([
      isWorthALook(unsure, { outcome: "unknown_reference" }),
      isWorthALook(unsure, { outcome: "match" }),
    ]).toEqual([false, true]);
  });

  test("takes amounts in every common form, and none that went out or is none", () => {
    const amounts = ["1 234,50", "R1,234.50", "1.234,5", "+150", "0,00", "-5", "12-11-2026", "1,2,3"];
    expect(amounts.map(amountIn)).toEqual(["1234.50", "1234.50", "1234.50", "150.00", null, null, null, null]);
  });
});

describe("a statement that is not as one wishes", () => {
  test("[C8] loses no line to an inch in a text, and tells its separator below whose account it is", () => {
    const text = 'Account of A PAYER\nDate,Text,In\n20261102,15" SCREEN,10.00\n20261103,3D3X92ERV4Y,20.00';
    const table = tableIn(text);
    expect(table.rows.map((row) => row.length)).toEqual([3, 3, 3]);
    expect(paymentsIn(table, 2).payments.map(({ amount }) => amount)).toEqual(["20.00"]);
  });

  test("takes no balance for what came in, however many went out", () => {
    const lines = [
      "Date;Text;Amount;Balance",
      "20261102;A;-5,00;95,00",
      "20261103;B;-5,00;90,00",
      "20261104;C;7,00;97,00",
    ];
    const table = tableIn(lines.join("\n"));
    expect(amountColumn(table)).toBe(2);
    expect([chosenColumn(table, "3"), chosenColumn(table, "1"), chosenColumn(table, null)]).toEqual([3, null, null]);
  });
});

describe("the curve of a sale", () => {
  const bucket = (at: string, sold: number, held: number) => ({ at: `2026-11-01T${at}:00Z`, sold, held });
  const second = (at: string) => Date.parse(`2026-11-01T${at}:00Z`) / 1_000;

  test("is of all types together, and ends where the feed is now", () => {
    const curve = curveOf([[bucket("10:01", 1, 2), bucket("10:02", 3, 0)], [bucket("10:02", 5, 1)]]);
    expect(curve).toEqual({ at: [second("10:01"), second("10:02")], sold: [1, 8], held: [2, 1] });
    expect(curveOf([[bucket("10:01", 1, 2)]], second("10:00") * 1_000).sold).toEqual([0, 1]);
    const live = upToNow(curve, { at: second("10:02") * 1_000 - 500, sold: 9, held: 0 });
    expect(live.at.at(-1), "by a clock that is behind").toBeGreaterThan(second("10:02"));
    expect([live.sold, live.held]).toEqual([
      [1, 8, 9],
      [2, 1, 0],
    ]);
    expect(rowsOf({ at: [1, 2, 3], sold: [1, 1, 2], held: [0, 0, 0] }, 5).map(({ sold }) => sold)).toEqual([2, 1]);
  });

  test("never requests more points than the API gives, nor before the sale opened", () => {
    const now = Date.parse("2026-11-30T12:00:00Z");
    for (const days of [0, 0.01, 1, 30, 300]) {
      const since = sinceOf("all", now - days * 86_400_000, now);
      expect((now - since) / 1_000 / bucketOf(since, now)).toBeLessThanOrEqual(500);
    }
    expect(sinceOf("day", now - 3_600_000, now)).toBe(now - 3_600_000);
    expect(sinceOf("hour", now + 3_600_000, now), "a sale that is not open yet").toBeLessThan(now);
  });
});
