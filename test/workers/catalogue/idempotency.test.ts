// Idempotency keys of the catalogue's creates (docs/api.md, Conventions).

import { beforeAll, describe, expect, it } from "vitest";
import { sql } from "drizzle-orm";
import { sweepIdempotencyKeys } from "../../../src/app/jobs/sweep-idempotency-keys.ts";
import { venues } from "../../../src/db/schema/catalogue.ts";
import { idempotencyKeys } from "../../../src/db/schema/requests.ts";
import {
  eventBody,
  gateBody,
  newEvent,
  newVenue,
  openTenant,
  suspend,
  type Tenant,
  ticketTypeBody,
  traceOf,
  venueBody,
} from "../support/catalogue.ts";
import { db, HOUR } from "../support/fixture.ts";
import { apiKey, ask, bodyOf, refusalOf } from "../support/http.ts";

let tenant: Tenant;
let venueId: string;
let eventId: string;
beforeAll(async () => {
  tenant = await openTenant();
  venueId = await newVenue(tenant);
  eventId = await newEvent(tenant);
});

const post = (path: string, json: object, key: string, token = tenant.token) => ask("POST", path, { token, json, key });
const aKey = () => crypto.randomUUID();

/** Lets the keys of `key` age by `ms`. */
async function age(key: string, ms: number): Promise<void> {
  await db
    .update(idempotencyKeys)
    .set({ created_at: sql`created_at - ${ms}` })
    .where(sql`key = ${key}`);
}

describe("a repeat with the same key", () => {
  const CREATES: [string, () => [path: string, json: object]][] = [
    ["venue", () => ["/v1/venues", venueBody()]],
    ["gate", () => [`/v1/venues/${venueId}/gates`, gateBody()]],
    ["event", () => ["/v1/events", eventBody(venueId)]],
    ["ticket type", () => [`/v1/events/${eventId}/ticket-types`, ticketTypeBody({ total_quantity: 1 })]],
  ];
  it.each(CREATES)("returns the %s that the first created, and creates nothing", async (_, of) => {
    const [path, json] = of();
    const key = aKey();
    const first = await post(path, json, key);
    const before = await traceOf(tenant);
    const second = await post(path, json, key);
    expect([first.status, second.status]).toEqual([201, 201]);
    expect(first.headers.has("Idempotency-Replayed")).toBe(false);
    expect(second.headers.get("Idempotency-Replayed")).toBe("true");
    expect(second.headers.get("Location")).toBe(first.headers.get("Location"));
    expect(await bodyOf(second)).toEqual(await bodyOf(first));
    expect(await traceOf(tenant)).toEqual(before);
  });

  it("returns the resource as it is now", async () => {
    const [json, key] = [venueBody(), aKey()];
    const { id } = await bodyOf(await post("/v1/venues", json, key));
    await db.update(venues).set({ name: "Renamed", version: 2 }).where(sql`id = ${id}`);
    const again = await post("/v1/venues", json, key);
    expect(again.headers.get("ETag")).toBe('"2"');
    expect(await bodyOf(again)).toMatchObject({ id, name: "Renamed", version: 2 });
  });

  it("creates one venue when 20 come at once", async () => {
    const [json, key] = [venueBody(), aKey()];
    const answers = await Promise.all(Array.from({ length: 20 }, () => post("/v1/venues", json, key)));
    const ids = await Promise.all(answers.map(async (answer) => (await bodyOf(answer))["id"]));
    expect(new Set(ids).size).toBe(1);
    expect(answers.filter((answer) => !answer.headers.has("Idempotency-Replayed"))).toHaveLength(1);
    expect(answers.every((answer) => answer.status === 201)).toBe(true);
  });

  it("is the same request after defaults, whatever the order of its fields", async () => {
    const [json, key] = [venueBody({ settings: { a: 1, b: { c: 2, d: 3 } } }), aKey()];
    await post("/v1/venues", json, key);
    const reordered = Object.fromEntries(Object.entries({ ...json, postal_code: null }).reverse());
    const again = await post("/v1/venues", { ...reordered, settings: { b: { d: 3, c: 2 }, a: 1 } }, key);
    expect(again.headers.get("Idempotency-Replayed")).toBe("true");
  });

  it("but another body is refused, and leaves no trace", async () => {
    const [json, key] = [venueBody(), aKey()];
    await post("/v1/venues", json, key);
    const before = await traceOf(tenant);
    expect(await refusalOf(post("/v1/venues", { ...json, capacity: 7 }, key))).toBe("422 idempotency_key_reused");
    expect(await traceOf(tenant)).toEqual(before);
  });

  it("but by another credential, or on another route, is another request", async () => {
    const key = aKey();
    const colleague = await apiKey(tenant.organizationId, "admin");
    const gate = gateBody();
    const answers = [
      await post(`/v1/venues/${venueId}/gates`, gate, key),
      await post(`/v1/venues/${await newVenue(tenant)}/gates`, gate, key),
      await post("/v1/venues", venueBody(), key),
      await post("/v1/venues", venueBody(), key, colleague.token),
    ];
    expect(answers.map((answer) => answer.status)).toEqual([201, 201, 201, 201]);
    expect(answers.some((answer) => answer.headers.has("Idempotency-Replayed"))).toBe(false);
  });

  it("replays what was created before a suspension, and refuses another body as suspended", async () => {
    const suspended = await openTenant();
    const [json, key] = [venueBody(), aKey()];
    await post("/v1/venues", json, key, suspended.token);
    await suspend(suspended);
    expect((await post("/v1/venues", json, key, suspended.token)).headers.get("Idempotency-Replayed")).toBe("true");
    const other = post("/v1/venues", venueBody(), key, suspended.token);
    expect(await refusalOf(other)).toBe("403 organization_suspended");
  });
});

