// What is refused, to whom, and what is checked first (docs/api.md, "Conventions" and "Codes").

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openEventOf } from "../../../src/cli/local/demo.ts";
import { must } from "../../../src/domain/result.ts";
import { type Asked, refusalOf } from "../../support/server/client.ts";
import { buildShow, type Show, typeOf } from "../../support/server/catalogue/show.ts";
import { openStage } from "../../support/server/stage.ts";
import type { Hold, Page, Problem } from "../../support/server/wire.ts";

const { server, client, keys, act, shopper, close } = await openStage();
const { read, hold, release, checkOut, settle } = act;
const { demo } = server;
afterAll(close);

const UNKNOWN_TYPE = `tt_${"0".repeat(26)}`;
let show: Show;
beforeAll(async () => {
  show = await buildShow(client, keys.owner, [{ total: 12 }, { total: 2, maxPerOrder: 100 }]);
});

describe("the first check that fails decides the refusal", () => {
  const json = { "Content-Type": "application/json" };
  const large = JSON.stringify({ notes: "x".repeat(70_000) });
  const wrong = JSON.stringify({ quantity: "two", extra: 1 });
  /** Each breaks the check that it names and every later one that it can. */
  const steps: readonly (readonly [refusal: string, typeId: string, asked: () => Asked])[] = [
    ["413 body_too_large", UNKNOWN_TYPE, () => ({ raw: large })],
    ["401 unauthenticated", UNKNOWN_TYPE, () => ({ raw: wrong })],
    ["401 unauthenticated", UNKNOWN_TYPE, () => ({ raw: wrong, token: "vgs_made-up" })],
    ["403 forbidden", UNKNOWN_TYPE, () => ({ raw: wrong, token: demo.device_token })],
    ["403 forbidden", UNKNOWN_TYPE, () => ({ raw: wrong, token: keys.viewer })],
    ["415 unsupported_media_type", UNKNOWN_TYPE, () => ({ raw: wrong, token: shopper(0).token, key: "k" })],
    ["400 invalid_request", UNKNOWN_TYPE, () => ({ raw: wrong, token: shopper(0).token, key: "k", headers: json })],
    ["400 idempotency_key_required", UNKNOWN_TYPE, () => ({ json: { quantity: 500 }, token: shopper(0).token })],
    ["404 not_found", UNKNOWN_TYPE, () => ({ json: { quantity: 500 }, token: shopper(0).token, key: "k" })],
    ["404 not_found", "no id at all", () => ({ json: { quantity: 500 }, token: shopper(0).token, key: "k" })],
    ["422 quantity_out_of_bounds", "sold out", () => ({ json: { quantity: 101 }, token: shopper(0).token, key: "k" })],
    ["409 sold_out", "sold out", () => ({ json: { quantity: 100 }, token: shopper(0).token, key: "k" })],
  ];
  test.each(steps)("%s, for a hold of the type %s", async (refusal, typeId, asked) => {
    const id = typeId === "sold out" ? typeOf(show, 1) : encodeURIComponent(typeId);
    const answer = await client.ask<Problem>("POST", `/v1/ticket-types/${id}/holds`, asked());
    expect(`${answer.status} ${answer.body.code}`).toBe(refusal);
    expect(answer.headers["content-type"]).toBe("application/problem+json");
    const { code, request_id } = answer.body;
    expect(answer.body).toMatchObject({ type: `/problems/${code}`, status: answer.status, title: expect.any(String) });
    expect(answer.headers["x-request-id"]).toBe(request_id);
    expect((await client.ask("GET", `/problems/${code}`)).status, "its code has a page").toBe(200);
    if (answer.status === 401) expect(answer.headers["www-authenticate"]).toBe("Bearer");
    if (code === "invalid_request") {
      const paths = (answer.body["errors"] as { path: string }[]).map(({ path }) => path).sort();
      expect(paths, "all faults at once, by their path").toEqual(["/extra", "/quantity"]);
    }
  });

  test("[H6] [H7] then the facts of the sale: over the shopper's limit, then too few left, with the numbers", async () => {
    const { token } = shopper(1);
    const ask = async (quantity: number, from = token) =>
      (await hold(typeOf(show), from, `ask ${quantity}`.replace(" ", "-"), { quantity })).body;
    expect(await ask(11)).toMatchObject({ status: 422, code: "quantity_out_of_bounds", min: 1, max: 10 });
    expect(await ask(8)).toMatchObject({ status: "active" });
    expect(await ask(5)).toMatchObject({ status: 409, code: "shopper_limit_reached", max_per_order: 10, remaining: 2 });
    const fewer = await ask(5, shopper(2).token);
    expect(fewer).toMatchObject({ status: 409, code: "sold_out", available_quantity: 4 });
    expect(await refusalOf(hold(typeOf(show), token, "ask-8", { quantity: 7 }))).toBe("422 idempotency_key_reused");
  });
});

