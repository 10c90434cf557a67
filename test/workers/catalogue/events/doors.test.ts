// What an event says of its doors (rules D9, D11), as the catalogue keeps it.

import { beforeAll, describe, expect, it } from "vitest";
import { auditOf, change, created, eventBody, faults, move, newVenue, termsInside } from "../../support/catalogue.ts";
import { at, ms, openEvenings, TIMES } from "../two-gates.ts";
import { bodyOf } from "../../support/http.ts";

let evenings: Awaited<ReturnType<typeof openEvenings>>;
beforeAll(async () => {
  evenings = await openEvenings();
});

describe("an event", () => {
  it.each([
    [{ doors_open: at("22:59:59.999") }, []],
    [{ doors_open: at("23:00:00") }, ["/doors_open"]],
    [{ doors_open: at("16:00:00"), day_starts: "00:00" }, []],
    [{ doors_open: null, day_starts: "23:59", admission_capacity: 1 }, []],
    [{ day_starts: "24:00" }, ["/day_starts"]],
    [{ day_starts: "6:00", doors_open: "16:00" }, ["/doors_open", "/day_starts"]],
    [{ day_starts: null }, ["/day_starts"]],
    [{ admission_capacity: 0 }, ["/admission_capacity"]],
    [{ admission_capacity: null }, []],
  ])("[E1] [D9] with %j: refused are %j", async (changes, refused) => {
    expect(await faults(evenings.post("/v1/events", eventBody(evenings.venueId, { ...TIMES, ...changes })))).toEqual(
      refused,
    );
    const path = `/v1/events/${await evenings.newEvening()}`;
    const changed = change(evenings.tenant, path, changes);
    expect(await faults(changed)).toEqual(refused);
    if (refused.length === 0) expect(await evenings.read(path)).toMatchObject(utc(changes));
  });

  it("[D9] ends after its doors have opened, whichever of the two is changed", async () => {
    const path = `/v1/events/${await evenings.newEvening({ doors_open: at("20:00:00") })}`;
    expect(await faults(change(evenings.tenant, path, { end_time: at("20:00:00"), sale_end: at("17:00:00") }))).toEqual(
      ["/doors_open"],
    );
    const earlier = { end_time: at("20:00:00.001"), sale_end: at("17:00:00") };
    expect((await change(evenings.tenant, path, earlier)).status).toBe(200);
  });

  it("[T6] [K6] keeps its fields in the audit row, and sends them to no inventory", async () => {
    const eventId = await evenings.newEvening();
    const typeId = await evenings.newType(eventId, null);
    const fields = { doors_open: at("15:00:00"), day_starts: "05:30", admission_capacity: 900 };
    expect(await bodyOf(await change(evenings.tenant, `/v1/events/${eventId}`, fields))).toMatchObject(utc(fields));
    const { changes } = (await auditOf(evenings.tenant, eventId)).at(-1) ?? {};
    expect(changes).toEqual({ ...fields, doors_open: ms("15:00:00") });
    expect(await termsInside(typeId)).toMatchObject({ version: 1 });
  });

  it("[D9] shows the public when its doors open, and nothing else of them", async () => {
    const ids = [
      await evenings.newEvening(),
      await evenings.newEvening({ doors_open: at("17:00:00"), admission_capacity: 5 }),
    ];
    for (const eventId of ids) {
      await evenings.newType(eventId, { gates: [evenings.gates[0]], entry: "reentry" });
      expect((await move(evenings.tenant, eventId, "publish")).status).toBe(200);
    }
    const shown = await Promise.all(ids.map((id) => evenings.read(`/v1/public/events/${id}`)));
    expect(shown.map((event) => event["doors_open"])).toEqual([at("16:00:00.000"), at("17:00:00.000")]);
    expect(JSON.stringify(shown)).not.toMatch(/day_starts|admission|reentry|gate_/);
    await change(evenings.tenant, `/v1/events/${ids[0]}`, { start_time: at("19:00:00") });
    expect(await evenings.read(`/v1/public/events/${ids[0]}`)).toMatchObject({ doors_open: at("17:00:00.000") });
  });
});

