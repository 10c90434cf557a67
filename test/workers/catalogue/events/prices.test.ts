// From what price to what price an event sells: in its list and in itself, the same (rule E8).

import { eq } from "drizzle-orm";
import { expect, it, vi } from "vitest";
import { ticketTypes } from "../../../../src/db/schema/catalogue.ts";
import { HOUR, db, seedShow } from "../../support/fixture.ts";
import { ask, bodyOf } from "../../support/http.ts";
import { must } from "../../../../src/domain/result.ts";

type Prices = { readonly price_from: string | null; readonly price_to: string | null; readonly currency: string };
const shown = (from: string | null, to: string | null) => ({ price_from: from, price_to: to, currency: "ZAR" });
const pricesOf = ({ price_from, price_to, currency }: Prices) => ({ price_from, price_to, currency });

/** The first event of the list, on a page that nobody has requested: an isolate keeps each for a moment. */
async function listed({ organizationId }: { readonly organizationId: string }): Promise<Prices> {
  pages += 1;
  const { data } = await bodyOf(await ask("GET", `/v1/public/organizations/${organizationId}/events?limit=${pages}`));
  return must((data as Prices[])[0], "the event is in the list");
}
let pages = 0;

/** What the list says and what the event itself says: the caller expects that they say the same. */
async function pricesAt(now: number, show: Awaited<ReturnType<typeof seedShow>>) {
  vi.spyOn(Date, "now").mockReturnValue(now);
  const prices = pricesOf(await listed(show));
  const event = await bodyOf(await ask("GET", `/v1/public/events/${show.eventId}`));
  expect(pricesOf(event as Prices), "the event says what the list says").toEqual(prices);
  return prices;
}

it("[E8] runs over the types that are not hidden, sold out ones too", async () => {
  const show = await seedShow([
    { total: 5, price: 20_000 },
    { total: 5, price: 5, sold_count: 5 },
    { total: 5, price: 100_000_000 },
    { total: 5, price: 0, hidden: true },
    { total: 5, price: 100_000_000, hidden: true },
  ]);
  expect(await pricesAt(Date.now(), show)).toEqual(shown("0.05", "1000000.00"));
});

it("[E8] prices leave out an old type smaller than its least order, or never open during the event", async () => {
  const now = Date.now();
  const show = await seedShow(
    [
      { total: 4, price: 100, min_per_order: 4 },
      { total: 4, price: 1, min_per_order: 5 },
      { total: 4, price: 2, sale_start: now + 2 * HOUR },
    ],
    { sale_end: now + 2 * HOUR },
  );
  expect(await pricesAt(now, show)).toEqual(shown("1.00", "1.00"));
});

it("[E8] a type counts before its sale opens and to the millisecond of its end, then the dearer one", async () => {
  const now = Date.now();
  const [early, late] = [now + HOUR, now + 2 * HOUR];
  const show = await seedShow(
    [
      { total: 5, price: 1_000, sale_end: early },
      { total: 5, price: 3_000, sale_start: early + HOUR / 2, sale_end: late + HOUR },
    ],
    { sale_end: late },
  );
  expect(await pricesAt(now, show)).toEqual(shown("10.00", "30.00"));
  expect(await pricesAt(early - 1, show)).toEqual(shown("10.00", "30.00"));
  expect(await pricesAt(early, show)).toEqual(shown("30.00", "30.00"));
  expect(await pricesAt(late - 1, show)).toEqual(shown("30.00", "30.00"));
  expect(await pricesAt(late, show), "the sale of the event is over").toEqual(shown(null, null));
});

it("[E8] has none when all types are hidden, and the ETag of the event changes with its prices", async () => {
  const now = Date.now();
  const show = await seedShow([{ total: 5, price: 1_000, sale_end: now + HOUR }]);
  const etagAt = async (at: number) => {
    vi.spyOn(Date, "now").mockReturnValue(at);
    return (await ask("GET", `/v1/public/events/${show.eventId}`)).headers.get("ETag");
  };
  expect(await etagAt(now + HOUR - 1)).toBe(await etagAt(now));
  expect(await etagAt(now + HOUR)).not.toBe(await etagAt(now));
  const hidden = await seedShow([{ total: 5, price: 1_000, hidden: true }]);
  expect(await pricesAt(now, hidden)).toEqual(shown(null, null));
  await db.update(ticketTypes).set({ hidden: false }).where(eq(ticketTypes.event_id, hidden.eventId));
  expect(await listed(hidden)).toMatchObject(shown("10.00", "10.00"));
});
