// The security cases that every route runs, found from the router: a route that is added without them fails here.
// @module-tag slow

import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { beforeAll, describe, expect, it } from "vitest";
import { redeliverTerms } from "../../../src/app/deliveries/deliver-terms.ts";
import { newId } from "../../../src/app/context.ts";
import { signOrderLink } from "../../../src/auth/links/order-links.ts";
import { mintShopperToken } from "../../../src/auth/links/shopper-tokens.ts";
import { signTicketLink } from "../../../src/auth/links/ticket-links.ts";
import { literal } from "../../../src/cli/d1/database.ts";
import { changeStatus } from "../../../src/cli/rows/organization-status.ts";
import { apiKeys, devices } from "../../../src/db/schema/credentials.ts";
import { parseId, parseOrderId, parseTicketId } from "../../../src/domain/ids.ts";
import { SHOPPER_TOKEN_MS } from "../../../src/domain/limits.ts";
import { type Role, ROLES } from "../../../src/domain/people/policy.ts";
import { must } from "../../../src/domain/result.ts";
import { created, cronAt, gateBody, move, newDraft, openTenant, type Tenant, traceOf } from "../support/catalogue.ts";
import { db } from "../support/fixture.ts";
import { pngOf } from "../../support/images.ts";
import {
  apiKey,
  ask,
  type Asked,
  BASE,
  bodyOf,
  device,
  hold,
  idOf,
  refusalOf,
  SESSION,
  shopper,
} from "../support/http.ts";
import { cookieFor, invitationOf, person, sessionOf, signedInAs } from "../support/auth/people.ts";
import { ACCOUNTS, CASES, pathOf, PERSONAL, PUBLIC, type Resources, routesOfRouter } from "../support/auth/routes.ts";

/** `owner`: a session of one. */
type World = {
  readonly tenant: Tenant;
  readonly of: Resources;
  readonly shopper: string;
  readonly owner: string;
  readonly device: string;
};

/** An organisation with one of everything. The event of `ord` and `hold` is on sale, the one of the others a draft. */
async function openWorld(): Promise<World> {
  const tenant = await openTenant();
  const { token } = tenant;
  const buyer = (await shopper()).token;
  const onSale = await newDraft(tenant);
  if ((await move(tenant, onSale.eventId, "publish")).status !== 200) throw new Error("not published");
  const ordered = await idOf(hold(onSale.typeId, buyer));
  const request = { token: buyer, key: "k", json: { hold_ids: [ordered] } };
  const ord = await idOf(ask("POST", "/v1/checkouts", request));
  const sold = { hold_ids: [await idOf(hold(onSale.typeId, buyer))] };
  const bought = await idOf(ask("POST", "/v1/checkouts", { token: buyer, key: "t", json: sold }));
  await ask("POST", `/v1/orders/${bought}/confirm`, { token });
  const draft = await newDraft(tenant);
  const { venue_id: venueId } = await bodyOf(await ask("GET", `/v1/events/${draft.eventId}`, { token }));
  const ven = must(parseId("ven", String(venueId)), "an event has a venue");
  const gate = await created(`/v1/venues/${ven}/gates`, token, gateBody());
  const dev = await created("/v1/devices", token, { name: "Scanner", gate_id: gate });
  const crew = await created(`/v1/events/${onSale.eventId}/crew-codes`, token, { uses: 1 });
  const { id: key } = await apiKey(tenant.organizationId, "viewer");
  const of = {
    ven,
    gate,
    evt: draft.eventId,
    sale: onSale.eventId,
    tt: onSale.typeId,
    hold: await idOf(hold(onSale.typeId, buyer)),
    tkt: `tkt_${bought.slice(4)}01`,
  };
  const owner = await signedInAs(tenant.organizationId, "owner");
  const { memberId: mem } = await signedInAs(tenant.organizationId, "staff");
  const inv = await invitationOf(owner, "invited@example.com");
  const scanner = await device({ organizationId: tenant.organizationId, venueId: ven });
  const tokens = { shopper: buyer, owner: owner.token, device: scanner.token };
  return { tenant, of: { ...of, ord, key, dev, mem, inv, crew }, ...tokens };
}

