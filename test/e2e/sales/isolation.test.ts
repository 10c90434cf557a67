// Two organisations on the production bundle: over every route and socket that the server itself documents, neither
// sees nor changes anything of the other. A route with an id or a field that is not known here fails.

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { must } from "../../../src/domain/result.ts";
import { type Operation, readOperations } from "../../support/server/api-document.ts";
import type { Answer } from "../../support/server/client.ts";
import { pngOf } from "../../support/images.ts";
import { openStage } from "../../support/server/stage.ts";
import { type Ids, openTenant, type Tenant } from "../../support/server/catalogue/tenant.ts";

const { server, client, keys, close } = await openStage();
const documented = await readOperations(client);
/** What makes a person of somebody is nobody's yet. */
const operations = documented.filter(({ path, takes }) => !path.startsWith("/api/auth/") && !isOfShoppers(takes));
/**
 * The operations that only a shopper may call, on what is their own: an organisation has no credential that it takes.
 */
function isOfShoppers(takes: Operation["takes"]): boolean {
  return takes.length > 0 && takes.every((kind) => kind === "shopper");
}
/** The operations that only a signed-in person may call; test/workers/auth/security.test.ts calls them on others. */
const isOfPeople = ({ takes }: Pick<Operation, "takes">) =>
  takes.length > 0 && takes.every((kind) => kind === "session");
afterAll(close);

let ours: Tenant;
let theirs: Tenant;
let before: Readonly<Record<string, unknown>>;
let theirIds: ReadonlySet<string>;
let publicIds: ReadonlySet<string>;
beforeAll(async () => {
  ours = await openTenant(client, server.demo.other_organization.api_key);
  theirs = await openTenant(client, keys.owner);
  before = await everythingOf(theirs);
  theirIds = new Set([...idsIn(before), ...Object.values(theirs.ids), ...Object.values(theirs.draftIds)]);
  const shown = await client.ask("GET", `/v1/public/organizations/${theirs.slug}/events?limit=100`);
  const types = await client.ask("GET", `/v1/public/events/${theirs.ids["events"]}`);
  publicIds = new Set([...idsIn(shown.body), ...idsIn(types.body)]);
});

const ID = /\b[a-z]{2,4}_[0-9a-z]{26,}\b/g;
const idsIn = (value: unknown): string[] => JSON.stringify(value).match(ID) ?? [];

/** What a field or a query parameter names, by what a path calls it. Sellers at the door hold and buy as their key. */
const NAMES: Readonly<Record<string, string>> = {
  venue_id: "venues",
  gate_id: "gates",
  event_id: "events",
  hold_ids: "holds",
  user_id: "api-keys",
  actor_id: "api-keys",
  device_id: "devices",
  resource_id: "venues",
  serial: "serials",
  q: "orders",
  order_ids: "orders",
};
/** The id of a scan or a pairing is drawn by who sends it, and names nothing that is there. */
const isIdName = (name: string) => /_ids?$/.test(name) && !/^(scan|pairing)_id$/.test(name);

function idNamed(name: string, ids: Ids): unknown {
  const kind = must(NAMES[name], `an id is known for ${name}`);
  const id = must(ids[kind], `an id is known for ${kind}`);
  return name.endsWith("s") ? [id] : id;
}

