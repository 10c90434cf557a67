// What "As API" of the console lists of the calls that it sends, and what it must not show.

import { expect, test } from "vitest";
import { type Call, curlOf, withCall } from "../../../src/ui/console/decisions/api-calls.ts";

test("[C1] a password that the console sends is in no list of calls and in no command", () => {
  const path = "/api/auth/confirm-password";
  const calls = withCall([], { method: "POST", path, body: `{"password":"correct horse"}` });
  expect(calls).toEqual([{ method: "POST", path }]);
  expect(calls.map((call) => curlOf("https://x", call)).join()).not.toContain("horse");
});

test("[C1] other calls are listed with body and tag, and one with a new tag is a call of its own", () => {
  const change: Call = { method: "PATCH", path: "/v1/gates/gte_1", body: `{"name":"North"}`, ifMatch: `"1"` };
  const again = { ...change, ifMatch: `"2"` };
  expect([change, change, again].reduce<readonly Call[]>(withCall, [])).toEqual([change, again]);
});