let suspended: Promise<World> | null = null;
async function suspendedWorld(): Promise<World> {
  const world = await openWorld();
  const statements = changeStatus("suspend", world.tenant.organizationId, newId("aud"), Date.now());
  await env.DB.batch(statements.map((each) => env.DB.prepare(literal(each))));
  await redeliverTerms(cronAt(Date.now()));
  return world;
}

const linkOf = ({ ord }: Pick<Resources, "ord">) =>
  must(signOrderLink(env, must(parseOrderId(ord), "it was made")), "there is a secret");
const ticketLinkOf = ({ tkt }: Resources) =>
  must(signTicketLink(env, must(parseTicketId(tkt), "it was sold"), 1), "there is a secret");

let ours: World;
let theirs: World;
let bearers: Record<"noPermission" | "device" | "shopper" | "link" | "ticketLink" | "ticketsOrder", string>;
/** A member and a key of each role, once for all routes: no request of these tests changes what they may. */
let ofRoles: { readonly role: Role; readonly member: string; readonly key: string }[];
/** A session of somebody who is no member. */
let outsider: string;
let useless: Record<string, string>[];
let unknown: Resources;
let malformed: Resources;
beforeAll(async () => {
  [ours, theirs] = [await openWorld(), await openWorld()];
  const { organizationId } = ours.tenant;
  const venueId = must(parseId("ven", ours.of.ven), "it was created");
  const revokedKey = await apiKey(organizationId, "owner");
  const revokedDevice = await device({ organizationId, venueId });
  await db.update(apiKeys).set({ revoked_at: 1 }).where(eq(apiKeys.id, revokedKey.id));
  await db.update(devices).set({ revoked_at: 1 }).where(eq(devices.id, revokedDevice.id));
  const random = new Uint8Array(16);
  const expired = must(mintShopperToken(env, random, Date.now() - SHOPPER_TOKEN_MS), "there is a secret").token;
  bearers = {
    noPermission: (await apiKey(organizationId, [])).token,
    device: (await device({ organizationId, venueId })).token,
    shopper: (await shopper()).token,
    link: linkOf(ours.of),
    ticketLink: ticketLinkOf(ours.of),
    ticketsOrder: linkOf({ ord: `ord_${ours.of.tkt.slice(4, -2)}` }),
  };
  ofRoles = await Promise.all(
    ROLES.map(async (role) => {
      const [session, { token: key }] = [await signedInAs(organizationId, role), await apiKey(organizationId, role)];
      return { role, member: session.token, key };
    }),
  );
  outsider = (await sessionOf(await person())).token;
  const member = await signedInAs(organizationId, "owner");
  const over = await sessionOf(member, new Date(Date.now() - 1));
  const cookies = [
    ...["", "__Host-voelgoed.session_token=", `__Host-voelgoed.session_token=${member.sessionToken}`],
    ...[cookieFor("unknown"), cookieFor(member.sessionToken, "another secret"), cookieFor(over.sessionToken)],
    cookieFor(member.sessionToken).replace("__Host-", ""),
  ];
  const bearers401 = [
    ...["", "Bearer", "Bearer vgk_short", `Basic ${btoa("owner:secret")}`, ours.tenant.token],
    `Bearer ${ours.tenant.token} ${ours.tenant.token}`,
    ...["vgk_", "vgd_", "vgx_"].map((prefix) => `Bearer ${prefix}${"A".repeat(43)}`),
    ...[expired, revokedKey.token, revokedDevice.token].map((each) => `Bearer ${each}`),
    ...[`${ours.shopper.slice(0, -2)}AA`, `${linkOf(ours.of).slice(0, -2)}AA`, `vgo_${"A".repeat(115)}`].map(
      (each) => `Bearer ${each}`,
    ),
    ...[`${ticketLinkOf(ours.of).slice(0, -3)}AAA`, `vgt_${"A".repeat(119)}`].map((each) => `Bearer ${each}`),
  ];
  useless = [
    {},
    ...bearers401.map((Authorization) => ({ Authorization })),
    ...cookies.map((Cookie) => ({ Cookie, Origin: BASE })),
    // With two credentials the header counts: a valid cookie does not make up for a bad key.
    { Authorization: "Bearer vgk_short", Cookie: cookieFor(member.sessionToken), Origin: BASE },
  ];
  const ids = { ven: newId("ven"), gate: newId("gate"), evt: newId("evt"), sale: newId("evt"), tt: newId("tt") };
  unknown = {
    ...ids,
    ord: `ord_${newId("tt").slice(3)}${newId("tt").slice(3)}`,
    tkt: `tkt_${newId("tt").slice(3)}${newId("tt").slice(3)}01`,
    hold: `hold_${newId("tt").slice(3)}${newId("tt").slice(3)}`,
    key: newId("key"),
    dev: newId("dev"),
    mem: newId("mem"),
    inv: newId("inv"),
    crew: newId("crew"),
  };
  // The one cast: it has the keys of the other.
  malformed = Object.fromEntries(Object.keys(unknown).map((kind) => [kind, "nonsense"])) as Resources;
});

