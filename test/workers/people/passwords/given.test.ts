// What a session may do only while its password was given within the hour, and how it is given again (rule P8).

import { eq } from "drizzle-orm";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { sessions } from "../../../../src/db/schema/people.ts";
import {
  created,
  eventBody,
  gateBody,
  newEvent,
  newVenue,
  openTenant,
  published,
  type Tenant,
  traceOf,
} from "../../support/catalogue.ts";
import { db, HOUR } from "../../support/fixture.ts";
import { ask, type Asked, bodyOf, idOf, refusalOf, SESSION } from "../../support/http.ts";
import {
  invitationOf,
  join,
  PASSWORD,
  person,
  type SignedIn,
  sessionOf,
  signedInAs,
  signIn,
} from "../../support/auth/people.ts";

let tenant: Tenant;
let who: SignedIn;
let now: number;
beforeEach(async () => {
  tenant = await openTenant();
  const account = await person({ password: PASSWORD });
  await join(tenant.organizationId, account, "owner");
  who = await sessionOf(account);
  now = Date.now();
  vi.spyOn(Date, "now").mockImplementation(() => now);
});

/** As if the session had begun then. */
const began = (at: number) =>
  db
    .update(sessions)
    .set({ created_at: new Date(at) })
    .where(eq(sessions.id, who.sessionId));
const confirm = (password: string, asked: Asked = { token: who.token }) =>
  ask("POST", "/api/auth/confirm-password", { json: { password }, ...asked });
const makeKey = (token = who.token) =>
  ask("POST", "/v1/api-keys", { token, json: { name: "Key", permissions: ["view_orders"] } });
const TEXT = { payment_instructions: "Pay by EFT." };
const gateOf = async () => created(`/v1/venues/${await newVenue(tenant)}/gates`, tenant.token, gateBody());

/** Each sensitive act by a credential: the status of its response when it is done, and the request. */
const ACTS: Readonly<Record<string, [number, (token: string) => Promise<Response>]>> = {
  "invites a member": [
    201,
    (token) => ask("POST", "/v1/invitations", { token, json: { email: "new@example.com", role: "staff" } }),
  ],
  "changes a role": [
    200,
    async (token) => {
      const { memberId } = await signedInAs(tenant.organizationId, "staff");
      const headers = { "If-Match": '"1"' };
      return ask("PATCH", `/v1/members/${memberId}`, { token, headers, json: { role: "viewer" } });
    },
  ],
  "removes a member": [
    200,
    async (token) =>
      ask("DELETE", `/v1/members/${(await signedInAs(tenant.organizationId, "staff")).memberId}`, { token }),
  ],
  "makes an API key": [201, makeKey],
  "makes a device": [
    201,
    async (token) => ask("POST", "/v1/devices", { token, json: { name: "Scanner", gate_id: await gateOf() } }),
  ],
  "makes a crew code": [
    201,
    async (token) => {
      const { eventId } = await published(tenant);
      return ask("POST", `/v1/events/${eventId}/crew-codes`, { token, json: { uses: 1 } });
    },
  ],
  "creates an event with payment instructions": [
    201,
    async (token) => ask("POST", "/v1/events", { token, json: eventBody(await newVenue(tenant), TEXT) }),
  ],
  "changes the payment instructions of an event": [
    200,
    async (token) => {
      const headers = { "If-Match": '"1"' };
      return ask("PATCH", `/v1/events/${await newEvent(tenant)}`, { token, headers, json: TEXT });
    },
  ],
};

describe.each(Object.entries(ACTS))("a session that %s", (_, [done, act]) => {
  it("[P8] is asked for the password from an hour after it was given on, to the millisecond", async () => {
    await began(now - HOUR);
    expect(await refusalOf(act(who.token))).toBe("403 password_required");
    await began(now - HOUR + 1);
    expect((await act(who.token)).status).toBe(done);
  });
});

