// Where matters that need attention are drawn while they are read again.

import { expect, test } from "vitest";
import { type Item, keptInPlace, mattersIn } from "../../../../src/ui/console/decisions/event/attention.ts";

const event = (n: number) => ({ id: `evt_${n}`, name: `Event ${n}`, start_time: "2027-01-01T00:00:00.000Z" });
const item = (kind: Item["kind"], n: number, count = 1): Item => ({
  ...{ kind, action: "complete", path: "", event: event(n), count, at_least: false, at: null, due_at: null },
  ...{ missing: [], email: null },
});
const drawn = (shown: readonly Item[], now: readonly Item[]) => {
  const { rows, others } = keptInPlace(mattersIn(shown), mattersIn(now));
  return { rows: rows.map(({ href, isDone }) => [href, isDone]), others };
};

test("[C12] a matter that is read later waits, however urgent, and none that is shown leaves its place", () => {
  const [waiting, draft, door] = [item("orders_waiting", 1), item("draft", 2), item("door_alerts", 3)];
  const orders = "/console/orders?status=reserved&event=evt_1";
  const setup = "/console/events/evt_2/setup";
  expect(drawn([waiting, draft], [door, draft])).toEqual({
    rows: [
      [orders, true],
      [setup, false],
    ],
    others: 1,
  });
  expect(drawn([waiting], [waiting, draft, door])).toEqual({ rows: [[orders, false]], others: 2 });
  expect(drawn([], [])).toEqual({ rows: [], others: 0 });
});

test("[C12] a matter that is shown has the numbers that were read last; an unknown kind is none", () => {
  const later = item("orders_waiting", 1, 7);
  const { rows } = keptInPlace(mattersIn([item("orders_waiting", 1)]), mattersIn([later]));
  expect(rows.map((row) => row.item.count)).toEqual([7]);
  // As a later release may send it.
  const unknown = { ...later, kind: "comet" } as unknown as Item;
  expect(mattersIn([unknown])).toEqual([]);
});