const ROUTES = Object.entries(CASES);
const headers = { "If-Match": '"1"' };
const isRefused = (answer: { status: number; code: string | null }) =>
  answer.status === 401 || (answer.status === 403 && answer.code === "forbidden");

async function outcome(answer: Response): Promise<{ status: number; code: string | null }> {
  const isJson = answer.headers.get("Content-Type")?.includes("json") === true;
  const code = isJson ? (await bodyOf(answer))["code"] : await answer.body?.cancel();
  answer.webSocket?.accept();
  answer.webSocket?.close();
  return { status: answer.status, code: typeof code === "string" ? code : null };
}

/**
 * A request in order, by the owner's key; by the owner's session, the shopper or the device where no key may, or does.
 */
function send(route: string, { tenant, ...tokens }: World, of: Resources): Promise<Response> {
  const { beats, members, buys } = CASES[route] ?? {};
  return sendBy(members ? tokens.owner : beats ? tokens.device : buys ? tokens.shopper : tenant.token, route, of);
}

function sendBy(token: string, route: string, of: Resources): Promise<Response> {
  const [method, path] = pathOf(route, of);
  const { body, socket, image } = CASES[route] ?? {};
  const asked: Asked = {
    headers: { ...headers, ...(socket && { Upgrade: "websocket" }), ...(image && { "Content-Type": "image/png" }) },
    key: crypto.randomUUID(),
    ...(body && { json: body(of) }),
    ...(image && { raw: pngOf() }),
  };
  return ask(method, path, { ...asked, token });
}

it("[T1][P2] every route of the router has its security cases, and no other is public", () => {
  expect(routesOfRouter()).toEqual([...Object.keys(CASES), ...PUBLIC, ...PERSONAL, ...ACCOUNTS].sort());
});

