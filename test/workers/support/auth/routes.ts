// Every route of the Worker, as the router has it, and what the security cases must know of each.

import { newId } from "../../../../src/app/context.ts";
import { app } from "../../../../src/http/app.ts";
import { eventBody, gateBody, ticketTypeBody, venueBody } from "../catalogue.ts";

/** Ids of one organisation's resources, to put into a path or a body. */
export type Resources = Readonly<
  Record<
    "ven" | "gate" | "evt" | "sale" | "tt" | "hold" | "ord" | "tkt" | "key" | "dev" | "mem" | "inv" | "crew",
    string
  >
>;

/**
 * `roles` of table P that may call it, by the letters of owner, admin, staff, viewer, scanner_only; `shopper` and
 * `device` where those may. `body`: one in order. `refers`: the body or query names a resource of the organisation, and
 * `referred` is the refusal for another's, 404 if it is left out. `stops` while the organisation is suspended (rule
 * T4). `members`: a key never has the permission (rule P2). `buys`: of what only its own shopper may (rule H10).
 * `socket`: it is called as an upgrade, and opens one. `sells`: the event of its path is the one on sale. `beats`: what
 * only a device may. `anyKey`: a key without any permission too. `image`: its body is one. `link`: the link of the
 * order too (rule O13); `ticketLink`: the link of the ticket too (rule N7).
 */
export type Case = {
  readonly roles: string;
  readonly also?: "shopper" | "device";
  readonly query?: (of: Resources) => string;
  readonly body?: (of: Resources) => object;
  readonly refers?: true;
  readonly referred?: 422;
  readonly stops?: true;
  readonly members?: true;
  readonly buys?: true;
  readonly sells?: true;
  readonly socket?: true;
  readonly beats?: true;
  readonly anyKey?: true;
  readonly link?: true;
  readonly ticketLink?: true;
  readonly image?: true;
};

const READ: Case = { roles: "OASV" };
/** A device reads what is at its gate: which rows, catalogue/devices.test.ts shows. */
const AT_GATE: Case = { ...READ, also: "device" };
const MANAGE: Case = { roles: "OA" };
const MEMBERS: Case = { roles: "OA", members: true };
const SELL: Case = { roles: "OAS" };
const rename = { body: () => ({ name: "Another name" }) };

/** A scan of nothing, at this gate. */
function scanBody(gate_id: string) {
  return { scan_id: newId("scn"), code: "", direction: "in", source: "camera", gate_id };
}

function clickBody(gate_id: string) {
  return { kind: "click", scan_id: newId("scn"), gate_id, count: 1 };
}

/** Routes for everybody who is signed in, member or not; test/workers/people/ tests these. */
export const PERSONAL = [
  ...["POST /api/auth/accept-invitation", "GET /api/auth/organizations", "POST /api/auth/active-organization"],
  "POST /api/auth/confirm-password",
];

/** Accounts and sessions: they check credentials themselves, test/workers/people/accounts.test.ts. */
export const ACCOUNTS = [
  ...["POST /api/auth/sign-up/email", "POST /api/auth/sign-in/email", "POST /api/auth/sign-out"],
  ...["POST /api/auth/request-password-reset", "POST /api/auth/reset-password", "POST /api/auth/change-password"],
  ...["GET /api/auth/get-session", "GET /api/auth/list-sessions", "POST /api/auth/revoke-session"],
  ...["POST /api/auth/revoke-sessions", "POST /api/auth/revoke-other-sessions"],
];