function pathWith(path: string, { slug }: Tenant, ids: Ids): string {
  const parts = path.split("/");
  const filled = parts.map((part, at) => {
    if (part === "{slug}") return slug;
    if (part === "{event_slug}") return must(ids["event-slugs"], "both events have slugs");
    // A scan is known by the event before it, and this one by no door.
    if (part === "{scan_id}") return `scn_${"0".repeat(26)}`;
    if (part === "{conflict_id}") return `clock_off.scn_${"0".repeat(26)}`;
    if (part === "{device_id}") return must(ids["devices"], "both events have devices");
    if (part === "{crew_code_id}") return must(ids["crew-codes"], "both events have crew codes");
    if (part === "{id}") return must(ids[parts[at - 1] ?? ""], `an id is known for ${path}`);
    expect(part, `an id is known for ${part}`).not.toMatch(/^\{/);
    return part;
  });
  return filled.join("/");
}

/** Times that go together, which examples of single fields do not say. */
const HOUR = 3_600_000;
const at = (hours: number) => new Date(Date.now() + hours * HOUR).toISOString();
const TIMES: Readonly<Record<string, string>> = {
  start_time: at(24),
  end_time: at(30),
  sale_start: at(-1),
  sale_end: at(24),
};

let names = 0;
/** Each name is new, since one that is taken would be refused before anything shows whose the rest is. */
function fresh(field: string, example: unknown, path: string): unknown {
  if (field === "code" && path.endsWith("/pair")) return ours.crewCode;
  return field === "name" ? `Name ${(names += 1)}` : example;
}

/** The request: the path's ids of one organisation, and fields and parameters with ids of either. */
type Named = {
  readonly path: Ids;
  readonly tenant?: Tenant;
  readonly fields?: Ids;
  readonly field?: string;
  readonly query?: Ids;
  readonly parameter?: string;
};

function requestOf(operation: Operation, { path, tenant = ours, fields = ours.ids, field, query, parameter }: Named) {
  const wanted = Object.entries(operation.query).filter(([name, required]) => required || name === parameter);
  const pairs = wanted.map(([name]) => [name, String(idNamed(name, query ?? path))]);
  if (operation.method === "GET" && "limit" in operation.query) pairs.push(["limit", "100"]);
  const known = operation.body ?? {};
  // One field more, since a change may require no field, and an empty one changes nothing.
  const said = operation.method !== "PATCH" ? undefined : "name" in known ? "name" : Object.keys(known)[0];
  const sent = Object.entries(known).filter(([name, { required }]) => required || name === field || name === said);
  const body = sent.map(([name, { example }]) => [
    name,
    isIdName(name)
      ? idNamed(name, name === field ? theirs.ids : fields)
      : (TIMES[name] ?? fresh(name, example, operation.path)),
  ]);
  const search = pairs.length === 0 ? "" : `?${new URLSearchParams(pairs).toString()}`;
  return {
    path: pathWith(operation.path, tenant, path) + search,
    ...(operation.body && { json: Object.fromEntries(body) as object }),
  };
}

type Request = ReturnType<typeof requestOf>;

function send(
  { method, isSocket, takesImage }: Operation,
  { path, json }: Request,
  token: string,
): Promise<Answer<unknown>> {
  const headers = { "If-Match": '"1"', ...(takesImage && { "Content-Type": "image/png" }) };
  if (isSocket) return join(path, token);
  if (takesImage) return client.ask(method, path, { token, headers, raw: pngOf() });
  return client.ask(method, path, { token, key: crypto.randomUUID(), headers, ...(json && { json }) });
}

/** 101 with the first frame as the body, or the refusal. */
function join(path: string, token: string): Promise<Answer<unknown>> {
  const socket = new WebSocket(server.baseUrl.replace(/^http/, "ws") + path, {
    headers: { Authorization: `Bearer ${token}` },
  });
  return new Promise((settle, reject) => {
    socket.once("error", reject);
    socket.once("message", (data: Buffer) => {
      socket.close();
      settle({ status: 101, headers: {}, body: JSON.parse(data.toString("utf8")) as unknown });
    });
    socket.once("unexpected-response", (request, { statusCode = 0 }) => {
      request.destroy();
      settle({ status: statusCode, headers: {}, body: null });
    });
  });
}

/** All that the organisation itself can read, by request, without what no change of it makes different. */
async function everythingOf(tenant: Tenant): Promise<Record<string, unknown>> {
  const all: Record<string, unknown> = {};
  for (const each of operations.filter(({ method, isSocket }) => method === "GET" && !isSocket)) {
    for (const path of [tenant.ids, tenant.draftIds]) {
      const request = requestOf(each, { path, tenant });
      const { status, body } = await send(each, request, tenant.key);
      // Bytes say when they were taken, and what a door sends to D1 arrives there later, by itself.
      const isLater = typeof body === "string" || request.path.endsWith("/door/counts");
      const told = isLater ? null : (JSON.parse(JSON.stringify(body, lasting)) as unknown);
      all[request.path] = { status, body: told };
    }
  }
  return all;
}
/** The database's size is that of all organisations, and counts over time end now unless the query says otherwise. */
const PASSING = new Set(["request_id", "at", "as_of", "expires_in_seconds", "size_bytes", "since", "until"]);
const LOOKS = new Set(["ticket.show_code", "order.export"]);
/** That a code was read or orders exported is in the audit log of those who did it, and is no change by others. */
const isLook = (row: unknown): boolean =>
  typeof row === "object" && row !== null && "action" in row && LOOKS.has(String(row.action));
function lasting(name: string, value: unknown): unknown {
  if (PASSING.has(name)) return undefined;
  return Array.isArray(value) ? value.filter((row) => !isLook(row)) : value;
}

/** Our credentials that the operation takes; of a public one the key, which it does not read. */
function credentialsFor({ takes }: Operation): string[] {
  if (takes.length === 0 || isOfPeople({ takes })) return [ours.key];
  return [...(takes.includes("apiKey") ? [ours.key] : []), ...(takes.includes("device") ? [ours.device] : [])];
}

function expectNothingOf({ takes }: Operation, request: Request, answer: Answer<unknown>): void {
  const named = new Set(idsIn(request));
  const known = (id: string) => named.has(id) || (takes.length === 0 && publicIds.has(id));
  const leaked = idsIn([answer.body ?? null, answer.headers]).filter((id) => theirIds.has(id) && !known(id));
  expect(leaked, request.path).toEqual([]);
}

/**
 * No key may call some routes at all: then what is ours is refused just so. An id in a body is refused at its field.
 */
async function expectUnknown(operation: Operation, request: Request, token: string, field?: string): Promise<void> {
  const answer = await send(operation, request, token);
  expectNothingOf(operation, request, answer);
  if (answer.status === 403) {
    const own = await send(operation, requestOf(operation, { path: ours.ids }), token);
    expect(own.status, `${request.path}, and ours alike`).toBe(403);
  } else if (answer.status === 422) {
    const errors = [{ path: `/${field}`, message: expect.any(String) }];
    expect(answer.body, request.path).toMatchObject({ code: "unknown_reference", errors });
  } else if (ANSWERS_EACH.test(operation.path)) {
    const rows = (answer.body as { readonly data: readonly { readonly order: unknown }[] }).data;
    expect(new Set(rows.map(({ order }) => order)), request.path).toEqual(new Set([null]));
  } else expect(answer.status, request.path).toBe(404);
}
/** Routes with a result for each of many orders, which shows nothing of the order. */
const ANSWERS_EACH = /^\/v1\/orders\/(confirm|match)$/;

const hasId = ({ path }: Operation) => /\{(id|slug)\}/.test(path);

describe.each(operations.map((each): [string, Operation] => [each.title, each]))("%s", (_, operation) => {
  const { takes, body, query } = operation;

  test("[T3] [T1] shows and changes nothing of what another organisation has, whatever the request has", async () => {
    const tokens = credentialsFor(operation);
    expect(tokens.length, "an operation takes a credential that an organisation has").toBeGreaterThan(0);
    for (const token of tokens) {
      if (!hasId(operation)) {
        const request = requestOf(operation, { path: ours.ids });
        const answer = await send(operation, request, token);
        expect([200, 201, 403], request.path).toContain(answer.status);
        expectNothingOf(operation, request, answer);
      } else if (takes.length > 0) {
        await expectUnknown(operation, requestOf(operation, { path: theirs.ids, tenant: theirs }), token);
        await expectUnknown(operation, requestOf(operation, { path: theirs.draftIds, tenant: theirs }), token);
      } else {
        const shown = requestOf(operation, { path: theirs.ids, tenant: theirs });
        const answer = await send(operation, shown, token);
        expect([200, 101], shown.path).toContain(answer.status);
        expectNothingOf(operation, shown, answer);
        if (!operation.path.includes("{id}")) continue;
        await expectUnknown(operation, requestOf(operation, { path: theirs.draftIds, tenant: theirs }), token);
      }
      for (const field of Object.keys(body ?? {}).filter(isIdName)) {
        await expectUnknown(operation, requestOf(operation, { path: ours.draftIds, field }), token, field);
      }
      for (const parameter of Object.keys(query).filter(isIdName)) {
        const request = requestOf(operation, { path: ours.ids, query: theirs.ids, parameter });
        const answer = await send(operation, request, token);
        expectNothingOf(operation, request, answer);
        if (answer.status === 200)
          expect({ next_cursor: null, ...(answer.body as object) }, request.path).toMatchObject({
            data: [],
            next_cursor: null,
          });
        else expect(answer.status, request.path).toBe(404);
      }
    }
  });
});

test("[T1] after all of it, the other organisation reads what it read before", async () => {
  expect(Object.keys(before).length).toBeGreaterThan(20);
  expect(await everythingOf(theirs)).toEqual(before);
});

test("[T3] the requested ids exist: the other organisation itself reads them", () => {
  const own = operations.filter(({ method, takes, isSocket }) => method === "GET" && takes.length > 0 && !isSocket);
  for (const each of own) {
    const { path } = requestOf(each, { path: theirs.ids, tenant: theirs });
    expect(before[path], path).toMatchObject({ status: isOfPeople(each) ? 403 : 200 });
  }
});
