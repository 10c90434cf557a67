// What an organisation reads of its sales: the ledger of a type, the holds of an event; and lists of events by time.

import { evictDurableObject } from "cloudflare:test";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { newId } from "../../../src/app/context.ts";
import { UNAVAILABLE } from "../../../src/domain/errors.ts";
import { parseId } from "../../../src/domain/ids.ts";
import { must, refuse } from "../../../src/domain/result.ts";
import { TicketTypeInventory } from "../../../src/inventory/ticket-type-inventory.ts";
import { openRetentionStore } from "../../../src/inventory/storage/retention-store.ts";
import {
  change,
  created,
  eventBody,
  newDraft,
  newTicketType,
  newVenue,
  openTenant,
  published,
  type Tenant,
  venueBody,
} from "../support/catalogue.ts";
import { held, HOUR, objectOf } from "../support/fixture.ts";
import { apiKey, ask, bodyOf, hold, idOf, refusalOf, shopper } from "../support/http.ts";
import { inside, setClock, TTL_MS } from "../support/object.ts";

type Page = { data: Record<string, unknown>[]; next_cursor: string | null };
let tenant: Tenant;
beforeAll(async () => {
  tenant = await openTenant();
});
const typeIdOf = (id: string) => must(parseId("tt", id), "it was created");
async function page(path: string): Promise<Page> {
  const answer = await ask("GET", path, { token: tenant.token });
  if (answer.status !== 200) throw new Error(`${path} answered ${answer.status}`);
  return answer.json<Page>();
}

describe("the ledger of a ticket type", () => {
  it("[L2] [T6] is read from its inventory, oldest first, each row with who, what and the counts after it", async () => {
    const { typeId } = await published(tenant);
    const one = await shopper();
    const answer = await hold(typeId, one.token, { quantity: 3 });
    const holdId = await idOf(answer.clone());
    await ask("DELETE", `/v1/holds/${holdId}`, { token: one.token });
    const { data, next_cursor } = await page(`/v1/ticket-types/${typeId}/ledger`);
    expect(next_cursor).toBeNull();
    expect(data).toMatchObject([
      { seq: 1, kind: "terms", hold_id: null, total: 100, held: 0 },
      { seq: 2, kind: "hold", hold_id: holdId, quantity: 3, total: 100, sold: 0, held: 3, actor: one.id },
      { seq: 3, kind: "release", hold_id: holdId, quantity: 3, held: 0, order_id: null },
    ]);
    expect(data[1]).toMatchObject({
      at: expect.stringMatching(/Z$/),
      hash: expect.stringMatching(/^[0-9a-f]{64}$/),
      request_id: answer.headers.get("X-Request-Id"),
    });
  });

  it("is followed from a position, and page by page", async () => {
    const { typeId } = await published(tenant);
    for (let n = 0; n < 5; n++) await held(typeIdOf(typeId), newId("shp"), 1);
    const path = `/v1/ticket-types/${typeId}/ledger`;
    const seqs = ({ data }: Page) => data.map((row) => row["seq"]);
    expect(seqs(await page(`${path}?after_seq=4`))).toEqual([5, 6]);
    expect(seqs(await page(`${path}?after_seq=6`))).toEqual([]);
    const first = await page(`${path}?after_seq=1&limit=2`);
    expect(seqs(first)).toEqual([2, 3]);
    expect(seqs(await page(`${path}?after_seq=1&limit=9&cursor=${first.next_cursor}`))).toEqual([4, 5, 6]);
    for (const query of [`cursor=${first.next_cursor}`, "after_seq=-1", "after_seq=x", "limit=0", "seq=1"]) {
      expect(await refusalOf(ask("GET", `${path}?${query}`, { token: tenant.token }))).toBe("400 invalid_request");
    }
  });

  it("[H13] says where it begins once its old rows were deleted, whatever position is requested", async () => {
    const { typeId } = await published(tenant);
    for (let n = 0; n < 3; n++) await held(typeIdOf(typeId), newId("shp"), 1);
    const path = `/v1/ticket-types/${typeId}/ledger`;
    const whole = await page(path);
    expect(whole).toMatchObject({ checkpoint: null });
    await inside(typeIdOf(typeId), (_, { storage }) => {
      const store = openRetentionStore(storage);
      store.cut(store.read(), 2);
    });
    await evictDurableObject(objectOf(typeIdOf(typeId)));
    const cut = await page(`${path}?after_seq=1`);
    const { at, hash } = whole.data[1] ?? {};
    expect(cut).toMatchObject({ checkpoint: { seq: 2, at, total: 100, sold: 0, held: 1, hash } });
    expect(cut.data).toEqual(whole.data.slice(2));
  });

  it("[T3] is its organisation's, for those who may list holds", async () => {
    const { typeId } = await published(tenant);
    const path = `/v1/ticket-types/${typeId}/ledger`;
    const other = await openTenant();
    expect(await refusalOf(ask("GET", path, { token: other.token }))).toBe("404 not_found");
    const status = async (granted: Parameters<typeof apiKey>[1]) =>
      (await ask("GET", path, { token: (await apiKey(tenant.organizationId, granted)).token })).status;
    expect([await status("staff"), await status("viewer"), await status(["view_orders"])]).toEqual([200, 200, 403]);
  });
});

