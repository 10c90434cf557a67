// The number that a ticket type has in its event, for the codes of its tickets (rule N5).

import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { readNumber } from "../../../../src/db/tickets/ticket-keys.ts";
import { must } from "../../../../src/domain/result.ts";
import { newEvent, newTicketType, openTenant, type Tenant, ticketTypeBody } from "../../support/catalogue.ts";
import { newId } from "../../../../src/app/context.ts";
import { db, seedShow } from "../../support/fixture.ts";
import { ask } from "../../support/http.ts";

async function numbersOf(eventId: string): Promise<(number | null)[]> {
  const all = env.DB.prepare("SELECT number FROM ticket_types WHERE event_id = ? ORDER BY created_at, id").bind(
    eventId,
  );
  return (await all.all<{ number: number | null }>()).results.map(({ number }) => number);
}

async function remove({ token }: Tenant, typeId: string): Promise<number> {
  const read = await ask("GET", `/v1/ticket-types/${typeId}`, { token });
  await read.body?.cancel();
  const headers = { "If-Match": must(read.headers.get("ETag"), "it has a version") };
  return (await ask("DELETE", `/v1/ticket-types/${typeId}`, { token, headers })).status;
}

describe("[N5] the number of a ticket type", () => {
  it("is given when the type is made, in each event from 1 on, and stays whatever else of it changes", async () => {
    const tenant = await openTenant();
    const [here, there] = [await newEvent(tenant), await newEvent(tenant)];
    const types = [];
    for (let n = 0; n < 3; n++) types.push(await newTicketType(tenant, here, { total_quantity: 1 }));
    await newTicketType(tenant, there, { total_quantity: 1 });
    expect([await numbersOf(here), await numbersOf(there)]).toEqual([[1, 2, 3], [1]]);
    const path = `/v1/ticket-types/${must(types[1], "three types")}`;
    const change = { token: tenant.token, headers: { "If-Match": '"1"' }, json: { name: "Another name" } };
    expect((await ask("PATCH", path, change)).status).toBe(200);
    expect(await numbersOf(here)).toEqual([1, 2, 3]);
  });

  it("is one of its own for each of many that are made at once", async () => {
    const tenant = await openTenant();
    const eventId = await newEvent(tenant);
    const json = () => ticketTypeBody({ total_quantity: 1 });
    const made = Array.from({ length: 20 }, () =>
      ask("POST", `/v1/events/${eventId}/ticket-types`, { token: tenant.token, json: json() }),
    );
    expect((await Promise.all(made)).map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 201));
    const numbers = (await numbersOf(eventId)).map(Number).sort((a, b) => a - b);
    expect(numbers).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
  });

  it("is the lowest that is free, so that 100 types never need one above 100", async () => {
    const tenant = await openTenant();
    const eventId = await newEvent(tenant);
    const types = [];
    for (let n = 0; n < 3; n++) types.push(await newTicketType(tenant, eventId, { total_quantity: 1 }));
    expect(await remove(tenant, must(types[0], "three types"))).toBe(204);
    await newTicketType(tenant, eventId, { total_quantity: 1 });
    expect((await numbersOf(eventId)).sort()).toEqual([1, 2, 3]);
    expect(await remove(tenant, must(types[2], "three types"))).toBe(204);
    await newTicketType(tenant, eventId, { total_quantity: 1 });
    expect((await numbersOf(eventId)).sort()).toEqual([1, 2, 3]);
  });

  it("[X8] is given by the first read where a release that knew no numbers has made the type, once", async () => {
    const now = Date.now();
    const { eventId, typeIds } = await seedShow([{ total: 1 }, { total: 1 }, { total: 1 }]);
    expect(await numbersOf(eventId)).toEqual([null, null, null]);
    const [first, second] = typeIds.map((id) => must(id, "a type"));
    const looks = await Promise.all([second, second, second].map((id) => readNumber(db, must(id, "a type"), now)));
    expect(looks).toEqual([1, 1, 1]);
    expect(await readNumber(db, must(first, "a type"), now)).toBe(2);
    expect(await readNumber(db, must(second, "a type"), now)).toBe(1);
    expect(await readNumber(db, newId("tt"), now)).toBeNull();
  });
});
