// In which order the devices on duty are listed.

import { expect, test } from "vitest";
import { byName } from "../../../../src/ui/console/decisions/event/duty.ts";

const LAST = "2026-12-05T17:59:30Z";
const reporting = (...ids: readonly string[]) => ids.map((id) => ({ id, last_heartbeat_at: LAST }));

test("[D22] devices on duty are listed as people count, however they report, and the unnamed ones last", () => {
  const names = new Map([
    ["a", "Phone 10"],
    ["b", "phone 9"],
    ["c", "Phone 9"],
    ["d", "Gate laptop"],
  ]);
  const listed = (ids: readonly string[]) => byName(reporting(...ids), (id) => names.get(id)).map(({ id }) => id);
  const order = listed(["x", "a", "c", "b", "d"]);
  expect(order.at(0)).toBe("d");
  expect(order.slice(-2)).toEqual(["a", "x"]);
  expect(listed(["d", "b", "c", "x", "a"]), "the same, whoever reported last").toEqual(order);
});
