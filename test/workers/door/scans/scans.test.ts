// Scans over HTTP up to the door: who may scan, what is refused before the door, which call it gets, and which parts of
// it appear in no response. The door itself is a stand-in here; door/door.test.ts tests the real one.

import { beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { newId } from "../../../../src/app/context.ts";
import { type Refusal, UNAVAILABLE } from "../../../../src/domain/errors.ts";
import { accept, refuse } from "../../../../src/domain/result.ts";
import type { DoorLogQuery } from "../../../../src/door/storage/door-store.ts";
import { AT, openStub, scanAt, scansOf, type Stub } from "../stub.ts";
import { type Doors, openDoors } from "../../support/doors.ts";
import { apiKey, bodyOf, refusalOf, saysToWait, shopper } from "../../support/http.ts";

const { scans, counts, send } = openStub();
let show: Doors;
beforeAll(async () => {
  show = await openDoors();
});
beforeEach(() => {
  scans.length = 0;
});

const scan = (token: string, more: object = {}, stub: Stub = {}) =>
  send("POST", scansOf(show), { token, json: scanAt(show, more) }, stub);

describe("[D3] a scan", () => {
  it("goes to the door as it came, from a device at its gate and from an organiser at none", async () => {
    const [first, acked] = [newId("scn"), newId("scn")];
    const code = " ]Q1vg1 as it came ";
    const { token, id } = show.device;
    const body = await bodyOf(await scan(token, { scan_id: first, code, acked: [acked], direction: "out" }));
    expect(body).toEqual({
      ...{ scan_id: first, verdict: "forged", let_in: false, again: false, at: "2026-12-05T18:00:00.000Z" },
      ...{ serial: "00000-00000-Z", ticket_type_id: null },
    });
    const { organizationId, actor } = show.tenant;
    expect(scans).toEqual([
      {
        by: { id, organizationId, device: { venueId: show.venueId, gateId: show.gateId, eventId: null } },
        ...{
          scanId: first,
          code,
          direction: "out",
          source: "camera",
          gateId: show.gateId,
          acked: [acked],
          fromLease: 0,
          override: null,
        },
        ...{ ticketTypeId: null, requestId: expect.any(String) },
      },
    ]);
    await scan(show.tenant.token, { source: "reader", override: { reason: " VIP of the band " } });
    expect(scans[1]).toMatchObject({
      by: { id: actor.id, organizationId, device: null },
      ...{ source: "reader", override: "VIP of the band", acked: [] },
    });
  });

  it("[D2] of a camera or a reader queries nothing in D1, once the credential is known", async () => {
    for (const token of [show.device.token, show.tenant.token]) {
      await scan(token);
      counts.statements = 0;
      for (const source of ["camera", "reader"]) expect((await scan(token, { source })).status).toBe(200);
      expect(counts.statements).toBe(0);
    }
  });

  it("[D4] [D9] that the door refuses is a problem, and one that it does not admit is none", async () => {
    const { token } = show.device;
    const refused = (refusal: Refusal) => scan(token, {}, { answer: () => refuse(refusal) });
    expect(await refusalOf(refused({ code: "scan_id_reused" }))).toBe("422 scan_id_reused");
    expect(await refusalOf(refused({ code: "door_closed" }))).toBe("409 door_closed");
    expect(await refusalOf(refused({ code: "not_found" }))).toBe("404 not_found");
    const away = await refused(UNAVAILABLE);
    expect([away.status, saysToWait(away, 1)]).toEqual([503, true]);
    const told = { verdict: { verdict: "repeat" }, serial: 1, ticketTypeId: null } as const;
    const answer: Stub["answer"] = ({ scanId }) => accept({ scanId, at: AT, again: true, ...told });
    const repeat = await bodyOf(await scan(token, {}, { answer }));
    expect(repeat).toMatchObject({ verdict: "repeat", again: true, let_in: false });
  });
});

describe("[D21] who scans", () => {
  it("has manage_ticketing_and_pricing, or is a device: nobody else's scan reaches the door", async () => {
    const { organizationId } = show.tenant;
    for (const granted of [["view_orders"], ["perform_scans"], ["view_read_only"], ["manage_devices"], []] as const) {
      const { token } = await apiKey(organizationId, granted);
      expect(await refusalOf(scan(token)), granted.join()).toBe("403 forbidden");
    }
    expect(await refusalOf(scan((await shopper()).token))).toBe("403 forbidden");
    expect(scans).toEqual([]);
    const { token } = await apiKey(organizationId, ["manage_ticketing_and_pricing"]);
    expect((await scan(token)).status).toBe(200);
  });

  it("[D15] and is a device overrides nothing: 403, and the door is not called", async () => {
    const override = { reason: "I know him" };
    expect(await refusalOf(scan(show.device.token, { override }))).toBe("403 forbidden");
    expect(scans).toEqual([]);
    expect((await scan(show.tenant.token, { override })).status).toBe(200);
  });
});

describe("a scan that is not valid", () => {
  const LONG = "K".repeat(1_001);
  it.each<[string, object, string[]]>([
    ["no scan_id", { scan_id: undefined }, ["/scan_id"]],
    ["a scan_id of another kind", { scan_id: newId("dev") }, ["/scan_id"]],
    ["a scan_id that is cut off", { scan_id: newId("scn").slice(0, -1) }, ["/scan_id"]],
    ["a number as code", { code: 7 }, ["/code"]],
    ["null as code", { code: null }, ["/code"]],
    ["a code that is too long", { code: LONG }, ["/code"]],
    ["an unknown direction", { direction: "up" }, ["/direction"]],
    ["an unknown source", { source: "nfc" }, ["/source"]],
    ["a gate that is no text", { gate_id: 1 }, ["/gate_id"]],
    ["acked that is no list", { acked: "scn" }, ["/acked"]],
    ["an acked id that is none", { acked: [newId("scn"), "scn_x"] }, ["/acked/1"]],
    ["51 acked", { acked: Array.from({ length: 51 }, () => newId("scn")) }, ["/acked"]],
    ["an override that says nothing", { override: { reason: " " } }, ["/override/reason"]],
    ["an override of 201 characters", { override: { reason: "x".repeat(201) } }, ["/override/reason"]],
    ["an override without a reason", { override: {} }, ["/override/reason"]],
    ["an override that is a text", { override: "because" }, ["/override"]],
    ["an unknown field", { device_time: 1 }, ["/device_time"]],
  ])("has %s: 400 at its path, before the door", async (_, more, paths) => {
    const refused = await bodyOf(await scan(show.tenant.token, more));
    expect(refused).toMatchObject({ status: 400, code: "invalid_request" });
    expect((refused["errors"] as { path: string }[]).map((each) => each.path)).toEqual(paths);
    expect(scans).toEqual([]);
  });

  it("may have what is just short of that", async () => {
    const acked = Array.from({ length: 50 }, () => newId("scn"));
    const longest = { code: "x".repeat(1_000), acked, override: { reason: "x".repeat(200) } };
    for (const more of [longest, { code: "" }]) expect((await scan(show.tenant.token, more)).status).toBe(200);
  });

  it("is of an event or at a gate whose id is none: 404", async () => {
    const { token } = show.device;
    expect(await refusalOf(scan(token, { gate_id: "gate_x" }))).toBe("404 not_found");
    expect(await refusalOf(send("POST", "/v1/events/evt_x/scans", { token, json: scanAt(show) }))).toBe(
      "404 not_found",
    );
    expect(scans).toEqual([]);
  });

  it("[N6] has its code in no response and in no line of the log, whatever is wrong with it", async () => {
    const code = `VG1${"7".repeat(128)}`;
    const lines: unknown[] = [];
    for (const level of ["log", "info", "warn", "error", "debug"] as const)
      vi.spyOn(console, level).mockImplementation((...line: unknown[]) => void lines.push(line));
    const told: string[] = [];
    const tell = async (sent: Promise<Response>) => told.push(await (await sent).text());
    for (const more of [
      {},
      { code: code.repeat(8) },
      { code: [code] },
      { code: { code } },
      { scan_id: code },
      { direction: code },
      { source: code },
      { gate_id: code },
      { acked: [code] },
      { override: code },
    ])
      await tell(scan(show.tenant.token, { code, ...more }));
    for (const raw of [`{"code": "${code}"`, `"${code}"`, `["${code}"]`, code]) {
      const headers = { "Content-Type": "application/json" };
      await tell(send("POST", scansOf(show), { token: show.tenant.token, raw, headers }));
    }
    const answer = () => {
      throw new Error("the door is broken");
    };
    await tell(scan(show.tenant.token, { code }, { answer }));
    vi.restoreAllMocks();
    expect(told.length).toBe(15);
    expect([...told, JSON.stringify(lines)].join("\n")).not.toMatch(/7777/);
  });
});

describe("[D1] the log of a door", () => {
  const nothing = accept({ rows: [], nextSeq: null });
  const read = (query: string, log: NonNullable<Stub["log"]>, token = show.tenant.token) =>
    send("GET", scansOf(show) + query, { token }, { log });

  it("[D21] is for who has view_orders, and no device", async () => {
    const { organizationId } = show.tenant;
    const manager = await apiKey(organizationId, ["manage_ticketing_and_pricing"]);
    for (const token of [manager.token, show.device.token])
      expect(await refusalOf(read("", () => nothing, token))).toBe("403 forbidden");
    const { token } = await apiKey(organizationId, ["view_orders"]);
    expect((await read("", () => nothing, token)).status).toBe(200);
  });

  it("is called with what the query says, and goes on where its page ended", async () => {
    const queries: DoorLogQuery[] = [];
    const log = (query: DoorLogQuery) => {
      queries.push(query);
      return accept({ rows: [], nextSeq: queries.length === 1 ? 40 : null });
    };
    const filters = `after_seq=7&limit=3&decided=override&verdict=admitted&gate_id=${show.gateId}&device_id=${show.device.id}`;
    const first = await bodyOf(await read(`?${filters}`, log));
    const cursor = String(first["next_cursor"]);
    const second = await bodyOf(await read(`?${filters}&cursor=${cursor}`, log));
    expect([first["data"], second]).toEqual([[], { checkpoint: null, data: [], next_cursor: null }]);
    const query = { limit: 3, decided: "override", verdict: "admitted", gateId: show.gateId, deviceId: show.device.id };
    const { organizationId, actor } = show.tenant;
    const by = { id: actor.id, organizationId, device: null };
    expect(queries).toEqual([
      { by, ...query, afterSeq: 7 },
      { by, ...query, afterSeq: 40 },
    ]);
    await read("", log);
    expect(queries[2]).toEqual({
      by,
      afterSeq: 0,
      limit: 25,
      decided: null,
      verdict: null,
      gateId: null,
      deviceId: null,
    });
    for (const other of ["after_seq=7&limit=3&verdict=used", "after_seq=8", ""])
      expect(await refusalOf(read(`?${other}&cursor=${cursor}`, log))).toBe("400 invalid_request");
  });

  it.each([
    "after_seq=-1",
    "after_seq=x",
    "verdict=repeat",
    "verdict=no",
    "decided=device",
    "limit=0",
    "limit=101",
    "serial=1",
  ])("refuses %s", async (query) => {
    expect(await refusalOf(read(`?${query}`, () => nothing))).toBe("400 invalid_request");
  });
});