describe("a hold that became an order", () => {
  test("[O1] [H9] makes no second order and cannot be released; another's or an unknown one is 404", async () => {
    const { token } = shopper(3);
    const { eventId, typeIds } = await buildShow(client, keys.owner, [{ total: 5 }]);
    const typeId = must(typeIds[0], "one type");
    const { body } = await hold(typeId, token, "mine");
    const made = await checkOut(token, "once", [body.id]);
    expect(made).toMatchObject({ status: 201, body: { event_id: eventId } });
    const second = await checkOut(token, "twice", [body.id]);
    expect(second.body).toMatchObject({
      status: 409,
      code: "hold_not_active",
      hold_status: "converted",
      hold_id: body.id,
    });
    expect(await refusalOf(release(body.id, token))).toBe("409 hold_converted");
    const theirs = await checkOut(shopper(4).token, "theirs", [body.id]);
    expect(theirs.body).toMatchObject({ status: 404, code: "not_found", hold_id: body.id });
    const other = await hold(typeId, token, "other");
    expect(await refusalOf(checkOut(token, "once", [body.id, other.body.id]))).toBe("422 idempotency_key_reused");
    expect(await refusalOf(checkOut(token, "same", [other.body.id, other.body.id]))).toBe("400 invalid_request");
    expect(await refusalOf(checkOut(token, "none", []))).toBe("400 invalid_request");
    const elsewhere = await hold(demo.ticket_type_ids[0], token, "elsewhere");
    const mixed = checkOut(token, "mixed", [other.body.id, elsewhere.body.id]);
    expect(await refusalOf(mixed)).toBe("409 mixed_events");
    expect(await refusalOf(settle(made.body.id, "confirm", token))).toBe("403 forbidden");
    await settle(made.body.id, "confirm", keys.staff);
    const late = await settle(made.body.id, "cancel", token);
    expect(late.body).toMatchObject({ status: 409, code: "order_not_reserved", order_status: "confirmed" });
  });
});

