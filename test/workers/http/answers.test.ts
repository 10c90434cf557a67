// What a refusal shows to somebody who tries the API for the first time: the permission, the method, the field, the
// origin.

import { beforeAll, describe, expect, it } from "vitest";
import { newId } from "../../../src/app/context.ts";
import { eventBody, newDraft, openTenant, published, type Tenant } from "../support/catalogue.ts";
import { ask, BASE, bodyOf, refusalOf, shopper } from "../support/http.ts";
import { openDoors } from "../support/doors.ts";
import { operations } from "./openapi.ts";
import { signedInAs } from "../support/auth/people.ts";

let tenant: Tenant;
beforeAll(async () => {
  tenant = await openTenant();
});
const SHOP = { Origin: "https://shop.example" };

describe("403", () => {
  it("names the permissions of which the credential needs one", async () => {
    const viewer = await openTenant("viewer");
    const write = await bodyOf(await ask("POST", "/v1/venues", { token: viewer.token, json: {} }));
    expect(write).toMatchObject({ code: "forbidden", permissions: ["manage_events_and_venues"] });
    expect(write["detail"]).toContain("manage_events_and_venues");
    const event = await bodyOf(await ask("POST", "/v1/events", { token: viewer.token, json: {} }));
    expect(event["permissions"]).toEqual(["manage_events_and_venues", "manage_ticketing_and_pricing"]);
    const members = await bodyOf(await ask("GET", "/v1/members", { token: tenant.token }));
    expect(members["permissions"]).toEqual(["manage_tenant_users"]);
  });

  it("names none to a credential of the wrong kind, which no permission would help", async () => {
    const { token } = await shopper();
    const answer = await bodyOf(await ask("POST", "/v1/venues", { token, json: {} }));
    expect(answer).toMatchObject({ code: "forbidden", detail: expect.stringContaining("kind") });
    expect(answer).not.toHaveProperty("permissions");
  });

  it("for a session says which Origin it has to send, and that one then goes", async () => {
    const { token } = await signedInAs(tenant.organizationId, "owner");
    const json = { name: "Box office", permissions: ["view_orders"] };
    const answer = await ask("POST", "/v1/api-keys", { token, json, headers: SHOP });
    const body = await bodyOf(answer);
    expect(body).toMatchObject({ status: 403, code: "origin_not_allowed", expected_origin: BASE });
    expect(body["detail"]).toContain(`Origin: ${BASE}`);
    expect((await ask("POST", "/v1/api-keys", { token, json, headers: { Origin: BASE } })).status).toBe(201);
  });
});

describe("405", () => {
  it.each([
    ["PUT", "/v1/venues", "GET, HEAD, POST"],
    ["DELETE", "/v1/venues/ven_x/restore", "POST"],
    ["POST", "/v1/me", "GET, HEAD"],
    ["PATCH", "/v1/holds/hold_x", "GET, HEAD, DELETE"],
    ["GET", "/v1/shoppers", "POST"],
    ["GET", "/api/auth/sign-in/email", "POST"],
    ["OPTIONS", "/v1/orders", "GET, HEAD"],
  ])("%s %s returns what the path takes", async (method, path, allow) => {
    const answer = await ask(method, path);
    expect(answer.headers.get("Allow")).toBe(allow);
    expect(await bodyOf(answer)).toMatchObject({
      ...{ status: 405, code: "method_not_allowed", allowed: allow.split(", ") },
    });
  });

  it("is not returned where no method is known", async () => {
    for (const path of ["/v1/nowhere", "/v1/venues/ven_x/nowhere", "/api/auth/nowhere"])
      expect(await refusalOf(ask("POST", path, { json: {} }))).toBe("404 not_found");
  });
});

describe("an id in a body", () => {
  it("[T3] that is unknown, another's or no id is 422 at its path", async () => {
    const { eventId } = await newDraft(await openTenant());
    const theirs = await bodyOf(await ask("GET", `/v1/events/${eventId}`, { token: tenant.token }));
    expect(theirs["code"]).toBe("not_found");
    for (const venue of [`ven_${"0".repeat(26)}`, "nonsense", ""]) {
      const answer = ask("POST", "/v1/events", { token: tenant.token, json: eventBody(venue) });
      expect(await bodyOf(await answer), venue).toMatchObject({
        ...{ status: 422, code: "unknown_reference", errors: [{ path: "/venue_id", message: "Unknown" }] },
      });
    }
  });
});

