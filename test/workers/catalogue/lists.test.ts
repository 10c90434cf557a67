// Lists of the catalogue: pages, cursors and filters; and the holds of a ticket type, straight from its inventory.

import { eq, sql } from "drizzle-orm";
import { beforeAll, describe, expect, it } from "vitest";
import { newId } from "../../../src/app/context.ts";
import { ticketTypes, venues } from "../../../src/db/schema/catalogue.ts";
import { parseId } from "../../../src/domain/ids.ts";
import { must } from "../../../src/domain/result.ts";
import {
  archiveVenue,
  created,
  eventBody,
  gateBody,
  move,
  newDraft,
  newEvent,
  newTicketType,
  newVenue,
  openTenant,
  published,
  type Tenant,
} from "../support/catalogue.ts";
import { db, held, inventories } from "../support/fixture.ts";
import { ask, bodyOf, hold as holdAs, refusalOf, shopper } from "../support/http.ts";

type Page = { data: Record<string, unknown>[]; next_cursor: string | null };
async function page(tenant: Tenant, path: string): Promise<Page> {
  const answer = await ask("GET", path, { token: tenant.token });
  if (answer.status !== 200) throw new Error(`${path} answered ${answer.status}`);
  return answer.json<Page>();
}
const idsOf = ({ data }: Page) => data.map((row) => String(row["id"]));

/** Follows the cursors from page to page; `between` runs after the first. */
async function idsOverPages(
  tenant: Tenant,
  path: string,
  limit: number,
  between?: () => Promise<unknown>,
): Promise<string[][]> {
  const pages: string[][] = [];
  let cursor: string | null = null;
  do {
    const next: Page = await page(tenant, `${path}?limit=${limit}${cursor === null ? "" : `&cursor=${cursor}`}`);
    pages.push(idsOf(next));
    cursor = next.next_cursor;
    if (pages.length === 1) await between?.();
  } while (cursor !== null);
  return pages;
}

let tenant: Tenant;
beforeAll(async () => {
  tenant = await openTenant();
});

describe("a list", () => {
  it("runs newest first by (created_at, id), page by page, each row once, also while rows are added", async () => {
    const own = await openTenant();
    const made = [];
    for (let n = 0; n < 7; n++) made.push(await newVenue(own));
    // Why: rows of one millisecond must not be lost between pages.
    await db
      .update(venues)
      .set({ created_at: sql`created_at / 1000000 * 1000000` })
      .where(eq(venues.organization_id, own.organizationId));
    const newestFirst = made.toSorted().toReversed();
    const pages = await idsOverPages(own, "/v1/venues", 3, () => newVenue(own));
    expect(pages.map((ids) => ids.length)).toEqual([3, 3, 1]);
    expect(pages.flat()).toEqual(newestFirst);
    expect(await page(own, "/v1/venues")).toMatchObject({ next_cursor: null });
    expect(idsOf(await page(own, "/v1/venues?limit=100"))).toHaveLength(8);
  });

  it("has no next page when the last row of it is the last of all", async () => {
    const own = await openTenant();
    for (let n = 0; n < 2; n++) await newVenue(own);
    expect(await page(own, "/v1/venues?limit=2")).toMatchObject({ next_cursor: null });
    expect((await page(own, "/v1/venues?limit=1")).next_cursor).not.toBeNull();
  });

  it.each(["limit=0", "limit=101", "limit=x", "limit=", "cursor=nonsense", "status=nonsense", "page=2"])(
    "?%s is refused",
    async (query) => {
      expect(await refusalOf(ask("GET", `/v1/venues?${query}`, { token: tenant.token }))).toBe("400 invalid_request");
    },
  );

  it("binds its cursor to its filters and to its own resource", async () => {
    for (let n = 0; n < 2; n++) await newVenue(tenant);
    const { next_cursor: cursor } = await page(tenant, "/v1/venues?limit=1");
    const other = await openTenant();
    for (const path of [`/v1/venues?status=active&cursor=${cursor}`, `/v1/events?cursor=${cursor}`]) {
      expect(await refusalOf(ask("GET", path, { token: tenant.token }))).toBe("400 invalid_request");
    }
    expect(await refusalOf(ask("GET", `/v1/venues?cursor=${cursor}`, { token: other.token }))).toBe(
      "400 invalid_request",
    );
  });

  it("of each resource shows what reading it alone shows, of its parent only, by its status", async () => {
    const venueId = await newVenue(tenant);
    const closed = await created(`/v1/venues/${venueId}/gates`, tenant.token, gateBody({ status: "closed" }));
    const open = await created(`/v1/venues/${venueId}/gates`, tenant.token, gateBody());
    const archived = await newVenue(tenant);
    await archiveVenue(archived);
    expect(idsOf(await page(tenant, `/v1/venues/${venueId}/gates`)).toSorted()).toEqual([open, closed].toSorted());
    expect(idsOf(await page(tenant, `/v1/venues/${venueId}/gates?status=closed`))).toEqual([closed]);
    expect(idsOf(await page(tenant, `/v1/venues/${archived}/gates`))).toEqual([]);
    expect(idsOf(await page(tenant, "/v1/venues?status=archived"))).toEqual([archived]);
    const [gate] = (await page(tenant, `/v1/venues/${venueId}/gates?status=open`)).data;
    expect(gate).toEqual(await bodyOf(await ask("GET", `/v1/gates/${open}`, { token: tenant.token })));
  });

  it("of events filters by status", async () => {
    const own = await openTenant();
    const { eventId: live } = await published(own);
    await move(own, live, "start");
    const draft = await created("/v1/events", own.token, eventBody(await newVenue(own)));
    expect(idsOf(await page(own, "/v1/events?status=live"))).toEqual([live]);
    expect(idsOf(await page(own, "/v1/events?status=draft"))).toEqual([draft]);
    expect(idsOf(await page(own, "/v1/events?status=ended"))).toEqual([]);
  });

  it("[K2] [K5] of ticket types shows the projected counts, and sold_out only while all are sold", async () => {
    const eventId = await newEvent(tenant);
    const open = await newTicketType(tenant, eventId, { total_quantity: 10 });
    const sold = await newTicketType(tenant, eventId, { total_quantity: 10 });
    const hidden = await newTicketType(tenant, eventId, { total_quantity: 10, status: "hidden" });
    const project = (id: string, sold_count: number) =>
      db
        .update(ticketTypes)
        .set({ sold_count, held_count: 0, counts_seq: 9 })
        .where(eq(ticketTypes.id, must(parseId("tt", id), "created")));
    for (const [id, count] of [
      [open, 9],
      [sold, 10],
      [hidden, 10],
    ] as const)
      await project(id, count);
    const path = `/v1/events/${eventId}/ticket-types`;
    for (const [status, id] of [
      ["available", open],
      ["sold_out", sold],
      ["hidden", hidden],
    ] as const) {
      expect((await page(tenant, `${path}?status=${status}`)).data).toMatchObject([{ id, status, counts_seq: 9 }]);
    }
    await project(sold, 8);
    expect((await page(tenant, `${path}?status=available`)).data).toHaveLength(2);
    expect((await page(tenant, `${path}?status=sold_out`)).data).toEqual([]);
    expect((await page(tenant, path)).data.find((row) => row["id"] === sold)).toMatchObject({
      sold_count: 8,
      available_quantity: 2,
      version: 1,
    });
  });
});

