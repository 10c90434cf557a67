// What clients send by mistake or by intent, of each kind one: it is taken as it was meant, or refused at its place.

import { beforeAll, describe, expect, it } from "vitest";
import { memberOf } from "../../../src/domain/people/policy.ts";
import { must } from "../../../src/domain/result.ts";
import {
  eventBody,
  faults,
  gateBody,
  newDraft,
  newVenue,
  openTenant,
  type Tenant,
  ticketTypeBody,
  venueBody,
} from "../support/catalogue.ts";
import { seedType } from "../support/fixture.ts";
import { ask, bodyOf, hold, refusalOf, shopper } from "../support/http.ts";
import { askAs, type Member } from "../support/auth/members.ts";
import { signedInAs } from "../support/auth/people.ts";

let tenant: Tenant;
let owner: Member;
let routes: Record<string, { readonly path: string; readonly body: (changes: object) => object }>;

beforeAll(async () => {
  tenant = await openTenant();
  const { id, sessionId } = await signedInAs(tenant.organizationId, "owner");
  owner = memberOf(tenant.organizationId, id, "owner", sessionId);
  const venueId = await newVenue(tenant);
  const { eventId } = await newDraft(tenant);
  routes = {
    venue: { path: "/v1/venues", body: venueBody },
    gate: { path: `/v1/venues/${venueId}/gates`, body: gateBody },
    event: { path: "/v1/events", body: (changes) => eventBody(venueId, changes) },
    type: { path: `/v1/events/${eventId}/ticket-types`, body: ticketTypeBody },
    key: { path: "/v1/api-keys", body: (changes) => ({ name: "A key", permissions: ["view_orders"], ...changes }) },
  };
});

function post(kind: string, changes: object): Promise<Response> {
  const { path, body } = must(routes[kind], "it is one of those above");
  return askAs(owner, "POST", path, { json: body(changes) });
}

function postRaw(raw: string, type = "application/json"): Promise<Response> {
  return ask("POST", "/v1/venues", { token: tenant.token, raw, headers: { "Content-Type": type } });
}

const NAMES = [
  ["venue", "name"],
  ["venue", "address"],
  ["venue", "city"],
  ["venue", "postal_code"],
  ["gate", "name"],
  ["event", "name"],
  ["type", "name"],
  ["key", "name"],
] as const;

describe("[X9] a name", () => {
  it.each(NAMES)("of a %s (%s) is one line, without characters that act on others", async (kind, field) => {
    for (const bad of ["a\nb", "a\tb", "a\u001b[2J", "a\u007f", "a\u009b", "a\u2028b", "a\u202eb", "\u200b"])
      expect(await faults(post(kind, { [field]: bad })), JSON.stringify(bad)).toEqual([`/${field}`]);
  });

  it.each(NAMES.filter(([kind]) => kind !== "key"))(
    "of a %s (%s) is kept without the blanks around it",
    async (kind, field) => {
      expect(await bodyOf(await post(kind, { [field]: " \u00a0 Two  words\r\n" }))).toMatchObject({
        [field]: "Two  words",
      });
    },
  );

  it("of an organisation and of an account is held to the same", async () => {
    const json = { name: "Evil\r\nBcc: victim@evil.example" };
    const headers = { "If-Match": '"1"' };
    expect(await faults(askAs(owner, "PATCH", "/v1/organization", { json, headers }))).toEqual(["/name"]);
    expect(await faults(ask("POST", "/api/auth/sign-up/email", { json: { ...json, email: "a@example.com" } }))).toEqual(
      ["/name"],
    );
  });
});

describe("[X9] a text of several lines", () => {
  it.each([
    ["event", "description"],
    ["event", "payment_instructions"],
    ["type", "description"],
  ])("(%s, %s) keeps its line feeds, and no other control", async (kind, field) => {
    expect(await bodyOf(await post(kind, { [field]: "One\r\nTwo\rThree\n" }))).toMatchObject({
      [field]: "One\nTwo\nThree\n",
    });
    for (const bad of ["a\tb", "a\u001b[2J", "a\u2029b", "a\u2066"])
      expect(await faults(post(kind, { [field]: bad }))).toEqual([`/${field}`]);
  });

  it("(notes of a hold) is compared as it is kept: a repeat with other ends of lines is the same hold", async () => {
    const { typeId } = await seedType(5);
    const { token } = await shopper();
    const first = await bodyOf(await hold(typeId, token, { quantity: 1, notes: "a\r\nb" }, "k"));
    expect(first).toMatchObject({ notes: "a\nb" });
    expect(await bodyOf(await hold(typeId, token, { quantity: 1, notes: "a\nb" }, "k"))).toMatchObject({
      id: first["id"],
    });
  });
});

