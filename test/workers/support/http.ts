// Requests to the Worker as a client sends them, and the credentials for them.

import { exports } from "cloudflare:workers";
import { newId } from "../../../src/app/context.ts";
import { hashSecret, secretFrom } from "../../../src/auth/secrets.ts";
import { gates } from "../../../src/db/schema/catalogue.ts";
import { apiKeys, devices } from "../../../src/db/schema/credentials.ts";
import type { OrganizationId, ShopperId } from "../../../src/domain/ids.ts";
import { keyPermissions, type Permission, type Role } from "../../../src/domain/people/policy.ts";
import { db, seedType, type Show } from "./fixture.ts";

export const BASE = "https://tickets.example";

/** What a token begins with that is a session's cookie, sent as a browser sends it from our own pages. */
export const SESSION = "session ";

export type Asked = {
  readonly token?: string;
  /** Sent as JSON; `raw` sends text or bytes as they are. */
  readonly json?: unknown;
  readonly raw?: BodyInit;
  readonly key?: string;
  readonly headers?: Record<string, string>;
};

let addresses = 0;

export function ask(method: string, path: string, asked: Asked = {}): Promise<Response> {
  return exports.default.fetch(requestFor(method, path, asked));
}

/** Each request comes from an address of its own, so that the limits of attempts count none together. */
export function requestFor(method: string, path: string, asked: Asked = {}): Request {
  const headers = new Headers({ "CF-Connecting-IP": `10.0.${(addresses += 1) >> 8}.${addresses & 255}` });
  for (const [name, value] of Object.entries(asked.headers ?? {})) headers.set(name, value);
  if (asked.token?.startsWith(SESSION)) {
    headers.set("Cookie", asked.token.slice(SESSION.length));
    if (!headers.has("Origin")) headers.set("Origin", BASE);
  } else if (asked.token !== undefined) headers.set("Authorization", `Bearer ${asked.token}`);
  if (asked.key !== undefined) headers.set("Idempotency-Key", asked.key);
  if (asked.json !== undefined) headers.set("Content-Type", "application/json");
  const body = asked.json === undefined ? (asked.raw ?? null) : JSON.stringify(asked.json);
  return new Request(BASE + path, { method, headers, body });
}

/** The JSON object that a response carries. */
export async function bodyOf(answer: Response): Promise<Record<string, unknown>> {
  return answer.json<Record<string, unknown>>();
}

/** The status and the code of a refusal, as one text to compare. */
export async function refusalOf(answer: Promise<Response> | Response): Promise<string> {
  const { status, code } = await bodyOf(await answer);
  return `${String(status)} ${String(code)}`;
}

export async function shopper(): Promise<{ id: ShopperId; token: string }> {
  const body = await bodyOf(await ask("POST", "/v1/shoppers"));
  return { id: body["shopper_id"] as ShopperId, token: String(body["token"]) };
}

/** An API key of `organizationId` with the permissions of `role`, or with exactly these. */
export async function apiKey(organizationId: OrganizationId, granted: Role | readonly Permission[]) {
  const token = secretFrom("vgk_", crypto.getRandomValues(new Uint8Array(32)));
  const id = newId("key");
  await db.insert(apiKeys).values({
    id,
    organization_id: organizationId,
    name: "A key",
    key_hash: hashSecret(token),
    permissions: JSON.stringify(typeof granted === "string" ? keyPermissions(granted) : granted),
    created_at: Date.now(),
  });
  return { id, token };
}

/** A device at a new gate of `venueId`. */
export async function device({
  organizationId,
  venueId,
}: Pick<Show, "organizationId"> & { venueId: (typeof gates.$inferInsert)["venue_id"] }) {
  const token = secretFrom("vgd_", crypto.getRandomValues(new Uint8Array(32)));
  const gateId = newId("gate");
  const stamps = { created_at: Date.now(), updated_at: Date.now() };
  await db.insert(gates).values({
    id: gateId,
    venue_id: venueId,
    organization_id: organizationId,
    gate_code: gateId.slice(5, 15).toUpperCase(),
    name: "Gate",
    ...stamps,
  });
  const id = newId("dev");
  await db.insert(devices).values({
    id,
    organization_id: organizationId,
    gate_id: gateId,
    name: "A scanner",
    token_hash: hashSecret(token),
    created_at: Date.now(),
  });
  return { id, token, gateId };
}

/** A time in a response: UTC with milliseconds. */
export const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

export function hold(typeId: string, token: string, json: object = { quantity: 1 }, key: string = crypto.randomUUID()) {
  return ask("POST", `/v1/ticket-types/${typeId}/holds`, { token, json, key });
}

/**
 * Whether a refusal says to come back after `seconds` at the least, half as long again at the most, and 2 s if that is
 * more.
 */
export function saysToWait(answer: Response, seconds: number): boolean {
  const after = Number(answer.headers.get("Retry-After") ?? Number.NaN);
  return Number.isInteger(after) && after >= seconds && after <= seconds + Math.max(2, seconds / 2);
}

/** The id in a response. */
export async function idOf(answer: Response | Promise<Response>): Promise<string> {
  return String((await bodyOf(await answer))["id"]);
}

/** An event on sale with one type of 100, a shopper, and a key of its organisation with an owner's permissions. */
export async function openWorld() {
  const show = await seedType(100);
  return { ...show, shopper: await shopper(), owner: await apiKey(show.organizationId, "owner") };
}
