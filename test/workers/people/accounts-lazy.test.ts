// Better-auth is dear to evaluate: what shoppers, devices and keys request never does it. One test in a file of its
// own, since what is evaluated once stays so.

import { env } from "cloudflare:workers";
import { expect, it, vi } from "vitest";
import { evaluated } from "../../../src/auth/people/load-accounts.ts";
import { app } from "../../../src/http/app.ts";
import { created, gateBody, newVenue, openTenant, published } from "../support/catalogue.ts";
import { ask, bodyOf, hold, idOf, requestFor, shopper } from "../support/http.ts";
import { cookieFor, signedInAs } from "../support/auth/people.ts";

it("better-auth loads for a session's request, not for a storefront's, a hold's, a device's or a key's", async () => {
  const tenant = await openTenant();
  const { eventId, typeId } = await published(tenant);
  const gate = await created(`/v1/venues/${await newVenue(tenant)}/gates`, tenant.token, gateBody());
  const made = await ask("POST", "/v1/devices", { token: tenant.token, json: { name: "Scanner", gate_id: gate } });
  const buyer = await shopper();
  // With a cookie, since the browser of an organiser sends it to their own shop too.
  const headers = { Cookie: cookieFor("of somebody") };
  const statuses = [];
  for (const path of [
    `/v1/public/events/${eventId}`,
    `/v1/public/events/${eventId}/availability`,
    "/healthz",
    "/docs",
    "/account",
  ])
    statuses.push((await ask("GET", path, { headers })).status);
  const holdId = await idOf(hold(typeId, buyer.token));
  const checkout = { token: buyer.token, key: "k", json: { hold_ids: [holdId] } };
  statuses.push((await ask("POST", "/v1/checkouts", checkout)).status);
  statuses.push((await ask("GET", `/v1/ticket-types/${typeId}/live`, { headers })).status);
  statuses.push((await ask("GET", "/v1/me", { token: String((await bodyOf(made))["secret"]) })).status);
  statuses.push((await ask("GET", "/v1/events", { token: tenant.token })).status);
  statuses.push((await ask("GET", "/v1/me", { headers: { Cookie: "a=b; session_token=x" } })).status);
  expect(statuses).toEqual([200, 200, 200, 200, 200, 201, 426, 200, 200, 401]);
  expect(evaluated.accounts).toBe(false);
  const { token } = await signedInAs(tenant.organizationId, "viewer");
  expect((await ask("GET", "/v1/me", { token })).status).toBe(200);
  expect(evaluated.accounts, "the mark is there once it is evaluated").toBe(true);

  vi.spyOn(console, "error").mockImplementation(() => {});
  // The same file, since what follows also depends on how accounts are reached.
  const without = Object.assign(Object.create(env) as Env, { ACCOUNTS_SECRET: "" });
  const statusOf = async (method: string, path: string, asked = {}) => {
    const context = { waitUntil: () => undefined, passThroughOnException: () => undefined, props: {} };
    return (await app.fetch(requestFor(method, path, asked), without, context)).status;
  };
  expect(await statusOf("GET", "/v1/me", { token })).toBe(503);
  expect(await statusOf("POST", "/api/auth/sign-out", { token, json: {} })).toBe(503);
  expect(await statusOf("GET", "/v1/events", { token: tenant.token })).toBe(200);
});
