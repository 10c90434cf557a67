// Whom ticket types let in, when and where (rule D8), as the catalogue keeps it.

import { beforeAll, describe, expect, it } from "vitest";
import {
  auditOf,
  change,
  faults,
  move,
  newVenue,
  openTenant,
  remove,
  STANDARD,
  termsInside,
  traceOf,
} from "../../support/catalogue.ts";
import { at, ms, newGate, openEvenings, window } from "../two-gates.ts";
import { bodyOf, refusalOf } from "../../support/http.ts";

let evenings: Awaited<ReturnType<typeof openEvenings>>;
beforeAll(async () => {
  evenings = await openEvenings();
});

/** The paths that a refusal names, after its code. */
async function refusedAt(answer: Promise<Response>): Promise<unknown[]> {
  const { code, errors } = await bodyOf(await answer);
  return [code, ...((errors ?? []) as { path: string }[]).map(({ path }) => path)];
}

describe("[D8] a ticket type's admission", () => {
  it("takes what is left out from the standard one, is kept as it was sent, and null resets it", async () => {
    const eventId = await evenings.newEvening();
    const sent = {
      entry: "reentry",
      gates: [evenings.gates[1], evenings.gates[0]],
      windows: [window("16:00:00", "20:00:00")],
      per_day: 2,
    };
    const path = `/v1/ticket-types/${await evenings.newType(eventId, sent)}`;
    const kept = { ...STANDARD, ...sent, windows: [{ from: at("16:00:00.000"), until: at("20:00:00.000") }] };
    expect(await evenings.read(path)).toMatchObject({ admission: kept, version: 1 });
    const other = { entry: "free", max_entries: 3, gap_minutes: 10, admits: 20 };
    expect(await bodyOf(await change(evenings.tenant, path, { admission: other }))).toMatchObject({
      admission: { ...STANDARD, ...other },
    });
    expect(await bodyOf(await change(evenings.tenant, path, { name: "Same" }))).toMatchObject({
      admission: { ...STANDARD, ...other },
    });
    expect(await bodyOf(await change(evenings.tenant, path, { admission: null }))).toMatchObject({
      admission: STANDARD,
    });
    const told = (await auditOf(evenings.tenant, path.slice(17))).map(({ changes }) => changes["admission"]);
    const stored = { ...STANDARD, ...sent, windows: [{ from: ms("16:00:00"), until: ms("20:00:00") }] };
    expect(told).toEqual([stored, { ...STANDARD, ...other }, undefined, null]);
  });

  it("that says what is stored already leaves no trace, however it says it", async () => {
    const path = `/v1/ticket-types/${await evenings.newType(await evenings.newEvening(), { admits: 2 })}`;
    const before = await traceOf(evenings.tenant);
    const windows = null;
    expect((await change(evenings.tenant, path, { admission: { windows, admits: 2, entry: "once" } })).status).toBe(
      200,
    );
    expect(await traceOf(evenings.tenant)).toEqual(before);
    const plain = `/v1/ticket-types/${await evenings.newType(await evenings.newEvening(), null)}`;
    for (const admission of [{}, STANDARD, null]) {
      expect(await bodyOf(await change(evenings.tenant, plain, { admission }))).toMatchObject({ version: 1 });
    }
  });

  it("[K6] is sent to no inventory", async () => {
    const typeId = await evenings.newType(await evenings.newEvening(), null);
    await change(evenings.tenant, `/v1/ticket-types/${typeId}`, { admission: { admits: 4 } });
    expect(await termsInside(typeId)).toMatchObject({ version: 1 });
  });

  it.each([
    [{ entry: "twice" }, ["/admission/entry"]],
    [{ admits: 20 }, []],
    [{ admits: 21 }, ["/admission/admits"]],
    [{ admits: 0, nonsense: 1 }, ["/admission/admits", "/admission/nonsense"]],
    [{ per_day: 1 }, ["/admission/per_day"]],
    [{ entry: "free", per_day: 10_000, max_entries: 10_000, gap_minutes: 10_080 }, []],
    [
      { entry: "free", per_day: 10_001, max_entries: 0, gap_minutes: 10_081 },
      ["/admission/per_day", "/admission/max_entries", "/admission/gap_minutes"],
    ],
    [{ gates: [] }, ["/admission/gates"]],
    [{ windows: [] }, ["/admission/windows"]],
    [{ gates: ["gate_x", "gate_x"] }, ["/admission/gates"]],
    [{ windows: [{ from: "16:00" }] }, ["/admission/windows/0/from", "/admission/windows/0/until"]],
    [{ windows: [window("18:00:00", "18:00:00")] }, ["/admission/windows/0/until"]],
    [{ windows: [window("18:00:00", "19:00:00"), window("18:59:59", "20:00:00")] }, ["/admission/windows/1/from"]],
    [{ windows: [window("18:00:00", "19:00:00"), window("19:00:00", "20:00:00")] }, []],
    [[], ["/admission"]],
  ])("of %j is refused at %j", async (admission, refused) => {
    const eventId = await evenings.newEvening();
    expect(await faults(evenings.addType(eventId, admission))).toEqual(refused);
    const path = `/v1/ticket-types/${await evenings.newType(eventId, null)}`;
    expect(await faults(change(evenings.tenant, path, { admission }))).toEqual(refused);
  });

  it("names at most 100 gates and 100 windows", async () => {
    const eventId = await evenings.newEvening();
    const minutes = Array.from({ length: 101 }, (_, n) => {
      const from = ms("18:00:00") + n * 60_000;
      return { from: new Date(from).toISOString(), until: new Date(from + 60_000).toISOString() };
    });
    expect(await faults(evenings.addType(eventId, { windows: minutes }))).toEqual(["/admission/windows"]);
    expect(await faults(evenings.addType(eventId, { windows: minutes.slice(1) }))).toEqual([]);
    const ids = Array.from({ length: 101 }, (_, n) => `gate_${n}`);
    expect(await refusedAt(evenings.addType(eventId, { gates: ids }))).toEqual(["invalid_request", "/admission/gates"]);
    expect(await refusedAt(evenings.addType(eventId, { gates: ids.slice(1) }))).toEqual([
      "unknown_reference",
      "/admission/gates/0",
    ]);
  });

  it.each([
    [window("15:59:59.999", "16:00:00.001"), []],
    [window("15:00:00", "16:00:00"), ["/admission/windows/1/until"]],
    [window("22:59:59.999", "23:59:00"), []],
    [window("23:00:00", "23:59:00"), ["/admission/windows/1/from"]],
  ])(
    "with a window %j beside one of the evening is refused at %j: it meets the event's doors",
    async (each, refused) => {
      const eventId = await evenings.newEvening();
      const [evening, late] = [window("18:00:00", "19:00:00"), each.from > at("19")];
      const windows = late ? [evening, each] : [each, evening];
      const paths = refused.map((path) => (late ? path : path.replace("1", "0")));
      expect(await faults(evenings.addType(eventId, { windows }))).toEqual(paths);
      const path = `/v1/ticket-types/${await evenings.newType(eventId, null)}`;
      expect(await faults(change(evenings.tenant, path, { admission: { windows } }))).toEqual(paths);
    },
  );

  it("with a window that new times of the event would close forbids them, to the millisecond", async () => {
    const eventId = await evenings.newEvening();
    const typeId = await evenings.newType(eventId, { windows: [window("17:00:00", "20:00:00")] });
    const path = `/v1/events/${eventId}`;
    const tried = async (times: object) => faults(change(evenings.tenant, path, times));
    expect(await tried({ doors_open: at("20:00:00") })).toEqual(["/doors_open"]);
    expect(await tried({ start_time: at("22:00:00") })).toEqual(["/start_time"]);
    expect(await tried({ end_time: at("17:00:00"), start_time: at("16:00:00"), sale_end: at("12:00:00") })).toEqual([
      "/end_time",
    ]);
    expect(await tried({ doors_open: at("19:59:59.999") })).toEqual([]);
    expect(await tried({ doors_open: null, start_time: at("21:59:59.999") })).toEqual([]);
    const early = { end_time: at("17:00:00.001"), start_time: at("16:00:00"), sale_end: at("12:00:00") };
    expect(await tried(early)).toEqual([]);
    await change(evenings.tenant, `/v1/ticket-types/${typeId}`, { admission: null });
    expect(await tried({ end_time: at("16:30:00") })).toEqual([]);
  });
});

