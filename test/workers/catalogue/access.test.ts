// Whose the catalogue is (rules T1, T2 and T4), and what is checked first. Who may do what with it:
// auth/security.test.ts.

import { beforeAll, describe, expect, it } from "vitest";
import {
  created,
  eventBody,
  gateBody,
  move,
  newTicketType,
  newVenue,
  openTenant,
  published,
  suspend,
  type Tenant,
  ticketTypeBody,
  traceOf,
  venueBody,
} from "../support/catalogue.ts";
import { apiKey, ask, bodyOf, refusalOf } from "../support/http.ts";

type Resources = { venueId: string; gateId: string; eventId: string; typeId: string };

async function resourcesOf(tenant: Tenant): Promise<Resources> {
  const venueId = await newVenue(tenant);
  const gateId = await created(`/v1/venues/${venueId}/gates`, tenant.token, gateBody());
  const eventId = await created("/v1/events", tenant.token, eventBody(venueId));
  return { venueId, gateId, eventId, typeId: await newTicketType(tenant, eventId) };
}

/** A tag that no resource here has. */
const UNREAD = { "If-Match": '"999"' };
type Call = (
  of: Resources,
) => [method: string, path: string, json?: object | undefined, headers?: Record<string, string>];
const READ_VENUES: Call[] = [() => ["GET", "/v1/venues"], ({ venueId }) => ["GET", `/v1/venues/${venueId}`]];
/** Of these a device reads some rows (devices.test.ts). */
const READ_SHOWS: Call[] = [
  ({ venueId }) => ["GET", `/v1/venues/${venueId}/gates`],
  ({ gateId }) => ["GET", `/v1/gates/${gateId}`],
  () => ["GET", "/v1/events"],
  ({ eventId }) => ["GET", `/v1/events/${eventId}`],
  ({ eventId }) => ["GET", `/v1/events/${eventId}/ticket-types`],
  ({ typeId }) => ["GET", `/v1/ticket-types/${typeId}`],
];
const READS = [...READ_VENUES, ...READ_SHOWS];
const LIST_HOLDS: Call = ({ typeId }) => ["GET", `/v1/ticket-types/${typeId}/holds`];
const CREATE_VENUE: Call = () => ["POST", "/v1/venues", venueBody()];
const CREATE_GATE: Call = ({ venueId }) => ["POST", `/v1/venues/${venueId}/gates`, gateBody()];
const CREATE_EVENT: Call = ({ venueId }) => ["POST", "/v1/events", eventBody(venueId)];
const CREATE_TYPE: Call = ({ eventId }) => ["POST", `/v1/events/${eventId}/ticket-types`, ticketTypeBody()];
const CREATES = [CREATE_VENUE, CREATE_GATE, CREATE_EVENT, CREATE_TYPE];
const LEDGER: Call = ({ typeId }) => ["GET", `/v1/ticket-types/${typeId}/ledger`];
const changes = (path: (of: Resources) => string): Call[] => [
  (of) => ["PATCH", path(of), { name: "Other" }, UNREAD],
  (of) => ["DELETE", path(of), undefined, UNREAD],
];
const CHANGES = [
  ...changes(({ venueId }) => `/v1/venues/${venueId}`),
  ...changes(({ gateId }) => `/v1/gates/${gateId}`),
  ...changes(({ eventId }) => `/v1/events/${eventId}`),
  ...changes(({ typeId }) => `/v1/ticket-types/${typeId}`),
];
const LISTS = [LIST_HOLDS, LEDGER];

const NOWHERE: Resources = { venueId: "{venue}", gateId: "{gate}", eventId: "{event}", typeId: "{type}" };
const titled = (calls: readonly Call[]) =>
  calls.map((call): [string, Call] => [call(NOWHERE).slice(0, 2).join(" "), call]);
const statusOf = async (answer: Response) => {
  await answer.body?.cancel();
  return answer.status;
};
function send(call: Call, token: string, of: Resources): Promise<Response> {
  const [method, path, json, headers] = call(of);
  return ask(method, path, {
    token,
    ...(json && { json }),
    ...(headers && { headers }),
  });
}