describe("who may", () => {
  const event = () => `/v1/events/${show.eventId}`;
  const ROUTES: readonly (readonly [method: string, path: () => string])[] = [
    ["GET", () => "/v1/venues"],
    ["POST", () => "/v1/venues"],
    ["GET", () => `/v1/venues/${show.venueId}`],
    ["POST", () => `/v1/venues/${show.venueId}/gates`],
    ["POST", () => "/v1/events"],
    ["POST", () => `${event()}/publish`],
    ["POST", () => `${event()}/start`],
    ["POST", () => `${event()}/end`],
    ["POST", () => `${event()}/archive`],
    ["POST", () => `${event()}/ticket-types`],
    ["GET", () => `/v1/ticket-types/${typeOf(show)}/holds`],
    ["POST", () => `/v1/ticket-types/${typeOf(show)}/holds`],
    ["GET", () => `/v1/holds/hold_${"0".repeat(52)}`],
    ["DELETE", () => `/v1/holds/hold_${"0".repeat(52)}`],
    ["POST", () => "/v1/checkouts"],
    ["GET", () => "/v1/orders"],
    ["GET", () => `/v1/orders/ord_${"0".repeat(26)}`],
    ["POST", () => `/v1/orders/ord_${"0".repeat(26)}/confirm`],
    ["POST", () => `/v1/orders/ord_${"0".repeat(26)}/cancel`],
  ];

  test.each(ROUTES)("[P2] a device's token is 403 on %s %s, and no credential 401", async (method, path) => {
    expect(await refusalOf(client.ask(method, path(), { token: demo.device_token }))).toBe("403 forbidden");
    expect(await refusalOf(client.ask(method, path()))).toBe("401 unauthenticated");
  });

  test("[P2] a device reads its gate and its venue's event, and of no other place anything", async () => {
    const token = demo.device_token;
    const statusOf = async (path: string) => (await read(path, token)).status;
    expect(await statusOf(`/v1/gates/${demo.gate_ids[0]}`)).toBe(200);
    expect(await statusOf(`/v1/gates/${demo.gate_ids[1]}`)).toBe(404);
    const { body } = await read<Page<{ id: string }>>("/v1/events", token);
    expect(body.data.map(({ id }) => id).sort()).toEqual([demo.event_id, openEventOf(demo).id].sort());
    expect(await statusOf(`/v1/events/${demo.event_id}/ticket-types`)).toBe(200);
    for (const path of [event(), `${event()}/ticket-types`, `/v1/ticket-types/${typeOf(show)}`]) {
      expect(await statusOf(path), path).toBe(404);
    }
  });

  test("[T3] [T2] to another organisation's key nothing of this one exists, and its lists show only its own", async () => {
    const token = demo.other_organization.api_key;
    const { body } = await hold(typeOf(show), keys.staff, "seen-by-us", { quantity: 1, source: "scanner" });
    const order = await checkOut(keys.staff, "seen-by-us", [body.id]);
    const hidden: readonly (readonly [method: string, path: string])[] = [
      ["GET", `/v1/venues/${show.venueId}`],
      ["GET", `/v1/venues/${show.venueId}/gates`],
      ["GET", `/v1/gates/${demo.gate_ids[0]}`],
      ["GET", event()],
      ["POST", `${event()}/end`],
      ["GET", `${event()}/ticket-types`],
      ["GET", `/v1/ticket-types/${typeOf(show)}`],
      ["GET", `/v1/ticket-types/${typeOf(show)}/holds`],
      ["GET", `/v1/holds/${body.id}`],
      ["DELETE", `/v1/holds/${body.id}`],
      ["GET", `/v1/orders/${order.body.id}`],
      ["POST", `/v1/orders/${order.body.id}/confirm`],
      ["POST", `/v1/orders/${order.body.id}/cancel`],
    ];
    for (const [method, path] of hidden) {
      expect(`${method} ${path}: ${await refusalOf(client.ask(method, path, { token }))}`).toMatch(/: 404 not_found$/);
    }
    expect(await refusalOf(hold(typeOf(show), token, "not-ours"))).toBe("404 not_found");
    expect(await refusalOf(checkOut(token, "not-ours", [body.id]))).toBe("404 not_found");
    const events = await read<Page<{ id: string }>>("/v1/events?limit=100", token);
    expect(events.body.data.map(({ id }) => id)).toEqual([demo.other_organization.event_id]);
    expect((await read<Page<Hold>>("/v1/orders", token)).body.data).toEqual([]);
  });

  test("[H12] [P2] a viewer's key reads and changes nothing, and a shopper may not call itself the door", async () => {
    expect((await read(event(), keys.viewer)).status).toBe(200);
    expect((await read(`/v1/ticket-types/${typeOf(show)}/holds`, keys.viewer)).status).toBe(200);
    expect(await refusalOf(read("/v1/orders", keys.viewer))).toBe("403 forbidden");
    for (const path of [`${event()}/end`, "/v1/venues", `/v1/orders/ord_${"0".repeat(26)}/confirm`, "/v1/checkouts"]) {
      expect(await refusalOf(client.ask("POST", path, { token: keys.viewer }))).toBe("403 forbidden");
    }
    expect(await refusalOf(client.ask("POST", `${event()}/end`, { token: keys.staff }))).toBe("403 forbidden");
    const door = hold(typeOf(show), shopper(5).token, "door", { quantity: 1, source: "scanner" });
    expect(await refusalOf(door)).toBe("403 forbidden");
  });
});