/** Routes that anybody may call. A route is public because it is listed here, never by accident. */
export const PUBLIC = [
  ...["GET /v1/public/organizations/{slug}/events", "GET /v1/public/organizations/{slug}/events/{event_slug}"],
  ...["GET /v1/public/organizations/{slug}", "GET /v1/public/images/{id}"],
  "GET /v1/public/events/{id}",
  ...["GET /v1/public/events/{id}/availability", "POST /v1/shoppers", "GET /v1/ticket-types/{id}/live"],
  ...["GET /v1/events/{id}/live", "GET /.well-known/security.txt"],
  "POST /v1/devices/pair",
  ...["GET /healthz", "GET /readyz", "GET /problems/{code}", "GET /openapi.json"],
  ...["GET /account", "GET /ui/{file}", "GET /element/{file}", "GET /console", "GET /console/*"],
  ...["GET /o/{org}", "GET /e/{org}/{slug}", "POST /e/{org}/{slug}", "GET /e/{org}/{slug}/event.ics"],
  ...["GET /b/{event}", "POST /b/{event}", "GET /r/{order}", "POST /r/{order}", "POST /r/{order}/cancel"],
  ...["POST /r/{order}/confirm", "GET /t", "POST /t", "GET /sitemap.xml", "GET /robots.txt"],
  "GET /accent/{file}",
  ...["GET /scan", "GET /scan-sw.js", "GET /scan.webmanifest", "GET /scan-icon.svg"],
  ...["GET /", "GET /docs", "GET /docs/page.js", "GET /docs/page.css", "GET /docs/icon.svg"],
];

