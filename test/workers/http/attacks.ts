// Bad input, drawn at random: what to send to an operation of the API document so that one part of the request is bad.

import fc from "fast-check";
import type { Asked } from "../support/http.ts";
import { fieldsOf, type Operation } from "./openapi.ts";
import { bodyFor, headersFor, imageFor, pathFor, queryFor, tokenFor, type World } from "./world.ts";

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

export const attack = fc.record({
  kind: fc.constantFrom(
    "field",
    "field",
    "field",
    "missing",
    "extra",
    "raw",
    "id",
    "header",
    "query",
    "token",
    "content",
    "whole",
  ),
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
export type Attack = typeof attack extends fc.Arbitrary<infer T> ? T : never;

function pickOf<T>(all: readonly T[], pick: number): T | undefined {
  return all[pick % Math.max(1, all.length)];
}

export type Request = { readonly path: string; readonly asked: Asked; readonly token: Token };
/** "own": the operation's own credential, or member; null for none at all. */
type Token = "own" | { readonly given: string | null };

const WITHOUT_BODY = ["id", "header", "query", "token"] as const;

/** An operation without a body is attacked elsewhere, but every so often, unless it is a GET, a body is sent to it. */
function kindOf(each: Operation, { kind, pick }: Attack): Attack["kind"] {
  const elsewhere = !each.requestBody && (each.method === "GET" || kind === "field" || kind === "missing");
  return elsewhere ? (WITHOUT_BODY.find((one) => one === kind) ?? pickOf(WITHOUT_BODY, pick) ?? kind) : kind;
}

/** What to send: a good request with one part of it made bad. */
export async function requestOf(each: Operation, world: World, other: World, drawn: Attack): Promise<Request> {
  const how = { ...drawn, kind: kindOf(each, drawn) };
  const fields = bodyFor(each, world);
  const name = pickOf(Object.keys(fieldsOf(each)), how.pick) ?? "name";
  const { raw, type } = imageFor(each);
  const good = { ...(await headersFor(each, world, "what is needed")), ...type };
  let path = pathFor(each, world) + queryFor(each, world, "what is needed");
  let token: Token = "own";
  let headers: Record<string, string> = good;
  let body: Pick<Asked, "json" | "raw"> = fields ? { json: fields } : raw === undefined ? {} : { raw };
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
  if (how.kind === "header") headers = badHeaders(each, good, how, plain);
  if (how.kind === "query") path = pathFor(each, world) + badQuery(each, how);
  if (how.kind === "token") token = { given: tokenOf(each, other, how.token) };
  return { path, asked: { ...body, headers }, token };
}

function tokenOf(each: Operation, other: World, given: string): string | null {
  if (given === "other") return tokenFor(each, other) ?? null;
  return given === "none" ? null : given;
}

/** Whether fetch itself lets the text be the value of a header. */
function isHeaderText(value: string): boolean {
  return /^[\x20-\x7e]*$/.test(value);
}

function pathOf(each: Operation, world: World, other: World, given: string): string {
  if (given === "foreign") return pathFor(each, other) + queryFor(each, other, "what is needed");
  const own = pathFor(each, world) + queryFor(each, world, "what is needed");
  return given === "own" ? own : each.path.replace(/\{(id|slug)\}/, given) + queryFor(each, world, "what is needed");
}

function badHeaders(each: Operation, good: Record<string, string>, how: Attack, plain: string): Record<string, string> {
  const own = each.parameters.filter((one) => one.in === "header").map((one) => one.name);
  const name =
    pickOf([...own, ...own, "If-Match", "Idempotency-Key", "If-None-Match", "Accept", "Upgrade"], how.pick) ?? "";
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