describe("CORS", () => {
  it.each(["/v1/public/events/evt_x", "/v1/public/nowhere", "/v1/public/organizations/x/nowhere"])(
    "lets any origin read that %s is not there",
    async (path) => {
      const answer = await ask("GET", path, { headers: SHOP });
      expect([answer.status, answer.headers.get("Access-Control-Allow-Origin")]).toEqual([404, "*"]);
    },
  );

  it("lets a shop of any origin call whatever the document shows for storefronts, by its method", async () => {
    const ofShops = operations.filter(({ tags }) => tags.includes("Storefront"));
    expect(ofShops.length).toBeGreaterThanOrEqual(13);
    for (const { method, path } of ofShops) {
      const headers = { ...SHOP, "Access-Control-Request-Method": method };
      const preflight = await ask("OPTIONS", path.replace(/\{\w+\}/g, "x"), { headers });
      const allowed = preflight.headers.get("Access-Control-Allow-Methods")?.split(",");
      expect([preflight.status, allowed], `${method} ${path}`).toEqual([204, expect.arrayContaining([method])]);
    }
  });

  it("lets a scanner in a browser read and report what a device may, by its token and without cookies", async () => {
    const { gateId, ...show } = await openDoors();
    const { token } = show.device;
    for (const path of [
      "/v1/me",
      `/v1/gates/${gateId}`,
      `/v1/venues/${show.venueId}/gates`,
      "/v1/events",
      `/v1/events/${show.eventId}`,
      `/v1/events/${show.eventId}/ticket-types`,
      `/v1/ticket-types/${show.typeId}`,
      `/v1/events/${show.eventId}/desk`,
      `/v1/events/${show.eventId}/door`,
    ]) {
      const answer = await ask("GET", path, { token, headers: SHOP });
      expect([answer.status, answer.headers.get("Access-Control-Allow-Origin")], path).toEqual([200, "*"]);
      expect(answer.headers.has("Access-Control-Allow-Credentials")).toBe(false);
      await answer.body?.cancel();
    }
    const scan = { scan_id: newId("scn"), code: "", direction: "in", source: "camera", gate_id: gateId };
    for (const [path, json] of [
      [`/v1/events/${show.eventId}/desk/heartbeat`, {}],
      [`/v1/events/${show.eventId}/scans`, scan],
    ] as const) {
      const headers = { ...SHOP, "Access-Control-Request-Method": "POST" };
      const preflight = await ask("OPTIONS", path, { headers });
      expect([preflight.status, preflight.headers.get("Access-Control-Allow-Methods")]).toEqual([204, "POST"]);
      const answer = await ask("POST", path, { token, json, headers: SHOP });
      expect([answer.status, answer.headers.get("Access-Control-Allow-Origin")], path).toEqual([200, "*"]);
    }
  });
});

describe("a plain request of a socket's path", () => {
  it("is 404 where an upgrade would be, which a browser hides, else 426", async () => {
    const shown = await published(tenant);
    const hidden = await newDraft(tenant);
    for (const [path, draft] of [
      [`/v1/events/${shown.eventId}/live`, `/v1/events/${hidden.eventId}/live`],
      [`/v1/ticket-types/${shown.typeId}/live`, `/v1/ticket-types/${hidden.typeId}/live`],
    ] as const) {
      expect(await refusalOf(ask("GET", path, { headers: SHOP }))).toBe("426 upgrade_required");
      expect(await refusalOf(ask("GET", draft, { headers: SHOP }))).toBe("404 not_found");
    }
    const show = await openDoors();
    const { token } = show.device;
    expect(await refusalOf(ask("GET", `/v1/events/${show.eventId}/scanner`, { token }))).toBe("426 upgrade_required");
    expect(await refusalOf(ask("GET", `/v1/events/${hidden.eventId}/scanner`, { token }))).toBe("404 not_found");
    expect(await refusalOf(ask("GET", `/v1/events/${show.eventId}/scanner`))).toBe("401 unauthenticated");
  });
});