let tenant: Tenant;
let other: Tenant;
let ours: Resources;
let theirs: Resources;
beforeAll(async () => {
  [tenant, other] = [await openTenant(), await openTenant()];
  [ours, theirs] = [await resourcesOf(tenant), await resourcesOf(other)];
});

describe("another organisation's", () => {
  it("[T1] rows are in no list of ours, and ours carry our organisation", async () => {
    for (const path of ["/v1/venues", "/v1/events"]) {
      const { data } = (await bodyOf(await ask("GET", path, { token: tenant.token }))) as {
        data: { organization_id: string }[];
      };
      expect(data.length).toBeGreaterThan(0);
      expect(new Set(data.map((row) => row.organization_id))).toEqual(new Set([tenant.organizationId]));
    }
  });

  const withBody = [...CREATES, ...CHANGES].filter((call) => call(NOWHERE)[2] !== undefined);
  it.each(titled(withBody))("[T2] organisation in the body of %s is refused, not obeyed", async (_, call) => {
    const [method, path, json, headers = {}] = call(ours);
    const theirs = { ...json, organization_id: other.organizationId };
    expect(await refusalOf(ask(method, path, { token: tenant.token, json: theirs, headers }))).toBe(
      "400 invalid_request",
    );
  });

  it.each(titled([...READS, ...LISTS]))("[T2] organisation in the query of %s shows nothing of it", async (_, call) => {
    const [method, path] = call(ours);
    const named = await ask(method, `${path}?organization_id=${other.organizationId}`, { token: tenant.token });
    const body = JSON.stringify(await bodyOf(named));
    // Either of two statuses: a list refuses a parameter that it does not know, and a read by id takes none.
    expect([200, 400]).toContain(named.status);
    expect(body).not.toContain(other.organizationId);
  });
});

describe("a suspended organisation", () => {
  it("[T4] reads on, creates and publishes nothing, leaves no trace, and may end what it has", async () => {
    const suspended = await openTenant();
    const of = await resourcesOf(suspended);
    const live = await published(suspended);
    await suspend(suspended);
    const before = await traceOf(suspended);
    for (const call of [...READS, ...LISTS]) expect(await statusOf(await send(call, suspended.token, of))).toBe(200);
    for (const call of CREATES)
      expect(await refusalOf(send(call, suspended.token, of))).toBe("403 organization_suspended");
    expect(await refusalOf(move(suspended, of.eventId, "publish"))).toBe("403 organization_suspended");
    expect(await traceOf(suspended)).toEqual(before);
    expect(await statusOf(await move(suspended, live.eventId, "start"))).toBe(200);
    expect(await statusOf(await move(suspended, live.eventId, "end"))).toBe(200);
  });
});

describe("what is checked first", () => {
  it("decides in this order: permission, then the body, then 404, then 403 suspended, then 422 and 409", async () => {
    const suspended = await openTenant();
    const venueId = await newVenue(suspended, { slug: "same", capacity: 10 });
    const viewer = await apiKey(suspended.organizationId, "viewer");
    await suspend(suspended);
    const path = "/v1/events";
    expect(await refusalOf(ask("POST", path, { token: viewer.token, json: { nonsense: 1 } }))).toBe("403 forbidden");
    const elsewhere = eventBody(theirs.venueId, { capacity: 0 });
    expect(await refusalOf(ask("POST", path, { token: suspended.token, json: elsewhere }))).toBe("400 invalid_request");
    expect(await refusalOf(ask("POST", path, { token: suspended.token, json: { ...elsewhere, capacity: 11 } }))).toBe(
      "403 organization_suspended",
    );
    expect(await refusalOf(ask("POST", path, { token: tenant.token, json: { ...elsewhere, capacity: 11 } }))).toBe(
      "422 unknown_reference",
    );
    const tooLarge = eventBody(venueId, { capacity: 11 });
    expect(await refusalOf(ask("POST", path, { token: suspended.token, json: tooLarge }))).toBe(
      "403 organization_suspended",
    );
    const taken = ask("POST", "/v1/venues", { token: suspended.token, json: venueBody({ slug: "same" }) });
    expect(await refusalOf(taken)).toBe("403 organization_suspended");
    expect(await refusalOf(move(suspended, theirs.eventId, "publish"))).toBe("404 not_found");
  });
});