describe("a venue's time zone", () => {
  it.each([
    ["africa/johannesburg", "Africa/Johannesburg"],
    ["utc", "UTC"],
    ["EUROPE/KYIV", "Europe/Kyiv"],
    ["asia/kolkata", "Asia/Kolkata"],
  ])("[V1] written %s is returned as %s", async (timezone, kept) => {
    expect(await bodyOf(await post("venue", { timezone }))).toMatchObject({ timezone: kept });
  });
});

describe("a number in settings", () => {
  const venue = (settings: string) =>
    JSON.stringify(venueBody({ settings: 0 })).replace('"settings":0', `"settings":${settings}`);

  it.each(["9007199254740993", "1e400", "-1e400", "0.1000000000000000055", "1e-400", "123456789012345678"])(
    "[X4] %s would be changed, and is refused at its place",
    async (number) => {
      expect(await faults(postRaw(venue(`{"a": [1, {"b/c": ${number}}]}`)))).toEqual(["/settings/a/1/b~1c"]);
    },
  );

  it("[X4] of as many zeros as a body has room for is refused as any other", async () => {
    const number = `1${"0".repeat(60_000)}1`;
    for (let n = 0; n < 5; n++) expect(await faults(postRaw(venue(`{"a": ${number}}`)))).toEqual(["/settings/a"]);
  });

  it.each(["9007199254740992", "1e21", "1.50", "-0.1", "12345678901234567000e0", "0e99", "100000000000000000000"])(
    "%s is kept",
    async (number) => {
      const answer = await bodyOf(await postRaw(venue(`{"a": ${number}}`)));
      expect(answer["settings"]).toEqual({ a: Number(number) });
    },
  );

  it("is not searched in texts, and a field that every object has is refused", async () => {
    const answer = await bodyOf(await postRaw(venue('{"a": "9007199254740993"}')));
    expect(answer["settings"]).toEqual({ a: "9007199254740993" });
    expect(await faults(postRaw(venue('{"b": {"__proto__": 1}}')))).toEqual(["/settings/b"]);
  });
});

describe("[X9] a zero byte", () => {
  it("is refused at its place, where no form of a text refuses it too", async () => {
    const venue = (settings: string) => JSON.stringify(venueBody()).replace(/}$/, `, "settings": ${settings}}`);
    expect(await faults(postRaw(venue('{"a": ["b", "c\\u0000d"]}')))).toEqual(["/settings/a/1"]);
    expect(await faults(postRaw(venue('{"a\\u0000b": 1}')))).toEqual(["/settings"]);
    expect((await postRaw(venue('{"a": "b"}'))).status).toBe(201);
  });
});

describe("a media type", () => {
  const body = () => JSON.stringify(venueBody());

  it.each([
    "application/json;",
    "application/json ; x=y",
    "application/json;charset=utf-8",
    'Application/JSON; Charset="UTF-8"',
    "application/vnd.api2+json",
    "application/json ; charset=utf8; x=",
  ])("%s is JSON", async (type) => {
    expect((await postRaw(body(), type)).status).toBe(201);
  });

  it.each([
    "application/json; charset=iso-8859-1",
    "application/json;charset=utf-16",
    "application/jsonx",
    "text/json",
  ])("%s is 415", async (type) => {
    expect(await refusalOf(postRaw(body(), type))).toBe("415 unsupported_media_type");
  });
});

describe("a time", () => {
  it("[E1] may leave out its seconds", async () => {
    const times = {
      start_time: "2031-03-01T18:00Z",
      end_time: "2031-03-01T20:00+01:00",
      sale_end: "2031-03-01T18:00Z",
    };
    expect(await bodyOf(await post("event", times))).toMatchObject({
      start_time: "2031-03-01T18:00:00.000Z",
      end_time: "2031-03-01T19:00:00.000Z",
    });
  });

  it("whose + came as a blank in a query says so, and one of a year that is not accepted is refused", async () => {
    const list = (from: string) => ask("GET", `/v1/events?starts_after=${from}`, { token: tenant.token });
    expect(await bodyOf(await list("2031-03-01T18:00:00+02:00"))).toMatchObject({
      errors: [{ path: "/starts_after", message: expect.stringContaining("%2B") }],
    });
    expect((await list("2031-03-01T18:00:00%2B02:00")).status).toBe(200);
    expect(await faults(post("event", { start_time: "1969-12-31T23:59:59Z" }))).toEqual(["/start_time"]);
    expect(await faults(post("event", { end_time: "9999-12-31T23:59:59-01:00" }))).toEqual(["/end_time"]);
  });
});

describe("[P4] an e-mail address", () => {
  it("with blanks around it and capitals is taken as the address that it is", async () => {
    const answer = await ask("POST", "/api/auth/sign-up/email", {
      json: { name: "A person", email: "\t Some.Body@Example.COM \n" },
    });
    expect(await bodyOf(answer)).toEqual({ status: true });
    expect(
      await faults(ask("POST", "/api/auth/sign-in/email", { json: { email: "\u212a@example.com", password: "x" } })),
    ).toEqual(["/email"]);
  });
});