describe("[D8] the gates of an admission", () => {
  it("[T3] are gates of the event's venue: any other is unknown at its path, whosever it is", async () => {
    const stranger = await openTenant();
    const foreign = await newGate(stranger, await newVenue(stranger));
    const elsewhere = await newGate(evenings.tenant, await newVenue(evenings.tenant));
    const eventId = await evenings.newEvening();
    const path = `/v1/ticket-types/${await evenings.newType(eventId, { gates: evenings.gates })}`;
    const before = await traceOf(evenings.tenant);
    for (const other of [elsewhere, foreign, `${evenings.gates[0].slice(0, -1)}_`, "nonsense", ""]) {
      const admission = { gates: [evenings.gates[0], other] };
      expect(await refusedAt(evenings.addType(eventId, admission))).toEqual([
        "unknown_reference",
        "/admission/gates/1",
      ]);
      expect(await refusedAt(change(evenings.tenant, path, { admission }))).toEqual([
        "unknown_reference",
        "/admission/gates/1",
      ]);
    }
    expect(await traceOf(evenings.tenant)).toEqual(before);
    const nowhere = eventId.replace(/.$/, (last) => (last === "0" ? "1" : "0"));
    expect(await refusalOf(evenings.addType(nowhere, { gates: ["nonsense"] }))).toBe("404 not_found");
  });

  it("[G1] are in use: deleted only when no type names them any more, of an event that is over too", async () => {
    const gate = await newGate(evenings.tenant, evenings.venueId);
    const path = `/v1/gates/${gate}`;
    const eventId = await evenings.newEvening();
    const typeId = await evenings.newType(eventId, { gates: [evenings.gates[0], gate] });
    for (const transition of ["publish", "start", "end", "archive"]) {
      expect((await move(evenings.tenant, eventId, transition)).status).toBe(200);
    }
    expect(await bodyOf(await remove(evenings.tenant, path))).toMatchObject({
      ...{ status: 409, code: "in_use", event_ids: [eventId] },
    });
    const admission = { gates: [evenings.gates[0]] };
    expect((await change(evenings.tenant, `/v1/ticket-types/${typeId}`, { admission })).status).toBe(200);
    expect((await remove(evenings.tenant, path)).status).toBe(204);
  });

  it("[G1] and their deletion exclude each other: after 20 concurrent pairs no type names a lost gate", async () => {
    const eventId = await evenings.newEvening();
    const made = await Promise.all(Array.from({ length: 20 }, () => newGate(evenings.tenant, evenings.venueId)));
    const pairs = made.map(
      (id) => [evenings.addType(eventId, { gates: [id] }), remove(evenings.tenant, `/v1/gates/${id}`)] as const,
    );
    const answers = await Promise.all(pairs.map((pair) => Promise.all(pair)));
    for (const [added, gone] of answers) expect([added.status === 201, gone.status === 204]).toContain(false);
    const { data } = (await evenings.read(`/v1/venues/${evenings.venueId}/gates?limit=100`)) as {
      data: { id: string }[];
    };
    const there = new Set(data.map(({ id }) => id));
    answers.forEach(([added], index) => expect(added.status === 201).toBe(there.has(made[index] ?? "")));
  });

  it("[E6] keep a draft at its venue until they are set to null", async () => {
    const eventId = await evenings.newEvening({ capacity: 10 });
    const typeId = await evenings.newType(eventId, { gates: [evenings.gates[0]] });
    const venue_id = await newVenue(evenings.tenant);
    const moved = () => change(evenings.tenant, `/v1/events/${eventId}`, { venue_id });
    expect(await faults(moved())).toEqual(["/venue_id"]);
    await change(evenings.tenant, `/v1/ticket-types/${typeId}`, { admission: { admits: 2 } });
    expect(await bodyOf(await moved())).toMatchObject({ venue_id });
  });
});