describe("the holds of an event", () => {
  it("[K5] [T3] are listed over its types from their inventories, page by page, to its organisation alone", async () => {
    const { eventId, typeId } = await published(tenant);
    const second = await newTicketType(tenant, eventId);
    const ids = [];
    for (const id of [typeId, second, typeId]) {
      ids.push(await held(typeIdOf(id), newId("shp"), 1));
    }
    const path = `/v1/holds?event_id=${eventId}`;
    await vi.waitFor(async () => expect((await page(path)).data).toHaveLength(3), { timeout: 60_000 });
    const first = await page(`${path}&limit=2`);
    const rest = await page(`${path}&limit=2&cursor=${first.next_cursor}`);
    expect([first.data.length, rest.data.length, rest.next_cursor]).toEqual([2, 1, null]);
    expect([...first.data, ...rest.data].map((row) => row["id"]).sort()).toEqual(ids.sort());
    const [own] = (await page(`/v1/ticket-types/${second}/holds`)).data;
    const listed = [...first.data, ...rest.data].find((row) => row["ticket_type_id"] === second);
    expect(listed).toEqual({ ...own, expires_in_seconds: expect.any(Number) });
    const other = await openTenant();
    expect(await refusalOf(ask("GET", path, { token: other.token }))).toBe("404 not_found");
    expect(await refusalOf(ask("GET", "/v1/holds?event_id=nonsense", { token: tenant.token }))).toBe("404 not_found");
    expect(await refusalOf(ask("GET", "/v1/holds", { token: tenant.token }))).toBe("400 invalid_request");
  });

  it("[H3] that ran out are over at once, and are listed under the status that is requested", async () => {
    const { eventId, typeId } = await published(tenant);
    const path = `/v1/holds?event_id=${eventId}`;
    const id = typeIdOf(typeId);
    const now = Date.now();
    await setClock(id, now);
    const holdId = await held(id, newId("shp"), 1);
    await setClock(id, now + TTL_MS - 1);
    expect((await page(path)).data).toMatchObject([{ id: holdId, status: "active", expires_in_seconds: 1 }]);
    await setClock(id, now + TTL_MS);
    expect((await page(path)).data).toEqual([]);
    expect((await page(`${path}&status=expired`)).data).toMatchObject([{ id: holdId, status: "expired" }]);
  });

  it("[X3] are a 503 when one of its inventories cannot be reached, and never a part", async () => {
    const { eventId, typeId } = await published(tenant);
    await newTicketType(tenant, eventId);
    await held(typeIdOf(typeId), newId("shp"), 1);
    const away = vi.spyOn(TicketTypeInventory.prototype, "holdsByTime");
    away.mockResolvedValueOnce(refuse(UNAVAILABLE));
    const list = () => ask("GET", `/v1/holds?event_id=${eventId}`, { token: tenant.token });
    expect(await refusalOf(list())).toBe("503 temporarily_unavailable");
    expect((await list()).status).toBe(200);
  });
});

