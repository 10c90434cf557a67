// Batches of what scanners decided alone, over HTTP up to the door: which call it gets, who may upload, and what is
// refused before it. The door itself is a stand-in here, and the real one at the end.

import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { newId } from "../../../../src/app/context.ts";
import { accept, refuse } from "../../../../src/domain/result.ts";
import type { UploadedBatch } from "../../../../src/door/client.ts";
import { AT, openStub, scanAt, scansOf, type Stub } from "../stub.ts";
import { type Doors, openDoors } from "../../support/doors.ts";
import { apiKey, bodyOf, refusalOf, shopper } from "../../support/http.ts";

const { batches, scans, counts, send } = openStub();
let show: Doors;
beforeAll(async () => {
  show = await openDoors();
});
beforeEach(() => {
  batches.length = 0;
  scans.length = 0;
});

const row = (more: object = {}) => ({
  ...{
    scan_id: newId("scn"),
    serial: "2GPSK-SFJ5J-M",
    type_number: 3,
    generation: 2,
    direction: "in",
    source: "camera",
  },
  ...{
    gate_id: show.gateId,
    at: "2026-12-05T20:00:00.123+02:00",
    clock_unsure: false,
    counter: 7,
    verdict: "admitted",
  },
  ...more,
});
const post = (json: object, stub: Stub = {}, token = show.device.token) =>
  send("POST", scansOf(show), { token, json }, stub);

describe("[D4] [D19] a batch", () => {
  it("goes to the door row by row, and queries nothing in D1; what may be left out is nothing", async () => {
    const [first, after] = [newId("scn"), newId("scn")];
    const unread = {
      serial: null,
      type_number: null,
      generation: null,
      source: "reader",
      verdict: "unreadable",
      after,
    };
    const uploads = [row({ scan_id: first }), row({ ...unread, clock_unsure: true })];
    await post({ uploads });
    counts.statements = 0;
    batches.length = 0;
    const answer = await post({
      uploads: [row({ scan_id: first, clock_unsure: undefined }), row({ ...unread, counter: 8 })],
    });
    expect([answer.status, counts.statements, scans]).toEqual([200, 0, []]);
    const { id } = show.device;
    const at = Date.parse("2026-12-05T18:00:00.123Z");
    expect(batches).toEqual([
      {
        by: {
          id,
          organizationId: show.tenant.organizationId,
          device: { venueId: show.venueId, gateId: show.gateId, eventId: null },
        },
        requestId: expect.any(String),
        rows: [
          {
            ...{ scanId: first, serial: expect.any(Number), typeNumber: 3, generation: 2, direction: "in", at },
            ...{ gateId: show.gateId, source: "camera", clockUnsure: false, counter: 7, verdict: "admitted" },
            ...{ override: null, after: null, fromLease: 0 },
          },
          {
            ...{ scanId: expect.any(String), serial: null, typeNumber: null, generation: null, direction: "in", at },
            ...{ gateId: show.gateId, source: "reader", clockUnsure: false, counter: 8, verdict: "unreadable" },
            ...{ override: null, after, fromLease: 0 },
          },
        ],
      },
    ]);
  });

  it("gets its replies row by row, in its order, also where a gate's id is none", async () => {
    const uploads = [row({ gate_id: "gate_x" }), row(), row({ gate_id: "here" }), row()];
    const conflict = { id: "double_entry.x", kind: "double_entry" } as const;
    const rows: UploadedBatch["rows"] = [
      { outcome: "taken", conflicts: [conflict], fromLease: 2 },
      { outcome: "scan_id_reused", conflicts: [] },
    ];
    const body = await bodyOf(await post({ uploads }, { upload: () => accept({ at: AT, rows }) }));
    const [one, two, three, four] = uploads.map(({ scan_id }) => scan_id);
    expect(body).toEqual({
      at: "2026-12-05T18:00:00.000Z",
      uploads: [
        { scan_id: one, outcome: "not_found", conflicts: [] },
        { scan_id: two, outcome: "taken", conflicts: [conflict], from_lease: 2 },
        { scan_id: three, outcome: "not_found", conflicts: [] },
        { scan_id: four, outcome: "scan_id_reused", conflicts: [] },
      ],
    });
  });

  it("[D15] says why a supervisor let in", async () => {
    const override = { reason: " VIP of the band " };
    await post({ uploads: [row({ override })] }, {}, show.tenant.token);
    expect(batches[0]).toMatchObject({ by: { device: null }, rows: [{ override: "VIP of the band" }] });
  });

  it("that the door refuses is a problem", async () => {
    const refused = (code: "door_closed" | "not_found") =>
      refusalOf(post({ uploads: [row()] }, { upload: () => refuse({ code }) }));
    expect(await refused("door_closed")).toBe("409 door_closed");
    expect(await refused("not_found")).toBe("404 not_found");
    const busy = () => refuse({ code: "overloaded", retryAfterSeconds: 1 } as const);
    expect(await refusalOf(post({ uploads: [row()] }, { upload: busy }))).toBe("503 overloaded");
    expect(
      await refusalOf(send("POST", "/v1/events/evt_x/scans", { token: show.device.token, json: { uploads: [row()] } })),
    ).toBe("404 not_found");
  });
});

