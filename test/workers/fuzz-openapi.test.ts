// Bad input to every operation of the API document: what is refused is refused in the documented form, and leaves no trace.

import { env } from "cloudflare:workers";
import fc from "fast-check";
import { afterAll, afterEach, beforeEach, expect, it, vi } from "vitest";
import { z } from "zod";
import { parseId } from "../../src/domain/ids.ts";
import { must } from "../../src/domain/result.ts";
import { db, inventories } from "./fixture.ts";
import { ask, type Asked } from "./http.ts";
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
  type World,
} from "./openapi.ts";

const SEED = Math.floor(Math.random() * 2 ** 31);
const RUNS = 40;
const outcomes = new Map<number, number>();

beforeEach(() => {
  for (const limiter of [env.SHOPPER_LIMIT, env.HOLD_LIMIT, env.HOLD_ADDRESS_LIMIT, env.CREDENTIAL_LIMIT]) {
    vi.spyOn(limiter, "limit").mockResolvedValue({ success: true });
  }
});
afterEach(() => {
  vi.restoreAllMocks();
});
afterAll(() => {
  const told = [...outcomes].sort(([a], [b]) => a - b).map(([status, times]) => `${status}: ${times}`);
  console.log(`fuzz seed ${SEED}: ${[...outcomes.values()].reduce((a, b) => a + b, 0)} requests (${told.join(", ")})`);
});

/** Texts that break what is careless of them. */
const TEXTS = [
  "",
  " ",
  "\u0000",
  "a\u0007b\u001b[31m",
  "\ud800",
  "\u202e\u2066",
  "𝓣𝓲𝓬𝓴𝓮𝓽 🎟️",
  "'; DROP TABLE events; --",
  "../../etc/passwd",
  "%00%ff",
  "__proto__",
  "NaN",
  "null",
  "0",
  "-1",
  "1e309",
  "2026-02-30T25:61:00Z",
  "x".repeat(300),
  "x".repeat(20_000),
];
const text = fc.oneof(fc.constantFrom(...TEXTS), fc.string({ unit: "binary", maxLength: 40 }));
const leaf = fc.oneof(
  text,
  fc.constantFrom(null, true, 0, -1, 0.5, 1e21, Number.MAX_SAFE_INTEGER, 2_147_483_648),
  fc.constantFrom([], {}, [[]], { __proto__: null }, ["x"]),
  fc.integer({ min: 15, max: 40 }).map((depth) => nested(depth)),
);

function nested(depth: number): unknown {
  return Array.from({ length: depth }).reduce<unknown>((inner) => ({ a: inner }), 1);
}

/** Ids that are malformed, unknown, of another kind or of another organisation. */
const id = fc.oneof(
  fc.constantFrom(
    "x",
    "evt_",
    `evt_${"0".repeat(26)}`,
    `tt_${"z".repeat(26)}`,
    `hold_${"0".repeat(52)}`,
    "own",
    "foreign",
  ),
  fc.constantFrom(`ord_${"0".repeat(26)}`, `ven_${"1".repeat(26)}`, "%F0%28%8C%28", "a%2Fb", "%00", "x".repeat(2_000)),
);
const header = fc.constantFrom('"1"', '"999"', "*", 'W/"1"', '"x"', "1", '""', '"1", "2"', "k", "x".repeat(256), "a b");
const content = fc.constantFrom(
  "application/json",
  "application/problem+json",
  "text/plain",
  "application/x-www-form-urlencoded",
  "multipart/form-data; boundary=x",
  "application/json; charset=utf-16",
  "application/json/x",
);
const raw = fc.oneof(
  fc.constantFrom("", "{", "[]", "null", '"text"', "1", '{"a":1}{"a":2}', '{"name":"\\ud800"}', "[".repeat(20_000)),
  fc.constantFrom(`{"name":"${"x".repeat(70_000)}"}`, "\ufeff{}", '{"quantity":1,"quantity":2}', "{'a':1}"),
  fc.uint8Array({ maxLength: 60 }),
  fc.constant(new Uint8Array([0x7b, 0x22, 0x61, 0x22, 0x3a, 0x22, 0xc3, 0x28, 0x22, 0x7d])),
);
const cursor = fc.oneof(
  fc.constantFrom("", "x", "MTIzIGV2dF94IGFiYw", btoa("1 evt_1 aaaaaaaaaaaa"), btoa("NaN \u0000 x"), "x".repeat(600)),
  fc.base64String({ maxLength: 60 }),
);

const attack = fc.record({
  kind: fc.constantFrom("field", "missing", "extra", "raw", "id", "header", "query", "token", "content", "whole"),
  pick: fc.nat(),
  leaf,
  text,
  id,
  header,
  content,
  raw,
  cursor,
  limit: fc.constantFrom("0", "101", "-1", "1.5", "1e2", "٣", "", "100"),
  token: fc.constantFrom(
    "",
    "vgk_x",
    "vgs_a.b.c",
    "vgd_x",
    `vgk_${"A".repeat(43)}`,
    "x".repeat(5_000),
    "none",
    "other",
  ),
});
type Attack = typeof attack extends fc.Arbitrary<infer T> ? T : never;

function pickOf<T>(all: readonly T[], pick: number): T | undefined {
  return all[pick % Math.max(1, all.length)];
}

