// A world in which an operation of the API document can succeed once, with no more in it than the operation needs.

import { beforeEach, vi } from "vitest";
import { env } from "cloudflare:workers";
import { parseId } from "../../../src/domain/ids.ts";
import { must } from "../../../src/domain/result.ts";
import {
  created,
  gateBody,
  move,
  newDraft,
  newVenue,
  openTenant,
  published,
  type Tenant,
} from "../support/catalogue.ts";
import { apiKey, ask, type Asked, bodyOf, device, hold, idOf, shopper } from "../support/http.ts";
import { pngOf } from "../../support/images.ts";
import { inside } from "../support/object.ts";
import { bodySchemaOf, exampleOf, fieldsOf, type Operation } from "./openapi.ts";
import { invitationOf, PASSWORD, person, sessionOf, signedInAs } from "../support/auth/people.ts";

/** Ids and credentials; `ids` by what a path calls them. */
export type World = {
  readonly tenant: Tenant;
  readonly tokens: Readonly<Record<string, string>>;
  readonly ids: Readonly<Record<string, string>>;
};

/** For files that send more than a crowd would: the limits of attempts count nothing. */
export function withoutLimits(): void {
  beforeEach(() => {
    const { SHOPPER_LIMIT, HOLD_LIMIT, HOLD_ADDRESS_LIMIT, CREDENTIAL_LIMIT, MISS_LIMIT, SOCKET_LIMIT } = env;
    const holds = [SHOPPER_LIMIT, HOLD_LIMIT, HOLD_ADDRESS_LIMIT];
    for (const limiter of [...holds, CREDENTIAL_LIMIT, MISS_LIMIT, SOCKET_LIMIT]) {
      vi.spyOn(limiter, "limit").mockResolvedValue({ success: true });
    }
  });
}

const STATUS_BEFORE: Readonly<Record<string, readonly string[]>> = {
  start: ["publish"],
  end: ["publish", "start"],
  archive: ["publish", "start", "end"],
};

/** What a field or a parameter of this name is an id of. */
const FIELDS: Readonly<Record<string, string>> = {
  venue_id: "venues",
  gate_id: "gates",
  event_id: "events",
  device_id: "devices",
  hold_ids: "holds",
  replaces: "holds",
  ticket_type_id: "ticket-types",
  organization_id: "organizations",
  invitation_id: "invitations",
  // Of a pairing; what a scan reads goes by the same name, in worlds that have no crew code.
  code: "crew-secrets",
};

/** What an operation is about: of its path, its fields and its parameters. */
function subjectsOf(each: Operation): Set<string> {
  const fields = [...Object.keys(fieldsOf(each)), ...each.parameters.map(({ name }) => name)];
  return new Set([...each.path.split("/"), ...fields.flatMap((name) => FIELDS[name] ?? [])]);
}

/** Of what the document's examples request, this venue has room. */
const ROOM = { capacity: 100_000 };

/** A scan that a door has taken where an operation is about one of its conflicts. */
const SCAN = `scn_${"0".repeat(26)}`;

/** A world for `each`: an event in the state that it takes, a venue and a gate that nothing refers to where they go. */
export async function worldFor(each: Operation): Promise<World> {
  const tenant = await openTenant();
  const { organizationId, token } = tenant;
  const subjects = subjectsOf(each);
  const needs = (...names: string[]) => names.some((name) => subjects.has(name));
  const ids: Record<string, string> = { organizations: organizationId };
  const tokens: Record<string, string> = { apiKey: token };
  if (kindOf(each) === "shopper" || needs("holds", "orders", "tickets")) tokens["shopper"] = (await shopper()).token;
  const doors = /\/(scanner|desk|scans|door|crew-codes|pair)/.test(each.path);
  if (needs("venues", "gates") && !doors) ids["venues"] = await newVenue(tenant, ROOM);
  if (needs("gates") && !doors) ids["gates"] = await created(`/v1/venues/${ids["venues"]}/gates`, token, gateBody());
  if (needs("events", "pair", "ticket-types", "holds", "orders", "tickets"))
    Object.assign(ids, await showFor(each, tenant));
  if (needs("holds")) ids["holds"] = await heldIn(ids, tokens);
  if (needs("orders", "tickets")) ids["orders"] = await orderedIn(ids, tokens, each.path.endsWith("/resend"));
  // Only a confirmed order has tickets, and only sold ones can be returned.
  if (needs("returns", "tickets")) await ask("POST", `/v1/orders/${ids["orders"]}/confirm`, { token });
  if (needs("tickets")) ids["tickets"] = `tkt_${ids["orders"]?.slice(4)}01`;
  if (needs("images")) ids["images"] = await imageIn(await newDraft(tenant), token);
  if (needs("api-keys")) ids["api-keys"] = (await apiKey(organizationId, "viewer")).id;
  if ((needs("devices", "me") && !needs("pair")) || kindOf(each) === "device") {
    // Doors are those of the event's venue; elsewhere the device must not keep its gate from being deleted.
    ids["venues"] ??= doors ? await venueOf(ids, tenant) : await newVenue(tenant, ROOM);
    const scanner = await device({
      organizationId,
      venueId: must(parseId("ven", ids["venues"]), "a venue was created"),
    });
    if (doors) ids["gates"] = scanner.gateId;
    ids["devices"] = scanner.id;
    tokens["device"] = scanner.token;
  }
  if (needs("crew-codes", "pair")) {
    // A crew code's gate is one of its event's venue.
    if (needs("gates"))
      ids["gates"] = await created(`/v1/venues/${await venueOf(ids, tenant)}/gates`, token, gateBody());
    const code = await crewCodeOf(ids, token);
    ids["crew-codes"] = code.id;
    if (needs("pair")) ids["crew-secrets"] = code.secret;
  }
  if (each.path.includes("{conflict_id}")) await conflictIn(ids, tenant);
  if (each.path.includes("/leases/")) ids["devices"] = await leaseIn(ids, tenant);
  if (kindOf(each) === "session") {
    const owner = await signedInAs(organizationId, "owner");
    const guest = await sessionOf(await person({ password: PASSWORD }));
    tokens["session"] = /\/(accept-invitation|confirm-password)$/.test(each.path) ? guest.token : owner.token;
    ids["members"] = (await signedInAs(organizationId, "staff")).memberId;
    ids["invitations"] = await invitationOf(owner, guest.email);
  }
  return { tenant, tokens, ids };
}