describe("a key", () => {
  it("does not remember a refusal: the same request may succeed later", async () => {
    const key = aKey();
    const json = venueBody({ slug: "wanted" });
    const holder = await newVenue(tenant, { slug: "wanted" });
    expect(await refusalOf(post("/v1/venues", json, key))).toBe("409 slug_taken");
    await db.update(venues).set({ slug: "given-up" }).where(sql`id = ${holder}`);
    const later = await post("/v1/venues", json, key);
    expect(later.status).toBe(201);
    expect(later.headers.has("Idempotency-Replayed")).toBe(false);
  });

  it("is honoured for 24 h and then free, whether or not the cron swept it", async () => {
    const [json, key] = [venueBody(), aKey()];
    const first = await bodyOf(await post("/v1/venues", json, key));
    await age(key, 24 * HOUR - 60_000);
    expect((await bodyOf(await post("/v1/venues", json, key)))["id"]).toBe(first["id"]);
    await age(key, 60_000);
    const second = await bodyOf(await post("/v1/venues", json, key));
    expect(second["id"]).not.toBe(first["id"]);
    expect((await bodyOf(await post("/v1/venues", json, key)))["id"]).toBe(second["id"]);
  });

  it("is swept by the cron when its 24 h are over, to the ms, and not before", async () => {
    const [old, young] = [aKey(), aKey()];
    for (const key of [old, young]) await post("/v1/venues", venueBody(), key);
    const now = Date.now() + 24 * HOUR;
    await db
      .update(idempotencyKeys)
      .set({ created_at: now - 24 * HOUR })
      .where(sql`key = ${old}`);
    await db
      .update(idempotencyKeys)
      .set({ created_at: now - 24 * HOUR + 1 })
      .where(sql`key = ${young}`);
    await sweepIdempotencyKeys({ db, now });
    const left = await db
      .select({ key: idempotencyKeys.key })
      .from(idempotencyKeys)
      .where(sql`key IN (${old}, ${young})`);
    expect(left).toEqual([{ key: young }]);
  });

  it("that is not 1 to 255 visible ASCII characters is refused", async () => {
    for (const key of ["", " ", "a b", "x".repeat(256)]) {
      const headers = { "Idempotency-Key": key };
      const request = { token: tenant.token, json: venueBody(), headers };
      expect(await refusalOf(ask("POST", "/v1/venues", request))).toBe("400 invalid_request");
    }
    expect((await post("/v1/venues", venueBody(), "x".repeat(255))).status).toBe(201);
  });
});