describe("a session whose password was given an hour ago", () => {
  beforeEach(() => began(now - HOUR));

  it("[P8] leaves no trace of what it was refused", async () => {
    const before = await traceOf(tenant);
    const key = crypto.randomUUID();
    const request = { token: who.token, key, json: { name: "Key", permissions: ["view_orders"] } };
    expect(await refusalOf(ask("POST", "/v1/api-keys", request))).toBe("403 password_required");
    expect(await traceOf(tenant)).toEqual(before);
    expect((await confirm(PASSWORD)).status).toBe(204);
    const again = await ask("POST", "/v1/api-keys", request);
    expect([again.status, again.headers.get("Idempotency-Replayed")]).toEqual([201, null]);
  });

  it("[P8] is good for another hour once it was given again, to the millisecond, and no other session is", async () => {
    const other = await sessionOf(who);
    await db
      .update(sessions)
      .set({ created_at: new Date(now - HOUR) })
      .where(eq(sessions.id, other.sessionId));
    expect([(await confirm(PASSWORD)).status, (await makeKey()).status]).toEqual([204, 201]);
    expect(await refusalOf(makeKey(other.token))).toBe("403 password_required");
    now += HOUR - 1;
    expect((await makeKey()).status).toBe(201);
    now += 1;
    expect(await refusalOf(makeKey())).toBe("403 password_required");
  });

  it("[P8] stays as it is after a wrong one, of which there are as many tries as at signing in", async () => {
    const from = { token: who.token, headers: { "CF-Connecting-IP": "192.0.2.40" } };
    for (let n = 0; n < 10; n++) expect(await refusalOf(confirm("a wrong password", from))).toBe("403 wrong_password");
    expect(await refusalOf(confirm(PASSWORD, from))).toBe("429 rate_limited");
    expect(await refusalOf(makeKey())).toBe("403 password_required");
    const sameTries = signIn(who.email, PASSWORD, { headers: from.headers });
    expect(await refusalOf(sameTries)).toBe("429 rate_limited");
  });

  it("[P8] still takes away: it revokes a key and a device, withdraws an invitation, and signs out", async () => {
    const key = await idOf(makeKey((await signedInAs(tenant.organizationId, "owner")).token));
    const device = await created("/v1/devices", tenant.token, { name: "Scanner", gate_id: await gateOf() });
    const invitation = await invitationOf({ ...who, organizationId: tenant.organizationId }, "new@example.com");
    for (const path of [`api-keys/${key}`, `devices/${device}`, `invitations/${invitation}`])
      expect((await ask("DELETE", `/v1/${path}`, { token: who.token })).status, path).toBe(204);
    expect((await ask("POST", "/api/auth/sign-out", { token: who.token, json: {} })).status).toBe(200);
  });

  it("[P8] changes all else of an event, and reads", async () => {
    const id = await newEvent(tenant);
    const asked = { token: who.token, headers: { "If-Match": '"1"' }, json: { name: "Another" } };
    expect((await ask("PATCH", `/v1/events/${id}`, asked)).status).toBe(200);
    expect(
      (await ask("POST", "/v1/events", { token: who.token, json: eventBody(await newVenue(tenant)) })).status,
    ).toBe(201);
    expect((await ask("GET", "/v1/api-keys", { token: who.token })).status).toBe(200);
  });

  it("[P8] gives it from our own pages alone, and only somebody who is signed in does", async () => {
    const Cookie = who.token.slice(SESSION.length);
    for (const headers of [{ Cookie }, { Cookie, Origin: "https://evil.example" }])
      expect(await refusalOf(confirm(PASSWORD, { headers }))).toBe("403 origin_not_allowed");
    expect(await refusalOf(confirm(PASSWORD, {}))).toBe("401 unauthenticated");
    expect(await refusalOf(confirm(PASSWORD, { token: tenant.token }))).toBe("401 unauthenticated");
    expect(await refusalOf(makeKey())).toBe("403 password_required");
  });
});

it("[P8] an API key is never asked for a password", async () => {
  const json = { name: "Scanner", gate_id: await gateOf() };
  const device = await ask("POST", "/v1/devices", { token: tenant.token, json });
  const id = await newEvent(tenant);
  const headers = { "If-Match": '"1"' };
  const text = await ask("PATCH", `/v1/events/${id}`, { token: tenant.token, headers, json: TEXT });
  expect([device.status, text.status, (await bodyOf(text))["payment_instructions"]]).toEqual([201, 200, "Pay by EFT."]);
});