it("[D21] a batch is of who scans: nobody else's reaches the door", async () => {
  const { organizationId } = show.tenant;
  for (const granted of [["view_orders"], ["perform_scans"], ["view_read_only"], ["manage_devices"], []] as const) {
    const { token } = await apiKey(organizationId, granted);
    expect(await refusalOf(post({ uploads: [row()] }, {}, token)), granted.join()).toBe("403 forbidden");
  }
  expect(await refusalOf(post({ uploads: [row()] }, {}, (await shopper()).token))).toBe("403 forbidden");
  expect(batches).toEqual([]);
});

describe("a batch that is not valid", () => {
  const two = (more: object) => ({ uploads: [row(), row(more)] });
  it.each<[string, () => object, string[]]>([
    ["no rows", () => ({ uploads: [] }), ["/uploads"]],
    ["201 rows", () => ({ uploads: Array.from({ length: 201 }, () => 1) }), ["/uploads"]],
    ["rows that are no list", () => ({ uploads: "all" }), ["/uploads"]],
    ["a scan beside its rows", () => ({ uploads: [row()], code: "VG1" }), ["/code"]],
    ["a row that is none", () => ({ uploads: [row(), 7] }), ["/uploads/1"]],
    ["no scan_id", () => two({ scan_id: undefined }), ["/uploads/1/scan_id"]],
    ["a scan_id of another kind", () => two({ scan_id: newId("dev") }), ["/uploads/1/scan_id"]],
    ["a serial that is none", () => two({ serial: "2GPSK-SFJ5J-MM" }), ["/uploads/1/serial"]],
    ["a serial that is a number", () => two({ serial: 7 }), ["/uploads/1/serial"]],
    ["no serial", () => two({ serial: undefined }), ["/uploads/1/serial"]],
    ["a code in its place", () => two({ code: "VG1" }), ["/uploads/1/code"]],
    ["a type number of 0", () => two({ type_number: 0 }), ["/uploads/1/type_number"]],
    ["a type number of 256", () => two({ type_number: 256 }), ["/uploads/1/type_number"]],
    ["a generation of 251", () => two({ generation: 251 }), ["/uploads/1/generation"]],
    ["an unknown direction", () => two({ direction: "up" }), ["/uploads/1/direction"]],
    ["an unknown source", () => two({ source: "nfc" }), ["/uploads/1/source"]],
    ["a gate that is no text", () => two({ gate_id: 1 }), ["/uploads/1/gate_id"]],
    ["a time without an offset", () => two({ at: "2026-12-05T20:00:00" }), ["/uploads/1/at"]],
    ["a time that is a number", () => two({ at: 1 }), ["/uploads/1/at"]],
    ["a clock that is no truth", () => two({ clock_unsure: "no" }), ["/uploads/1/clock_unsure"]],
    ["a counter of 0", () => two({ counter: 0 }), ["/uploads/1/counter"]],
    ["half a counter", () => two({ counter: 1.5 }), ["/uploads/1/counter"]],
    ["no verdict that is shown", () => two({ verdict: "repeat" }), ["/uploads/1/verdict"]],
    ["an exit that lets in", () => two({ direction: "out" }), ["/uploads/1/verdict"]],
    ["an entry that lets out", () => two({ verdict: "exited" }), ["/uploads/1/verdict"]],
    ["a passage of no ticket", () => two({ serial: null }), ["/uploads/1/serial"]],
    ["an override that says nothing", () => two({ override: { reason: " " } }), ["/uploads/1/override/reason"]],
    [
      "an override by which nobody came in",
      () => two({ verdict: "used", override: { reason: "x" } }),
      ["/uploads/1/override"],
    ],
    ["an `after` that is none", () => two({ after: "scn_x" }), ["/uploads/1/after"]],
    ["an unknown field", () => two({ let_in: true }), ["/uploads/1/let_in"]],
    [
      "two faults in two rows",
      () => ({ uploads: [row({ at: 1 }), row({ counter: 0 })] }),
      ["/uploads/0/at", "/uploads/1/counter"],
    ],
  ])("has %s: 400 at its path, before the door", async (_, json, paths) => {
    const refused = await bodyOf(await post(json()));
    expect(refused).toMatchObject({ status: 400, code: "invalid_request" });
    expect((refused["errors"] as { path: string }[]).map((each) => each.path)).toEqual(paths);
    expect([batches, scans]).toEqual([[], []]);
  });

  it("is none with 200 rows and the longest of each, and a body that is no object is refused as such", async () => {
    const longest = { type_number: 255, generation: 250, counter: Number.MAX_SAFE_INTEGER, after: newId("scn") };
    const uploads = Array.from({ length: 200 }, () => row({ ...longest, verdict: "readmitted" }));
    expect((await post({ uploads: uploads.slice(0, 150) })).status).toBe(200);
    expect((await post({ uploads: Array.from({ length: 200 }, () => row()) })).status).toBe(200);
    for (const raw of ["[]", "null", "7", '"uploads"']) {
      const headers = { "Content-Type": "application/json" };
      expect(await refusalOf(send("POST", scansOf(show), { token: show.device.token, raw, headers }))).toBe(
        "400 invalid_request",
      );
    }
    expect((await post(scanAt(show))).status, "and one scan is as it was").toBe(200);
    expect(scans).toHaveLength(1);
  });
});