describe.each(ROUTES)("%s", (route, { roles, also, members, stops, socket, anyKey, link, ticketLink }) => {
  const [method, somewhere] = pathOf(route, {} as Resources);

  it("returns 401 without a credential, and to one that is malformed, unknown, expired or revoked", async () => {
    for (const headers of useless) {
      const answer = await ask(method, somewhere, { headers });
      expect(answer.headers.get("WWW-Authenticate"), JSON.stringify(headers)).toBe("Bearer");
      expect(await refusalOf(answer), JSON.stringify(headers)).toBe("401 unauthenticated");
    }
  });

  it("returns 403 to a credential of the wrong kind, and to a key without permissions", async () => {
    for (const kind of ["shopper", "device"] as const) {
      const answer = await outcome(await ask(method, somewhere, { token: bearers[kind] }));
      expect(isRefused(answer), kind).toBe(also !== kind);
    }
    const noPermission = await outcome(await ask(method, somewhere, { token: bearers.noPermission }));
    expect(isRefused(noPermission)).toBe(anyKey !== true);
  });

  it("[O13] returns 403 to an order's link, also where it is about this order, unless it reads it", async () => {
    const [, path] = pathOf(route, ours.of);
    const token = path.startsWith("/v1/tickets/") ? bearers.ticketsOrder : bearers.link;
    const answer = await outcome(await ask(method, path, { token }));
    if (link) expect(answer).toEqual({ status: 200, code: null });
    else expect(answer).toEqual({ status: 403, code: "forbidden" });
  });

  it("[N7] returns 403 to a ticket's link, also where it is about this ticket, unless it reads it", async () => {
    const [, path] = pathOf(route, ours.of);
    const answer = await outcome(await ask(method, path, { token: bearers.ticketLink }));
    if (ticketLink) expect(answer).toEqual({ status: 200, code: null });
    else expect(answer).toEqual({ status: 403, code: "forbidden" });
  });

  it("returns 403 to somebody who is signed in and no member", async () => {
    expect(await refusalOf(ask(method, somewhere, { token: outsider }))).toBe("403 forbidden");
  });

  it("[P2] is for the members and the keys of the roles that table P names", async () => {
    for (const [column, { role, member, key }] of ofRoles.entries()) {
      const allowed = roles[column] !== undefined;
      // Valid except for its ids, so that it reaches the verb, which asserts the permission once more.
      const asMember = await outcome(await sendBy(member, route, unknown));
      expect(isRefused(asMember), `member: ${role}`).toBe(!allowed);
      const asKey = await outcome(await sendBy(key, route, unknown));
      expect(isRefused(asKey), `key: ${role}`).toBe(!allowed || members === true);
      expect(Math.max(asMember.status, asKey.status), role).toBeLessThan(500);
    }
  });

  it(`[T4] ${stops ? "is refused" : "goes on"} while the organisation is suspended`, async () => {
    // One that is refused, or reads, leaves the world to the next.
    const world = await (stops || method === "GET" ? (suspended ??= suspendedWorld()) : suspendedWorld());
    const answer = await outcome(await send(route, world, world.of));
    if (stops) expect(answer).toEqual({ status: 403, code: "organization_suspended" });
    else expect(answer.code).not.toBe("organization_suspended");
    if (method === "GET") expect(answer.status).toBe(socket ? 101 : 200);
    expect(answer.status).toBeLessThan(500);
  });
});

it.each(ROUTES.filter(([route]) => !route.startsWith("GET ")))(
  "%s returns 403 to a session's request from another origin, or from none",
  async (route) => {
    const [method, path] = pathOf(route, ours.of);
    const cookie = ours.owner.slice(SESSION.length);
    for (const origin of [undefined, "null", "https://evil.example", `${BASE}.evil.example`, BASE.replace("s:", ":")]) {
      const answer = ask(method, path, { headers: { Cookie: cookie, ...(origin && { Origin: origin }) } });
      expect(await refusalOf(answer), origin).toBe("403 origin_not_allowed");
    }
  },
);

it.each(ROUTES.filter(([route, { refers }]) => refers || route.includes("{id}")))(
  "[T3] %s is 404 or 422 for another's things, missing ones and malformed ids, and writes nothing",
  async (route) => {
    const before = await traceOf(theirs.tenant);
    const answers = [theirs.of, unknown, malformed].map(async (of) => {
      const { request_id: _, hold_id: __, ...problem } = await bodyOf(await send(route, ours, of));
      return problem;
    });
    const [first, second, third] = await Promise.all(answers);
    expect(first).toMatchObject(
      CASES[route]?.referred === 422 ? { status: 422, code: "unknown_reference" } : { status: 404, code: "not_found" },
    );
    expect([second, third]).toEqual([first, first]);
    expect(await traceOf(theirs.tenant)).toEqual(before);
  },
);