/** What to send: a good request with one part of it made bad. */
async function requestOf(each: Operation, world: World, other: World, how: Attack): Promise<[string, Asked]> {
  const schema = bodySchemaOf(each);
  const fields = schema ? (exampleOf(schema, world) as Record<string, unknown>) : null;
  const names = Object.keys(z.record(z.string(), z.unknown()).parse(schema?.["properties"] ?? {}));
  const name = pickOf(names, how.pick) ?? "name";
  const good = await headersFor(each, world);
  let path = pathFor(each, world) + queryFor(each, world);
  let token = tokenFor(each, world);
  let headers: Record<string, string> = good;
  let body: Pick<Asked, "json" | "raw"> = fields ? { json: fields } : {};
  const plain = isHeaderText(how.text) ? how.text : "x";
  if (how.kind === "field") body = { json: { ...fields, [name]: how.leaf } };
  if (how.kind === "missing")
    body = { json: Object.fromEntries(Object.entries(fields ?? {}).filter(([key]) => key !== name)) };
  if (how.kind === "extra") body = { json: { ...fields, [how.text]: how.leaf, extra: how.leaf } };
  if (how.kind === "whole") body = { json: how.leaf };
  if (how.kind === "raw" || how.kind === "content") {
    const type = how.kind === "raw" ? "application/json" : how.content;
    body = { raw: how.kind === "raw" ? (how.raw as BodyInit) : JSON.stringify(fields ?? {}) };
    headers = { ...good, "Content-Type": type };
  }
  if (how.kind === "id") path = pathOf(each, world, other, how.id);
  if (how.kind === "header") headers = badHeaders(good, how, plain);
  if (how.kind === "query") path = pathFor(each, world) + badQuery(each, how);
  if (how.kind === "token")
    token = how.token === "none" ? undefined : how.token === "other" ? tokenFor(each, other) : how.token;
  if (each.method === "GET") body = {};
  return [path, { ...(token === undefined ? {} : { token }), ...body, headers }];
}

/** Whether fetch itself lets the text be the value of a header. */
function isHeaderText(value: string): boolean {
  return /^[\x20-\x7e]*$/.test(value);
}

function pathOf(each: Operation, world: World, other: World, given: string): string {
  if (given === "foreign") return pathFor(each, other) + queryFor(each, other);
  const own = pathFor(each, world) + queryFor(each, world);
  return given === "own" ? own : each.path.replace("{slug}", given).replace("{id}", given) + queryFor(each, world);
}

function badHeaders(good: Record<string, string>, how: Attack, plain: string): Record<string, string> {
  const name = pickOf(["If-Match", "Idempotency-Key", "If-None-Match", "Accept", "Upgrade", "Origin"], how.pick) ?? "";
  const { [name]: _, ...rest } = good;
  if (how.limit === "0") return rest;
  return { ...rest, [name]: how.limit === "101" ? plain : how.header };
}

function badQuery(each: Operation, how: Attack): string {
  const names = each.parameters.filter((one) => one.in === "query").map((one) => one.name);
  const name = pickOf([...names, "unknown", "limit", "cursor"], how.pick) ?? "";
  const value = name === "limit" ? how.limit : name === "cursor" ? how.cursor : how.text.toWellFormed();
  const twice = how.limit === "1.5" ? `&${name}=1` : "";
  return `?${name}=${encodeURIComponent(value)}${twice}`;
}

const TABLES = must(
  await env.DB.prepare("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_%' ESCAPE '\\'")
    .all<{ name: string }>()
    .then(({ results }) => results.map((each) => each.name).filter((each) => !/^(sqlite|d1)_/.test(each))),
  "D1 has tables",
);

/** What the projection and the use of a credential write, whatever is refused meanwhile; so is all of `seat_holds`. */
const BY_THE_WAY = new Set(["sold_count", "held_count", "counts_seq", "checked_at", "last_used_at", "last_seen_at"]);

/** Every row of D1, and the position of the inventory that is sold from. */
async function traceOf(world: World): Promise<string> {
  const found = await db.$client.batch<Record<string, unknown>>(
    TABLES.filter((name) => name !== "seat_holds").map((name) => db.$client.prepare(`SELECT * FROM ${name}`)),
  );
  const typeId = must(parseId("tt", world.ids["ticket-types"] ?? ""), "a world has a ticket type");
  const position = await inventories(typeId).position();
  const rows = found.map((each) => each.results);
  return JSON.stringify([rows, position], (key, value: unknown) => (BY_THE_WAY.has(key) ? null : value));
}

/** Why: each look is at every row, so that few rows make it quick. */
async function empty(): Promise<void> {
  await env.DB.batch([
    env.DB.prepare("PRAGMA defer_foreign_keys = on"),
    ...TABLES.map((name) => env.DB.prepare(`DELETE FROM ${name}`)),
  ]);
}

it.each(operations)(
  "[X1] [T7] $method $path refuses bad input as documented, never as a fault of ours, and changes no row by it",
  async (each) => {
    await empty();
    const [first, other] = [await worldFor(each), await worldFor(each)];
    let world = first;
    let before = await traceOf(world);
    await fc.assert(
      fc.asyncProperty(attack, async (how) => {
        const [path, asked] = await requestOf(each, world, other, how);
        const answer = await ask(each.method, path, asked);
        const { status } = answer;
        outcomes.set(status, (outcomes.get(status) ?? 0) + 1);
        if (status >= 500) throw new Error(`${each.method} ${path} answered ${status}: ${await answer.text()}`);
        if (status === 101) return;
        const said = await answer.clone().text();
        expect(said).not.toMatch(/\bat .*\.[tj]s:\d+|SQLITE|D1_ERROR/);
        expect(await faultsOf(each, answer), `${each.method} ${path} ${status}`).toEqual([]);
        const after = await traceOf(world);
        if (status >= 400) expect(after === before, `${each.method} ${path} was refused with ${status}`).toBe(true);
        before = after;
        if (status < 300 && each.method !== "GET") {
          world = await worldFor(each);
          before = await traceOf(world);
        }
      }),
      { numRuns: RUNS, seed: SEED, endOnFailure: true },
    );
  },
);