async function showFor(each: Operation, tenant: Tenant): Promise<Record<string, string>> {
  const onSale = /\/(public|live|scanner|desk|scans|door|crew-codes|pair|holds|checkouts|orders|tickets)/.test(
    each.path,
  );
  const { eventId, typeId } = await (onSale ? published(tenant, {}) : newDraft(tenant));
  for (const step of STATUS_BEFORE[each.path.split("/").at(-1) ?? ""] ?? []) await move(tenant, eventId, step);
  const event = await bodyOf(await ask("GET", `/v1/events/${eventId}`, { token: tenant.token }));
  return { events: eventId, "event-slugs": String(event["slug"]), "ticket-types": typeId };
}

async function imageIn({ eventId }: { readonly eventId: string }, token: string): Promise<string> {
  const headers = { "If-Match": '"1"', "Content-Type": "image/png" };
  const event = await bodyOf(await ask("PUT", `/v1/events/${eventId}/image`, { token, raw: pngOf(), headers }));
  return (event["image"] as { url: string }).url.replace(/^.*\//, "");
}

async function crewCodeOf(ids: World["ids"], token: string): Promise<{ id: string; secret: string }> {
  const made = await bodyOf(await ask("POST", `/v1/events/${ids["events"]}/crew-codes`, { token, json: { uses: 5 } }));
  return { id: String(made["id"]), secret: String(made["secret"]) };
}

async function venueOf(ids: World["ids"], { token }: Tenant): Promise<string> {
  const event = await bodyOf(await ask("GET", `/v1/events/${ids["events"]}`, { token }));
  return String(event["venue_id"]);
}

/** Somebody was let in alone, by a clock that nobody is sure of. */
async function conflictIn(ids: World["ids"], tenant: Tenant): Promise<void> {
  const { token } = tenant;
  const gate_id = await created(`/v1/venues/${await venueOf(ids, tenant)}/gates`, token, gateBody());
  const row = {
    ...{
      scan_id: SCAN,
      serial: "2GPSK-SFJ5J-M",
      type_number: 1,
      generation: 1,
      direction: "in",
      source: "camera",
      gate_id,
    },
    ...{ at: new Date().toISOString(), clock_unsure: true, counter: 1, verdict: "admitted" },
  };
  await bodyOf(await ask("POST", `/v1/events/${ids["events"]}/scans`, { token, json: { uploads: [row] } }));
}

/** A device that has requested a lease. */
async function leaseIn(ids: World["ids"], tenant: Tenant): Promise<string> {
  const venueId = must(parseId("ven", await venueOf(ids, tenant)), "the event has a venue");
  const { id, token } = await device({ organizationId: tenant.organizationId, venueId });
  await bodyOf(await ask("POST", `/v1/events/${ids["events"]}/door/lease`, { token, json: { returned: 0, calls: 0 } }));
  return id;
}

function heldIn(ids: World["ids"], tokens: World["tokens"]): Promise<string> {
  return idOf(hold(ids["ticket-types"] ?? "", tokens["shopper"] ?? ""));
}

/** `isMailed`: it has a contact, whose mails wait for an hour, so that none changes a row while a test reads. */
async function orderedIn(ids: World["ids"], tokens: World["tokens"], isMailed: boolean): Promise<string> {
  const contact = isMailed ? { name: "A buyer", email: "buyer@example.com" } : null;
  if (isMailed) {
    await inside(must(parseId("tt", ids["ticket-types"] ?? ""), "it is on sale"), (object) => {
      object.mail = { ...object.mail, count: (_, now) => Promise.resolve(now + 3_600_000) };
    });
  }
  const json = { hold_ids: [await heldIn(ids, tokens)], contact };
  return idOf(ask("POST", "/v1/checkouts", { token: tokens["shopper"] ?? "", json, key: "order" }));
}

function kindOf(each: Operation): string | undefined {
  return each.security.flatMap((one) => Object.keys(one))[0];
}

/** The credential that an operation takes, of this world; undefined for one that is open to all. */
export function tokenFor(each: Operation, world: World): string | undefined {
  const kind = kindOf(each);
  return kind === undefined ? undefined : must(world.tokens[kind], `a credential of kind ${kind}`);
}

/** Sends with the operation's own credential. */
export function send(each: Operation, world: World, path: string, asked: Asked): Promise<Response> {
  const token = tokenFor(each, world);
  return ask(each.method, path, { ...asked, ...(token === undefined ? {} : { token }) });
}

/** The path with this world's ids in it. */
export function pathFor(each: Operation, world: World): string {
  const kind = each.path.split("/").find((_, at, all) => /^\{(id|slug)\}$/.test(all[at + 1] ?? "")) ?? "";
  return each.path
    .replace(/\{(id|slug)\}/, world.ids[kind] ?? "")
    .replace("{crew_code_id}", world.ids["crew-codes"] ?? "")
    .replace("{scan_id}", SCAN)
    .replace("{device_id}", world.ids["devices"] ?? "")
    .replace("{conflict_id}", `clock_off.${SCAN}`)
    .replace("{event_slug}", world.ids["event-slugs"] ?? "");
}

/** How much of what may be sent is sent. */
export type Extent = "what is needed" | "all that is shown";

/** The headers of an operation, made so that it succeeds. */
export async function headersFor(each: Operation, world: World, extent: Extent): Promise<Record<string, string>> {
  const headers: Record<string, string> = {};
  for (const { in: where, name, required, schema } of each.parameters) {
    if (where !== "header" || !(required || extent === "all that is shown")) continue;
    if (name === "If-Match") headers[name] = await versionRead(each, world);
    else headers[name] = extent === "all that is shown" ? String(exampleOf(schema)) : crypto.randomUUID();
  }
  return headers;
}

/** The ETag of what the path names, whatever is done to it. */
async function versionRead(each: Operation, world: World): Promise<string> {
  const resource = pathFor(each, world)
    .replace(/\/image$/, "")
    .split("/")
    .slice(0, 4)
    .join("/");
  const read = await ask("GET", resource, { token: tokenFor(each, world) ?? must(world.tokens["apiKey"], "a key") });
  await bodyOf(read);
  return read.headers.get("ETag") ?? '"1"';
}

/** The query of an operation, as it is in a path. */
export function queryFor(each: Operation, world: World, extent: Extent): string {
  const shown = each.parameters.filter(({ in: where, required, schema }) => {
    return where === "query" && (required || (extent === "all that is shown" && exampleOf(schema) !== undefined));
  });
  const pairs = shown.map(({ name, schema }) => [name, String(valueOf(name, exampleOf(schema), world))]);
  return pairs.length === 0 ? "" : `?${new URLSearchParams(pairs).toString()}`;
}

/** The body of an operation as the document shows it, with this world's ids; null where it takes none. */
export function bodyFor(each: Operation, world: World): Record<string, unknown> | null {
  if (!bodySchemaOf(each)) return null;
  const shown = Object.entries(fieldsOf(each));
  return Object.fromEntries(shown.map(([name, schema]) => [name, valueOf(name, exampleOf(schema), world)]));
}

/** The image that an operation takes as its body, and the header that says so; nothing where it takes none. */
export function imageFor(each: Operation): { readonly raw?: BodyInit; readonly type: Record<string, string> } {
  const takes = each.requestBody !== undefined && !bodySchemaOf(each);
  return takes ? { raw: pngOf(), type: { "Content-Type": "image/png" } } : { type: {} };
}

/** An item of a list: of an object each field, any other as it is shown. */
function itemOf(item: unknown, world: World): unknown {
  if (typeof item !== "object" || item === null) return item;
  return Object.fromEntries(Object.entries(item).map(([name, value]) => [name, valueOf(name, value, world)]));
}

function valueOf(name: string, example: unknown, world: World): unknown {
  const id = world.ids[FIELDS[name] ?? ""];
  if (id === undefined) return Array.isArray(example) ? example.map((item) => itemOf(item, world)) : example;
  return Array.isArray(example) ? [id] : id;
}
