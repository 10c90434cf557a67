// What the text of a search is tried as (rule O12).

import { expect, it } from "vitest";
import { readSearch, searchedBy } from "../../../src/domain/orders/order-search.ts";

const order = `ord_${"0".repeat(26)}${"1".repeat(26)}`;

it.each<[string, boolean, string[]]>([
  ["7K3F-9QZ2-M4Z", false, ["reference", "serial"]],
  ["  7k3f 9qz2 m4z ", true, ["reference", "serial", "name"]],
  ["2GPSK-SFJ5J-MRH4T", false, ["serial"]],
  ["A@Example.com", true, ["email"]],
  [order.toUpperCase(), false, ["order_id"]],
  [`tkt_${order.slice(4)}01`, false, ["ticket_id"]],
  ["a buyer", false, []],
  ["a buyer", true, ["name"]],
  ["7K3F-9QZ2-M4D", false, ["serial"]],
  ["´", true, []],
  ["", true, []],
])("[O12] %j (within an event: %s) is searched as %j", (text, inEvent, ways) => {
  expect(searchedBy(readSearch(text, inEvent))).toEqual(ways);
});

it("[O12] a code as it is typed at a gate finds its serial, and an address is folded", () => {
  expect(readSearch("2gpsk sfj5j mrh4t", false).serial).toBe(readSearch("2GPSK-SFJ5J-M", false).serial);
  expect(readSearch(" A@Example.COM ", false).email).toBe("a@example.com");
});
