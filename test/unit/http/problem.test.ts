// The one map from refusals to the wire.

import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Refusal } from "../../../src/domain/errors.ts";
import { holdIdFrom, idFrom } from "../../../src/domain/ids.ts";
import { problemBody, problemHeaders } from "../../../src/http/problems/problem.ts";
import { isCode, PROBLEMS } from "../../../src/http/problems/problem-map.ts";

const BYTES = new Uint8Array(16);
const HOLD = holdIdFrom(idFrom("tt", BYTES), idFrom("shp", BYTES), "key", () => BYTES);
const AT = Date.parse("2026-12-05T18:00:00.000Z");

describe("problems", () => {
  it("[X1] map every code of docs/api.md to the status that it has there, and no other code", () => {
    const text = readFileSync(new URL("../../../docs/api.md", import.meta.url), "utf8");
    const listed = text.slice(text.indexOf("## Codes"), text.indexOf("## Operations"));
    const expected = Object.fromEntries(
      [...listed.matchAll(/^\| (\d{3}) \| `(\w+)` \|/gm)].map(([, status, code]) => [code, Number(status)]),
    );
    expect(Object.fromEntries(Object.entries(PROBLEMS).map(([code, { status }]) => [code, status]))).toEqual(expected);
  });

  it("have the members of RFC 9457, the code and the request id", () => {
    expect(problemBody({ code: "sold_out", availableQuantity: 0 }, "the request")).toEqual({
      type: "/problems/sold_out",
      title: "Not enough tickets left",
      status: 409,
      code: "sold_out",
      detail: "Fewer tickets are left than were requested: 0.",
      request_id: "the request",
      available_quantity: 0,
    });
  });

  it.each<[Refusal, Record<string, unknown>]>([
    [
      { code: "invalid_request", errors: [{ path: "/quantity", message: "no" }] },
      { errors: [{ path: "/quantity", message: "no" }] },
    ],
    [{ code: "not_found" }, {}],
    [{ code: "not_found", holdId: HOLD }, { hold_id: HOLD }],
    [{ code: "not_on_sale", reason: "event_over" }, { reason: "event_over" }],
    [
      { code: "not_on_sale", reason: "sale_not_open", opensAt: AT },
      { reason: "sale_not_open", opens_at: "2026-12-05T18:00:00.000Z" },
    ],
    [
      { code: "not_on_sale", reason: "sale_closed", closedAt: AT },
      { reason: "sale_closed", closed_at: "2026-12-05T18:00:00.000Z" },
    ],
    [
      { code: "shopper_limit_reached", maxPerOrder: 10, remaining: 3 },
      { max_per_order: 10, remaining: 3 },
    ],
    [
      { code: "address_limit_reached", maxUnpaid: 100, remaining: 3 },
      { max_unpaid_per_address: 100, remaining: 3 },
    ],
    [
      { code: "hold_not_active", holdStatus: "converted", holdId: HOLD },
      { hold_status: "converted", hold_id: HOLD },
    ],
    [{ code: "hold_converted", holdId: HOLD }, { hold_id: HOLD }],
    [{ code: "hold_expired", holdId: HOLD }, { hold_id: HOLD }],
    [{ code: "order_not_reserved", orderStatus: "cancelled" }, { order_status: "cancelled" }],
    [
      { code: "ticket_admitted", ticketNumber: 3, admittedAt: AT, gateId: idFrom("gate", BYTES) },
      { ticket_number: 3, admitted_at: "2026-12-05T18:00:00.000Z", gate_id: idFrom("gate", BYTES) },
    ],
    [
      { code: "ticket_admitted", ticketNumber: 3, admittedAt: AT, gateId: null },
      { ticket_number: 3, admitted_at: "2026-12-05T18:00:00.000Z", gate_id: null },
    ],
    [
      { code: "invalid_transition", status: "draft", allowed: ["published"] },
      { event_status: "draft", allowed: ["published"] },
    ],
    [{ code: "not_publishable", missing: ["ticket_types"] }, { missing: ["ticket_types"] }],
    [
      { code: "capacity_exceeded", requested: 5, used: 8, capacity: 10 },
      { requested: 5, used: 8, capacity: 10 },
    ],
    [
      { code: "capacity_below_committed", requested: 5, committed: 9, sold: 6, held: 2, withdrawn: 1 },
      { requested: 5, committed: 9, sold: 6, held: 2, withdrawn: 1 },
    ],
    [
      { code: "quantity_out_of_bounds", min: 1, max: 10 },
      { min: 1, max: 10 },
    ],
  ])("carry the facts of their code: %j", (refusal, facts) => {
    const { type, title, status, code, detail, request_id, ...rest } = problemBody(refusal, "r");
    expect(rest).toEqual(facts);
    expect({ type, status, code, request_id }).toEqual({
      type: `/problems/${refusal.code}`,
      status: PROBLEMS[refusal.code].status,
      code: refusal.code,
      request_id: "r",
    });
    expect(title && detail).toBeTruthy();
  });

  it("[X1] a 5xx shows the request id and no fact", () => {
    for (const refusal of [
      { code: "internal_error" },
      { code: "overloaded", retryAfterSeconds: 1 },
      { code: "temporarily_unavailable", retryAfterSeconds: 1 },
    ] satisfies Refusal[]) {
      expect(Object.keys(problemBody(refusal, "r"))).toEqual([
        "type",
        "title",
        "status",
        "code",
        "detail",
        "request_id",
      ]);
    }
  });

  it("[X2] 429 and 503 say when to come back, 401 how to authenticate", () => {
    const least = () => 0;
    expect(problemHeaders({ code: "rate_limited", retryAfterSeconds: 60 }, least)).toEqual({ "Retry-After": "60" });
    expect(problemHeaders({ code: "overloaded", retryAfterSeconds: 1 }, least)).toEqual({ "Retry-After": "1" });
    const away = { code: "temporarily_unavailable", retryAfterSeconds: 2 } as const;
    expect(problemHeaders(away, least)).toEqual({ "Retry-After": "2" });
    expect(problemHeaders(away, () => 0.99)).toEqual({ "Retry-After": "4" });
    expect(problemHeaders({ code: "unauthenticated" }, least)).toEqual({ "WWW-Authenticate": "Bearer" });
    expect(problemHeaders({ code: "not_found" }, least)).toEqual({});
  });

  it("know their codes, and no name that an object has by itself", () => {
    expect(isCode("sold_out")).toBe(true);
    expect(isCode("toString")).toBe(false);
    expect(isCode("nothing")).toBe(false);
  });
});