describe("the holds of a ticket type", () => {
  it("come from its inventory at once, as the shopper sees them, filtered and page by page", async () => {
    const { typeId } = await published(tenant);
    const id = must(parseId("tt", typeId), "created");
    const one = await shopper();
    const first = await bodyOf(await holdAs(typeId, one.token, { quantity: 2 }));
    const second = await held(id, newId("shp"), 1);
    const door = await bodyOf(await holdAs(typeId, tenant.token, { quantity: 3, source: "scanner" }));
    await inventories(id).release({ holdId: second, by: tenant.actor, actor: tenant.actor.id, requestId: "test" });
    const path = `/v1/ticket-types/${typeId}/holds`;
    const list = async (query: string) => idsOf(await page(tenant, `${path}?${query}`)).toSorted();
    expect(await list("")).toEqual([first["id"], second, door["id"]].toSorted());
    expect(await list("status=cancelled")).toEqual([second]);
    expect(await list(`user_id=${one.id}`)).toEqual([first["id"]]);
    expect(await list("source=scanner")).toEqual([door["id"]]);
    expect(await list(`user_id=${one.id}&status=cancelled`)).toEqual([]);
    const [shown] = (await page(tenant, `${path}?user_id=${one.id}`)).data;
    expect(shown).toEqual({ ...first, expires_in_seconds: expect.any(Number) });
    const pages = await idsOverPages(tenant, path, 2);
    expect(pages.map((ids) => ids.length)).toEqual([2, 1]);
    expect(pages.flat().toSorted()).toEqual([first["id"], second, door["id"]].toSorted());
  });

  it("are none while nothing was held, and unknown filters are refused", async () => {
    const { typeId } = await newDraft(tenant);
    expect(await page(tenant, `/v1/ticket-types/${typeId}/holds`)).toEqual({ data: [], next_cursor: null });
    for (const query of ["status=reserved", "source=door", "event_id=x"]) {
      const answer = ask("GET", `/v1/ticket-types/${typeId}/holds?${query}`, { token: tenant.token });
      expect(await refusalOf(answer)).toBe("400 invalid_request");
    }
  });
});