describe("events", () => {
  it("[E1] are listed by venue and by start, the first bound included, the second not", async () => {
    const own = await openTenant();
    const [here, there] = [await newVenue(own), await newVenue(own)];
    const at = Date.parse("2031-03-01T18:00:00Z");
    const iso = (ms: number) => new Date(ms).toISOString();
    const add = (venueId: string, start: number) =>
      created(
        "/v1/events",
        own.token,
        eventBody(venueId, { start_time: iso(start), end_time: iso(start + HOUR), sale_end: iso(start) }),
      );
    const [first, second, third] = [await add(here, at), await add(here, at + HOUR), await add(there, at + 2 * HOUR)];
    const list = async (query: string) =>
      ((await bodyOf(await ask("GET", `/v1/events?${query}`, { token: own.token })))["data"] as { id: string }[])
        .map(({ id }) => id)
        .sort();
    expect(await list(`venue_id=${here}`)).toEqual([first, second].sort());
    expect(await list(`starts_after=${iso(at + HOUR)}`)).toEqual([second, third].sort());
    expect(await list(`starts_before=${iso(at + HOUR)}`)).toEqual([first]);
    expect(await list(`starts_after=${iso(at + 1)}&starts_before=${iso(at + 2 * HOUR + 1)}&venue_id=${there}`)).toEqual(
      [third],
    );
    expect(await list("venue_id=nonsense")).toEqual([]);
    expect(await list(`venue_id=${await newVenue(tenant)}`)).toEqual([]);
    expect(await refusalOf(ask("GET", "/v1/events?starts_after=2031-03-01", { token: own.token }))).toBe(
      "400 invalid_request",
    );
  });

  it.each([
    // Europe/Amsterdam goes from +01:00 to +02:00 at 01:00 UTC: 02:30 of that night does not exist there.
    ["Europe/Amsterdam", "2027-03-28T01:59:59+01:00", "2027-03-28T03:00:00+02:00", 1_000],
    // And back: 02:30 comes twice, an hour apart.
    ["Europe/Amsterdam", "2027-10-31T02:30:00+02:00", "2027-10-31T02:30:00+01:00", HOUR],
    ["America/New_York", "2027-11-07T01:30:00-04:00", "2027-11-07T01:30:00-05:00", HOUR],
    ["Australia/Lord_Howe", "2027-04-04T01:45:00+11:00", "2027-04-04T01:45:00+10:30", HOUR / 2],
    ["Africa/Johannesburg", "2027-03-28T02:30:00+02:00", "2027-03-28T03:30:00+02:00", HOUR],
  ])(
    "[V1] [E1] in %s, over a clock change, from %s to %s, last as long as the instants are apart",
    async (timezone, start_time, end_time, lasts) => {
      const venueId = await created("/v1/venues", tenant.token, venueBody({ timezone }));
      const event = eventBody(venueId, { start_time, end_time, sale_end: start_time });
      const body = await bodyOf(await ask("POST", "/v1/events", { token: tenant.token, json: event }));
      const [from, to] = [Date.parse(String(body["start_time"])), Date.parse(String(body["end_time"]))];
      expect([from, to - from]).toEqual([Date.parse(start_time), lasts]);
      const back = { ...event, name: "Backwards", start_time: end_time, end_time: start_time };
      expect(await refusalOf(ask("POST", "/v1/events", { token: tenant.token, json: back }))).toBe(
        "400 invalid_request",
      );
    },
  );

  it("[E5] [K1] sell by instants, whatever the offset that they were given in", async () => {
    const { eventId, typeId } = await published(tenant);
    const { sale_end } = await bodyOf(await ask("GET", `/v1/events/${eventId}`, { token: tenant.token }));
    const offset = new Date(Date.now() + HOUR + 2 * HOUR).toISOString().replace("Z", "+02:00");
    await change(tenant, `/v1/ticket-types/${typeId}`, { sale_start: offset });
    const { token } = await shopper();
    expect(await bodyOf(await hold(typeId, token))).toMatchObject({
      reason: "sale_not_open",
      opens_at: new Date(Date.parse(offset)).toISOString(),
    });
    expect(Date.parse(String(sale_end))).toBeGreaterThan(Date.parse(offset));
  });

  it("[K1] [V1] [E1] may be free and have names in any script, whose slugs are plain", async () => {
    const { eventId } = await newDraft(tenant);
    const json = { name: "Бесплатно · مجانا · 免费", price: "0", total_quantity: 5 };
    const path = `/v1/events/${eventId}/ticket-types`;
    expect(await bodyOf(await ask("POST", path, { token: tenant.token, json }))).toMatchObject({
      name: json.name,
      price: "0.00",
    });
    const venueId = await created("/v1/venues", tenant.token, venueBody({ name: "国家体育场" }));
    const venue = await bodyOf(await ask("GET", `/v1/venues/${venueId}`, { token: tenant.token }));
    expect(venue).toMatchObject({ name: "国家体育场", slug: expect.stringMatching(/^venue/) });
    const event = eventBody(venueId, { name: "Oppikoppi — Bôere & Straßenfest" });
    expect(await bodyOf(await ask("POST", "/v1/events", { token: tenant.token, json: event }))).toMatchObject({
      slug: "oppikoppi-boere-strassenfest",
    });
  });
});
