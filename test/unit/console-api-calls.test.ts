// What "As API" of the console shows of the calls that it sends, and what it must not show.

import { afterAll, beforeAll, expect, test, vi } from "vitest";

const sent: string[] = [];

beforeAll(() => {
  vi.stubGlobal("location", { origin: "http://localhost" });
  vi.stubGlobal("fetch", async (request: Request) => {
    sent.push(await request.text());
    return Response.json({});
  });
});
afterAll(() => void vi.unstubAllGlobals());

test("[C1] a password that the console sends is in no list of calls and in no command", async () => {
  const { callApi, calls } = await import("../../src/ui/console/data/api.ts");
  const { curlOf } = await import("../../src/ui/console/decisions/api-calls.ts");
  const password = "correct horse battery staple";
  await callApi("POST /api/auth/confirm-password", { body: { password } });
  expect(sent, "it is sent").toEqual([JSON.stringify({ password })]);
  expect(calls.value).toEqual([{ method: "POST", path: "/api/auth/confirm-password" }]);
  expect(calls.value.map((call) => curlOf("http://localhost", call)).join()).not.toContain("horse");
});

test("[C1] what else the console sends is listed with its body and its tag, and a new tag is a call of its own", async () => {
  const { withCall } = await import("../../src/ui/console/decisions/api-calls.ts");
  const change = { method: "PATCH", path: "/v1/gates/gte_1", body: `{"name":"North"}`, ifMatch: `"1"` };
  const again = { ...change, ifMatch: `"2"` };
  expect([change, change, again].reduce<ReturnType<typeof withCall>>(withCall, [])).toEqual([change, again]);
});
