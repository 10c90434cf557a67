// The API document and what is answered are the same: every example is sent, and every answer compared with it.

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { env, exports } from "cloudflare:workers";
import { openClient } from "voelgoedevents/client";
import { buyTickets } from "../../src/client/example.ts";
import { eventBody, openTenant, published, venueBody } from "./catalogue.ts";
import { ask, BASE } from "./http.ts";
import {
  bodySchemaOf,
  exampleOf,
  faultsOf,
  headersFor,
  operations,
  pathFor,
  queryFor,
  tokenFor,
  worldFor,
  type Operation,
} from "./openapi.ts";

beforeEach(() => {
  for (const limiter of [env.SHOPPER_LIMIT, env.HOLD_LIMIT, env.HOLD_ADDRESS_LIMIT, env.CREDENTIAL_LIMIT]) {
    vi.spyOn(limiter, "limit").mockResolvedValue({ success: true });
  }
});

afterEach(() => {
  vi.restoreAllMocks();
});

/** Bodies whose fields the document cannot show in one example each, since they bind each other. */
const { start_time, end_time, sale_start, sale_end } = eventBody("");
const WHOLE: Readonly<Record<string, object>> = { postEvents: { start_time, end_time, sale_start, sale_end } };

async function sendExample(each: Operation): Promise<Response> {
  const world = await worldFor(each);
  const body = bodySchemaOf(each);
  const token = tokenFor(each, world);
  const path = pathFor(each, world) + queryFor(each, world);
  const asked = {
    ...(body ? { json: { ...(exampleOf(body, world) as object), ...WHOLE[each.operationId] } } : {}),
    headers: await headersFor(each, world),
  };
  return ask(each.method, path, { ...asked, ...(token === undefined ? {} : { token }) });
}

/** A socket's operation is called without an upgrade here: its success has no body to compare. */
function isSocket(each: Operation): boolean {
  return "101" in each.responses;
}

describe("the document", () => {
  it("names every operation once, and what each answers when it succeeds", () => {
    const names = operations.map(({ operationId }) => operationId);
    expect(new Set(names).size).toBe(names.length);
    const silent = operations.filter(({ responses }) => !Object.keys(responses).some((each) => /^2|^101$/.test(each)));
    expect(silent).toEqual([]);
  });

  it.each(operations)("$method $path: its example succeeds, as documented", async (each) => {
    const answer = await sendExample(each);
    const said = await answer.clone().text();
    expect(isSocket(each) ? answer.status === 426 : answer.status < 300, said).toBe(true);
    expect(await faultsOf(each, answer)).toEqual([]);
  });
});

describe("the client, as another package imports it", () => {
  const api = { baseUrl: BASE, fetch: (request: Request) => exports.default.fetch(request) };

  it("runs its example: a shopper buys, and a refusal is a value with its code", async () => {
    const { eventId } = await published(await openTenant());
    expect(await buyTickets(api, eventId, 2)).toMatchObject({
      ok: true,
      order: { status: "reserved", total: "300.00" },
    });
    expect(await buyTickets(api, eventId, 99)).toEqual({ ok: false, problem: null });
    expect(await buyTickets(api, eventId, 11)).toMatchObject({ problem: { code: "quantity_out_of_bounds" } });
  });

  it("creates, reads, lists and repeats for an organiser", async () => {
    const tenant = await openTenant();
    const client = openClient({ ...api, token: tenant.token });
    const body = venueBody();
    const made = await client.call("POST /v1/venues", { idempotencyKey: "once", body });
    const again = await client.call("POST /v1/venues", { idempotencyKey: "once", body });
    if (!made.ok || !again.ok) throw new Error("the venue is made");
    expect([made.status, made.replayed, again.replayed, again.body.id]).toEqual([201, false, true, made.body.id]);
    const read = await client.call("GET /v1/venues/{id}", { id: made.body.id });
    expect(read).toMatchObject({ ok: true, etag: '"1"', body: { name: body.name } });
    const list = await client.call("GET /v1/venues", { query: { limit: 1, status: "active" } });
    expect(list).toMatchObject({ body: { data: [{ id: made.body.id }], next_cursor: null } });
    const missing = await client.call("GET /v1/venues/{id}", { id: "a/b?c" });
    expect(missing).toMatchObject({ ok: false, problem: { status: 404, code: "not_found" } });
  });

  it("answers null for an event that the caller has", async () => {
    const { eventId } = await published(await openTenant());
    const client = openClient(api);
    const first = await client.call("GET /v1/public/events/{id}", { id: eventId });
    if (!first.ok || first.etag === null) throw new Error("the event is public");
    const second = await client.call("GET /v1/public/events/{id}", { id: eventId, ifNoneMatch: first.etag });
    expect(second).toMatchObject({ ok: true, status: 304, body: null });
  });
});
