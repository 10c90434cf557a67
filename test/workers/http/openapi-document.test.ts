// The API document and the API's responses agree: every example is sent, and every response compared with it.
// @module-tag slow

import { describe, expect, it } from "vitest";
import { exports } from "cloudflare:workers";
import { openClient } from "voelgoedevents/client";
import { buyTickets } from "../../../src/client/example.ts";
import { newTicketType, openTenant, published, venueBody } from "../support/catalogue.ts";
import { BASE } from "../support/http.ts";
import { declaredTags, exampleOf, faultsOf, fieldsOf, operations, type Operation } from "./openapi.ts";
import { holdTwo } from "./readme-client.ts";
import {
  bodyFor,
  type Extent,
  headersFor,
  imageFor,
  pathFor,
  queryFor,
  send,
  withoutLimits,
  worldFor,
} from "./world.ts";

withoutLimits();

async function sendExample(each: Operation, extent: Extent): Promise<Response> {
  const world = await worldFor(each);
  const body = bodyFor(each, world);
  const path = pathFor(each, world) + queryFor(each, world, extent);
  const { raw, type } = imageFor(each);
  const headers = { ...(await headersFor(each, world, extent)), ...type };
  return send(each, world, path, { ...(body && { json: body }), ...(raw !== undefined && { raw }), headers });
}

/** What no example can show, since only the response before has one. */
const UNSHOWN = new Set(["cursor"]);

/** A socket's operation is called without an upgrade here: its success has no body to compare. */
function isSocket(each: Operation): boolean {
  return "101" in each.responses;
}

describe("the document", () => {
  it("names every operation once, and what each returns when it succeeds", () => {
    const names = operations.map(({ operationId }) => operationId);
    expect(new Set(names).size).toBe(names.length);
    const silent = operations.filter(({ responses }) => !Object.keys(responses).some((each) => /^2|^101$/.test(each)));
    expect(silent).toEqual([]);
  });

  it("declares every tag of its operations, and no other", () => {
    expect(new Set(declaredTags).size).toBe(declaredTags.length);
    expect(new Set(declaredTags)).toEqual(new Set(operations.flatMap(({ tags }) => tags)));
  });

  it("shows an example of every field and parameter that a client may send", () => {
    const shown = operations.flatMap((each) => [
      ...Object.entries(fieldsOf(each)).map(([name, schema]) => ({ of: each.operationId, name, schema })),
      ...each.parameters.map(({ name, schema }) => ({ of: each.operationId, name, schema })),
    ]);
    const silent = shown.filter(({ name, schema }) => exampleOf(schema) === undefined && !UNSHOWN.has(name));
    expect(silent.map(({ of, name }) => `${of} ${name}`)).toEqual([]);
  });

  it.each(
    operations.flatMap((each) => [
      { ...each, extent: "what is needed" as const },
      { ...each, extent: "all that is shown" as const },
    ]),
  )("$method $path: its example succeeds with $extent, as documented", async (each) => {
    const answer = await sendExample(each, each.extent);
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
    expect(await buyTickets(api, eventId, 101)).toEqual({ ok: false, problem: null });
    expect(await buyTickets(api, eventId, 11)).toMatchObject({ problem: { code: "quantity_out_of_bounds" } });
  });

  it("runs the client of the README: two tickets are held, and what is sold out says how many are left", async () => {
    const tenant = await openTenant();
    const { eventId } = await published(tenant);
    const typeId = await newTicketType(tenant, eventId, { total_quantity: 3 });
    expect(await holdTwo(api, typeId)).toMatch(/^Held until \d{4}-/);
    expect(await holdTwo(api, typeId)).toBe("Only 1 left");
    expect(await holdTwo(api, "tt_unknown")).toBe("Not found");
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

  it("returns null for an event that the caller has", async () => {
    const { eventId } = await published(await openTenant());
    const client = openClient(api);
    const first = await client.call("GET /v1/public/events/{id}", { id: eventId });
    if (!first.ok || first.etag === null) throw new Error("the event is public");
    const second = await client.call("GET /v1/public/events/{id}", { id: eventId, ifNoneMatch: first.etag });
    expect(second).toMatchObject({ ok: true, status: 304, body: null });
  });
});
