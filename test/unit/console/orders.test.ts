// Which file of orders the console offers beside a list of them, and which orders are free.

import { expect, test } from "vitest";
import { exportOf, isFree, NO_FILTERS } from "../../../src/ui/console/decisions/order-filters.ts";

test("[C8] what is listed is what is exported: by status, event and the text that was searched", () => {
  expect(exportOf(NO_FILTERS)).toBe("/v1/exports/orders.csv");
  const offered = exportOf({ search: " a  shopper ", status: "reserved", eventId: "evt_1" }) ?? "";
  const { pathname, searchParams } = new URL(offered, "https://x");
  expect(pathname).toBe("/v1/exports/orders.csv");
  expect(Object.fromEntries(searchParams)).toEqual({ q: "a shopper", status: "reserved", event_id: "evt_1" });
});

test("[C8] no file is offered where a name is searched without an event, which lists nothing", () => {
  expect(exportOf({ ...NO_FILTERS, search: "a shopper" })).toBeNull();
  expect(exportOf({ ...NO_FILTERS, search: "shopper@example.com" })).toBe(
    "/v1/exports/orders.csv?q=shopper%40example.com",
  );
});

test("[C2] an order of free tickets is distinguished from one that somebody pays for", () => {
  expect(["0.00", "0", "0.01", "150.00"].map(isFree)).toEqual([true, true, false, false]);
});
