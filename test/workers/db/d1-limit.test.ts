// A D1 that neither replies nor fails: every verb of the catalogue gives up on it when a checkout would (rule X3).

import { env } from "cloudflare:workers";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { sql } from "drizzle-orm";
import { D1_LIMIT_MS, openDb } from "../../../src/db/client.ts";
import { isD1Fault } from "../../../src/db/fault.ts";
import { describeFault } from "../../../src/domain/fault.ts";
import {
  created,
  eventBody,
  gateBody,
  newDraft,
  newVenue,
  openTenant,
  type Tenant,
  venueBody,
} from "../support/catalogue.ts";
import { fatedD1 } from "../support/faults.ts";
import { type Asked, refusalOf } from "../support/http.ts";
import { askAs, member } from "../support/auth/members.ts";

let tenant: Tenant;
let verbs: Readonly<Record<string, readonly [method: string, path: string, json?: object]>>;
beforeAll(async () => {
  tenant = await openTenant();
  const venueId = await newVenue(tenant);
  const gateId = await created(`/v1/venues/${venueId}/gates`, tenant.token, gateBody());
  const { eventId, typeId } = await newDraft(tenant);
  verbs = {
    list: ["GET", "/v1/venues"],
    read: ["GET", `/v1/events/${eventId}`],
    "create a venue": ["POST", "/v1/venues", venueBody()],
    "create an event": ["POST", "/v1/events", eventBody(venueId)],
    "change a venue": ["PATCH", `/v1/venues/${venueId}`, { name: "Never seen" }],
    "change a ticket type": ["PATCH", `/v1/ticket-types/${typeId}`, { price: "1.00" }],
    "delete a gate": ["DELETE", `/v1/gates/${gateId}`],
    "publish an event": ["POST", `/v1/events/${eventId}/publish`],
    "read the audit log": ["GET", "/v1/audit-log"],
  };
});
beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  vi.spyOn(console, "error").mockImplementation(() => {});
});
afterEach(() => {
  vi.useRealTimers();
});

/** D1 that does not reply to its `n`-th call or any later one; `reached` resolves with that call. */
function hangingAt(n: number) {
  let calls = 0;
  let tell: () => void = () => undefined;
  const reached = new Promise<void>((resolve) => {
    tell = resolve;
  });
  const DB = fatedD1(env.DB, () => {
    calls += 1;
    if (calls < n) return "done";
    tell();
    return "hangs";
  });
  return { DB, reached };
}

describe.each([1, 2])("D1 that is silent from call %s on", (n) => {
  const writes = ["change a venue", "change a ticket type", "delete a gate", "publish an event"];
  const names = ["list", "read", "create a venue", "create an event", "read the audit log"];
  it.each(n === 1 ? [...names, ...writes] : writes)(
    "[X3] is waited for to the limit and not a millisecond longer: %s is 503 with Retry-After",
    async (name) => {
      const [method, path, json] = verbs[name] ?? ["", ""];
      const request: Asked = { headers: { "If-Match": '"1"' }, ...(json && { json }) };
      const { DB, reached } = hangingAt(n);
      let answers = 0;
      const answer = askAs(member(tenant.organizationId, "owner"), method, path, request, { DB }).then((each) => {
        answers += 1;
        return each;
      });
      await reached;
      await vi.advanceTimersByTimeAsync(D1_LIMIT_MS - 1);
      expect(answers).toBe(0);
      await vi.advanceTimersByTimeAsync(1);
      const given = await answer;
      expect(Number(given.headers.get("Retry-After"))).toBeGreaterThanOrEqual(1);
      expect(await refusalOf(given)).toBe("503 temporarily_unavailable");
    },
  );
});

it("[X1] [X3] a lost connection counts as D1 being away, and is recognised by what was thrown first", async () => {
  const db = openDb(fatedD1(env.DB, () => "lost before"));
  const seen: unknown = await db.run(sql`SELECT ${"a private note"}`).catch((fault: unknown) => fault);
  expect([isD1Fault(seen), describeFault(seen)]).toEqual([true, "Error: lost before d1 run"]);
});

it("[X3] a D1 that is silent is named in what the log says of it", async () => {
  const seen = openDb(fatedD1(env.DB, () => "hangs"))
    .run(sql`SELECT 1`)
    .catch((fault: unknown) => fault);
  await vi.advanceTimersByTimeAsync(D1_LIMIT_MS);
  const fault = await seen;
  expect([isD1Fault(fault), describeFault(fault)]).toEqual([true, "Unavailable: D1: no answer within 5000 ms"]);
});
