// A log whose leases are not as its scans say: the verifier finds it.

import { describe, expect, test } from "vitest";
import { codeOf } from "../../../support/door/on-disk.ts";
import { brokenAt, doorFor, granted } from "../../../support/door/leases.ts";

describe("[D1] [D12] a log whose lease", () => {
  const broken = (change: (detail: Readonly<Record<string, unknown>>) => object) => {
    const door = doorFor(40);
    granted(door);
    for (const serial of [1, 2, 3, 4, 5, 6]) door.scan({ as: serial, code: codeOf(serial), fromLease: 1 });
    granted(door);
    return brokenAt(door, change);
  };
  test("follows is whole", () => {
    expect(broken((detail) => detail)).toBeNull();
  });
  test.each<[string, object, string]>([
    ["drew other than its scans", { drawn: 5 }, "5 were drawn from the lease, but scans drew 6"],
    ["had more before", { granted: 4 }, "its granted is 4, and was 10 before"],
    ["grants nothing", { granted: 10 }, "it grants nothing"],
    ["was answered more often than called", { answered: 1 }, "more replies to recalls"],
    ["says nothing", { granted: null }, "does not record a lease"],
  ])("%s is found", (_, change, why) => {
    expect(broken((detail) => ({ ...detail, ...change }))?.why).toContain(why);
  });
});