export const CASES: Readonly<Record<string, Case>> = {
  "GET /v1/me": { roles: "OASV-", also: "device", anyKey: true },
  "GET /v1/organization": READ,
  "PATCH /v1/organization": { ...MEMBERS, ...rename },
  "PUT /v1/organization/image": { ...MEMBERS, image: true },
  "DELETE /v1/organization/image": MEMBERS,
  "GET /v1/venues": READ,
  "POST /v1/venues": { ...MANAGE, body: () => venueBody(), stops: true },
  "GET /v1/venues/{id}": READ,
  "PATCH /v1/venues/{id}": { ...MANAGE, ...rename },
  "DELETE /v1/venues/{id}": MANAGE,
  "POST /v1/venues/{id}/restore": MANAGE,
  "GET /v1/venues/{id}/gates": AT_GATE,
  "POST /v1/venues/{id}/gates": { ...MANAGE, body: () => gateBody(), stops: true },
  "GET /v1/gates/{id}": AT_GATE,
  "PATCH /v1/gates/{id}": { ...MANAGE, ...rename },
  "DELETE /v1/gates/{id}": MANAGE,
  "GET /v1/events": AT_GATE,
  "POST /v1/events": { ...SELL, body: ({ ven }) => eventBody(ven), refers: true, referred: 422, stops: true },
  "GET /v1/events/{id}": AT_GATE,
  "PATCH /v1/events/{id}": { ...SELL, ...rename },
  "DELETE /v1/events/{id}": SELL,
  "PUT /v1/events/{id}/image": { ...SELL, image: true },
  "DELETE /v1/events/{id}/image": SELL,
  "POST /v1/events/{id}/publish": { ...MANAGE, stops: true },
  "POST /v1/events/{id}/start": MANAGE,
  "POST /v1/events/{id}/end": MANAGE,
  "POST /v1/events/{id}/archive": MANAGE,
  "GET /v1/events/{id}/ticket-types": AT_GATE,
  "POST /v1/events/{id}/ticket-types": { ...SELL, body: () => ticketTypeBody(), stops: true },
  "GET /v1/ticket-types/{id}": AT_GATE,
  "PATCH /v1/ticket-types/{id}": { ...SELL, ...rename },
  "DELETE /v1/ticket-types/{id}": SELL,
  "GET /v1/ticket-types/{id}/holds": READ,
  "GET /v1/ticket-types/{id}/ledger": READ,
  "GET /v1/holds": { ...READ, query: ({ evt }) => `?event_id=${evt}`, refers: true },
  "POST /v1/ticket-types/{id}/holds": { ...SELL, also: "shopper", body: () => ({ quantity: 1 }), stops: true },
  "POST /v1/events/{id}/holds": {
    ...SELL,
    also: "shopper",
    body: ({ tt }) => ({ items: [{ ticket_type_id: tt, quantity: 1 }], all_or_nothing: true }),
    refers: true,
    stops: true,
    sells: true,
  },
  "GET /v1/holds/{id}": { ...READ, also: "shopper" },
  "DELETE /v1/holds/{id}": { ...SELL, also: "shopper" },
  "POST /v1/holds/{id}/extend": { ...SELL, also: "shopper", stops: true },
  "POST /v1/checkouts": {
    ...SELL,
    also: "shopper",
    body: ({ hold }) => ({ hold_ids: [hold] }),
    refers: true,
    stops: true,
    buys: true,
  },
  "GET /v1/orders": SELL,
  "GET /v1/orders/{id}": { ...SELL, also: "shopper", link: true },
  "GET /v1/orders/{id}/history": SELL,
  "GET /v1/orders/{id}/tickets": { ...SELL, also: "shopper", link: true },
  "GET /v1/tickets/{id}": { ...SELL, also: "shopper", link: true, ticketLink: true },
  "GET /v1/tickets/{id}/code": { ...SELL, also: "shopper", link: true, ticketLink: true },
  "POST /v1/tickets/{id}/link": { ...SELL, also: "shopper", link: true },
  "POST /v1/tickets/{id}/void": { ...SELL, body: () => ({}) },
  "POST /v1/tickets/{id}/block": { ...SELL, body: () => ({}) },
  "POST /v1/tickets/{id}/unblock": SELL,
  "POST /v1/tickets/{id}/attention": { ...SELL, body: () => ({ text: null }) },
  "POST /v1/tickets/{id}/reissue": { ...SELL, also: "shopper" },
  "DELETE /v1/orders/{id}/contact": { ...SELL, also: "shopper" },
  "GET /v1/shoppers/me/orders": { roles: "", also: "shopper", buys: true },
  "POST /v1/orders/{id}/confirm": SELL,
  "POST /v1/orders/{id}/returns": { ...SELL, body: () => ({ items: "all" }) },
  "POST /v1/orders/{id}/cancel": { ...SELL, also: "shopper" },
  "GET /v1/members": MEMBERS,
  "GET /v1/members/{id}": MEMBERS,
  "PATCH /v1/members/{id}": { ...MEMBERS, body: () => ({ role: "viewer" }) },
  "DELETE /v1/members/{id}": MEMBERS,
  "GET /v1/invitations": MEMBERS,
  "POST /v1/invitations": {
    ...MEMBERS,
    body: () => ({ email: `${crypto.randomUUID()}@example.com`, role: "viewer" }),
    stops: true,
  },
  "DELETE /v1/invitations/{id}": MEMBERS,
  "GET /v1/api-keys": MEMBERS,
  "POST /v1/api-keys": { ...MEMBERS, body: () => ({ name: "A key", permissions: ["view_orders"] }), stops: true },
  "DELETE /v1/api-keys/{id}": MEMBERS,
  "GET /v1/devices": SELL,
  "POST /v1/devices": {
    ...MANAGE,
    body: ({ gate }) => ({ name: "Scanner", gate_id: gate }),
    refers: true,
    referred: 422,
    stops: true,
  },
  "DELETE /v1/devices/{id}": SELL,
  "GET /v1/events/{id}/crew-codes": SELL,
  "POST /v1/events/{id}/crew-codes": { ...SELL, body: () => ({ uses: 1 }), stops: true, sells: true },
  "DELETE /v1/events/{id}/crew-codes/{crew_code_id}": { ...SELL, sells: true },
  "GET /v1/audit-log": MANAGE,
  "GET /v1/search": { ...SELL, query: () => "?q=2GPSK-SFJ5J-M" },
  "GET /v1/attention": READ,
  "POST /v1/events/{id}/duplicate": {
    ...SELL,
    body: () => ({ start_time: "2030-12-05T20:00:00+02:00" }),
    stops: true,
  },
  "GET /v1/ticket-types/{id}/history": {
    ...READ,
    query: () => `?since=${new Date(Date.now() - 3_600_000).toISOString()}`,
  },
  "POST /v1/orders/confirm": { ...SELL, body: ({ ord }) => ({ order_ids: [ord] }) },
  "POST /v1/orders/match": { ...SELL, body: () => ({ lines: [{ text: "7K3F-9QZ2-M4Z", amount: "1.00" }] }) },
  "POST /v1/orders/{id}/resend": SELL,
  "GET /v1/exports/orders.csv": { ...SELL, query: ({ evt }) => `?event_id=${evt}`, refers: true },
  "GET /v1/events/{id}/scanner": { roles: "OASV-", also: "device", socket: true },
  "GET /v1/events/{id}/desk": { roles: "OASV-", also: "device" },
  "POST /v1/events/{id}/desk/heartbeat": { roles: "", also: "device", beats: true, body: () => ({ queued_scans: 0 }) },
  "POST /v1/events/{id}/scans": { ...SELL, also: "device", body: ({ gate }) => scanBody(gate) },
  "GET /v1/events/{id}/scans": SELL,
  "POST /v1/events/{id}/scans/{scan_id}/undo": { ...SELL, also: "device", body: () => ({ scan_id: newId("scn") }) },
  "POST /v1/events/{id}/door/counts": { ...SELL, also: "device", body: ({ gate }) => clickBody(gate) },
  "GET /v1/events/{id}/door": AT_GATE,
  "GET /v1/events/{id}/door/counts": AT_GATE,
  "GET /v1/events/{id}/door/bundle": { ...SELL, also: "device" },
  "GET /v1/events/{id}/door/party": { ...SELL, also: "device", query: () => "?serial=2GPSK-SFJ5J-M" },
  "POST /v1/events/{id}/door/lease": {
    ...{ roles: "", also: "device", beats: true },
    body: () => ({ returned: 0, calls: 0 }),
  },
  "GET /v1/events/{id}/door/leases": SELL,
  "POST /v1/events/{id}/door/leases/{device_id}/write-off": {
    ...SELL,
    body: () => ({ scan_id: newId("scn"), reason: "its battery is empty" }),
  },
  "GET /v1/events/{id}/door/conflicts": SELL,
  "POST /v1/events/{id}/door/conflicts/{conflict_id}/seen": SELL,
  "PUT /v1/events/{id}/desk/notice": { ...SELL, body: () => ({ text: "Gate 2 is closing" }) },
};

/** Every route that the router serves, as `GET /v1/venues/{id}`. What every request meets is no route. */
export function routesOfRouter(): string[] {
  const routes = app.routes.filter(({ method }) => method !== "ALL" && method !== "OPTIONS");
  return [...new Set(routes.map(({ method, path }) => `${method} ${path.replace(/:(\w+)/g, "{$1}")}`))].sort();
}

const KINDS: Readonly<Record<string, keyof Resources>> = {
  venues: "ven",
  gates: "gate",
  events: "evt",
  "ticket-types": "tt",
  holds: "hold",
  orders: "ord",
  tickets: "tkt",
  "api-keys": "key",
  devices: "dev",
  members: "mem",
  invitations: "inv",
};

/** The method and the path of a route, with `of`'s id in the place of `{id}`. */
export function pathOf(route: string, of: Resources): [method: string, path: string] {
  const [method = "", path = ""] = route.split(" ");
  const kind = CASES[route]?.sells ? "sale" : KINDS[path.split("/")[2] ?? ""];
  const query = CASES[route]?.query?.(of) ?? "";
  const named = path.replace("{crew_code_id}", of.crew);
  return [method, (kind ? named.replace("{id}", of[kind]) : named) + query];
}