describe("[D11] an event's admission capacity", () => {
  const above = (requested: number, capacity: number) => ({
    ...{ status: 409, code: "capacity_exceeded", requested, used: 0, capacity },
    errors: [{ path: "/admission_capacity", message: expect.any(String) }],
  });

  it("may be the venue's, above what the event sells, and not one more", async () => {
    const create = (admission_capacity: number) =>
      evenings.post("/v1/events", eventBody(evenings.venueId, { capacity: 10, admission_capacity }));
    expect((await create(1_000)).status).toBe(201);
    expect(await bodyOf(await create(1_001))).toMatchObject(above(1_001, 1_000));
    const path = `/v1/events/${await evenings.newEvening()}`;
    expect(await bodyOf(await change(evenings.tenant, path, { admission_capacity: 1_001 }))).toMatchObject(
      above(1_001, 1_000),
    );
    expect((await change(evenings.tenant, path, { admission_capacity: 1_000 })).status).toBe(200);
    expect((await change(evenings.tenant, path, { admission_capacity: null })).status).toBe(200);
  });

  it("[V3] is below no capacity of the venue while the event is draft, published or live", async () => {
    const id = await newVenue(evenings.tenant, { capacity: 500 });
    const shrink = (capacity: number) => change(evenings.tenant, `/v1/venues/${id}`, { capacity });
    const eventId = await created(
      "/v1/events",
      evenings.tenant.token,
      eventBody(id, { ...TIMES, capacity: 10, admission_capacity: 400 }),
    );
    await evenings.newType(eventId, null);
    for (const transition of ["publish", "start", "end"]) {
      expect(await bodyOf(await shrink(399))).toMatchObject({
        ...{ code: "capacity_exceeded", requested: 399, used: 400, capacity: 500 },
      });
      expect((await move(evenings.tenant, eventId, transition)).status).toBe(200);
    }
    expect((await shrink(399)).status).toBe(200);
  });

  it("[V3] that follows the venue's exceeds no capacity of it", async () => {
    const id = await newVenue(evenings.tenant, { capacity: 500 });
    await created("/v1/events", evenings.tenant.token, eventBody(id, { capacity: 10 }));
    expect((await change(evenings.tenant, `/v1/venues/${id}`, { capacity: 10 })).status).toBe(200);
  });

  it("[E6] fits the venue that a draft moves to", async () => {
    const path = `/v1/events/${await evenings.newEvening({ capacity: 10, admission_capacity: 500 })}`;
    const [small, large] = [
      await newVenue(evenings.tenant, { capacity: 499 }),
      await newVenue(evenings.tenant, { capacity: 500 }),
    ];
    expect(await bodyOf(await change(evenings.tenant, path, { venue_id: small }))).toMatchObject(above(500, 499));
    expect((await change(evenings.tenant, path, { venue_id: large })).status).toBe(200);
  });

  it("[V3] is never above the venue's, though 20 that shrink it and 20 new events come at once", async () => {
    const id = await newVenue(evenings.tenant, { capacity: 1_000 });
    const add = (n: number) =>
      evenings.post("/v1/events", eventBody(id, { capacity: 1, admission_capacity: 380 + 2 * n }));
    const shrink = (n: number) => change(evenings.tenant, `/v1/venues/${id}`, { capacity: 400 + n });
    const answers = await Promise.all(Array.from({ length: 20 }, (_, n) => [add(n), shrink(n)]).flat());
    for (const { status } of answers) expect([200, 201, 409, 412, 503]).toContain(status);
    const { data } = (await evenings.read(`/v1/events?venue_id=${id}&limit=100`)) as {
      data: { admission_capacity: number }[];
    };
    const { capacity } = await evenings.read(`/v1/venues/${id}`);
    expect(Math.max(0, ...data.map((event) => event.admission_capacity))).toBeLessThanOrEqual(Number(capacity));
  });
});

/** Its times in the response. */
function utc(fields: object): object {
  const isTime = (value: unknown): value is string => typeof value === "string" && value.endsWith("Z");
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, isTime(value) ? new Date(value).toISOString() : value]),
  );
}
