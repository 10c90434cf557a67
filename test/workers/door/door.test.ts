// An evening at a door over HTTP: who is let in and counted, what is repeated, and whom the door does not know.

import { beforeEach, describe, expect, it } from "vitest";
import { newId } from "../../../src/app/context.ts";
import { newDraft, newTicketType } from "../support/catalogue.ts";
import { type At, atGate, type Bought, buy, logOf, openEvening, scanTicket, verdictOf } from "./evening.ts";
import { scansOf } from "./stub.ts";
import { type Doors, openGate } from "../support/doors.ts";
import { apiKey, ask, bodyOf, ISO, refusalOf } from "../support/http.ts";

let show: Doors;
let here: At;
let there: At & { readonly id: string };
let ticket: Bought;
beforeEach(async () => {
  show = await openEvening();
  here = atGate(show);
  const other = await openGate(show.tenant, show.venueId);
  there = { ...atGate(other), id: other.device.id };
  ticket = await buy(show, show.typeId);
});

const countsOf = async ({ eventId, tenant }: Doors) =>
  bodyOf(await ask("GET", `/v1/events/${eventId}/door`, { token: tenant.token }));
const refused = (...asked: Parameters<typeof scanTicket>) => refusalOf(scanTicket(...asked));

describe("a ticket at the gates", () => {
  it("[D3] [D10] is let in once, counted at its gate, and is then known at every gate by when and where", async () => {
    const scan_id = newId("scn");
    const admitted = await verdictOf(show, here, ticket.code, { scan_id });
    expect(admitted).toEqual({
      ...{ scan_id, verdict: "admitted", let_in: true, again: false, at: expect.stringMatching(ISO) },
      ...{ serial: ticket.serial, ticket_type_id: show.typeId, persons: 1, inside: 1, inside_by: 1 },
      ...{ attention: null, against: null, from_lease: 0 },
    });
    const at = admitted["at"];
    const entered = { at, gate_id: here.gateId, device_id: show.device.id };
    const again = await verdictOf(show, there, ticket.code);
    expect(again).toMatchObject({ verdict: "already_inside", let_in: false, again: false, entered });
    expect(await countsOf(show)).toEqual({
      ...{ event_id: show.eventId, seq: expect.any(Number), at: expect.stringMatching(ISO), inside: 1, admitted: 1 },
      capacity: { soft: 1_000, hard: 1_000 },
      gates: expect.toSatisfy((gates: unknown[]) => gates.length === 2),
    });
    expect((await countsOf(show))["gates"]).toEqual(
      expect.arrayContaining([
        { gate_id: here.gateId, entries: 1, exits: 0, inside_by: 1 },
        { gate_id: there.gateId, entries: 0, exits: 0, inside_by: 0 },
      ]),
    );
  });

  it("[D7] [D8] goes out at any gate, and in again as its type says", async () => {
    const json = { entry: "reentry" };
    const twice = await buy(show, await newTicketType(show.tenant, show.eventId, { admission: json }));
    for (const { code } of [ticket, twice]) {
      await verdictOf(show, here, code);
      const out = await verdictOf(show, there, code, { direction: "out" });
      expect(out).toMatchObject({ verdict: "exited", let_in: false, persons: 1 });
    }
    const used = await verdictOf(show, here, ticket.code);
    const [entered, left] = [
      { at: expect.stringMatching(ISO), gate_id: here.gateId, device_id: show.device.id },
      { at: expect.stringMatching(ISO), gate_id: there.gateId, device_id: there.id },
    ];
    expect(used).toMatchObject({ verdict: "used", entered, left });
    expect(await verdictOf(show, there, twice.code)).toMatchObject({ verdict: "readmitted", let_in: true, inside: 1 });
    expect(await verdictOf(show, here, ticket.code, { direction: "out" })).toMatchObject({
      ...{ verdict: "exit_unmatched", persons: 1 },
    });
    expect(await countsOf(show)).toMatchObject({ inside: 1, admitted: 2 });
  });

  it("[D15] is let in against a verdict by a supervisor, who says why", async () => {
    const admission = { gates: [there.gateId] };
    const vip = await buy(show, await newTicketType(show.tenant, show.eventId, { admission }));
    expect(await verdictOf(show, here, vip.code)).toMatchObject({ verdict: "wrong_gate", gates: [there.gateId] });
    const override = { reason: "The lift is broken" };
    expect(await refused(show, here, vip.code, { override })).toBe("403 forbidden");
    const boss = { ...here, token: show.tenant.token };
    const let_in = await verdictOf(show, boss, vip.code, { override });
    expect(let_in).toMatchObject({ verdict: "admitted", let_in: true, against: "wrong_gate" });
    const [row] = await logOf(show, "&verdict=admitted");
    expect(row).toMatchObject({ decided: "override", reason: override.reason, actor: show.tenant.actor.id });
  });
});

describe("a scan that is sent again", () => {
  it("[D4] with its scan_id has the same reply and one row, however often and at once", async () => {
    const more = { scan_id: newId("scn") };
    const first = await verdictOf(show, here, ticket.code, more);
    const repeats = Array.from({ length: 5 }, () => verdictOf(show, here, ticket.code, more));
    for (const repeat of await Promise.all(repeats)) expect(repeat).toEqual(first);
    const rows = (await logOf(show)).filter(({ scan_id }) => scan_id === more.scan_id);
    expect(rows).toMatchObject([{ kind: "entry", verdict: "admitted", let_in: true, serial: ticket.serial }]);
    expect(await countsOf(show)).toMatchObject({ inside: 1 });
  });

  it("[D4] with its scan_id but another gate, direction or ticket is refused, and counts nothing", async () => {
    const more = { scan_id: newId("scn") };
    const other = await buy(show, show.typeId);
    await verdictOf(show, here, ticket.code, more);
    const rows = await logOf(show);
    expect(await refused(show, there, ticket.code, more)).toBe("422 scan_id_reused");
    expect(await refused(show, here, ticket.code, { ...more, direction: "out" })).toBe("422 scan_id_reused");
    expect(await refused(show, here, other.code, more)).toBe("422 scan_id_reused");
    expect(await logOf(show)).toEqual(rows);
    expect(await countsOf(show)).toMatchObject({ inside: 1, admitted: 1 });
  });

  it("[D5] with a new scan_id by the same scanner has the first verdict until acknowledged, then a repeat", async () => {
    const first = await verdictOf(show, here, ticket.code);
    expect(await verdictOf(show, here, ticket.code)).toEqual({ ...first, again: true });
    const acked = [first["scan_id"]];
    const repeat = await verdictOf(show, here, ticket.code, { acked });
    const { scan_id, at, serial, ticket_type_id } = first;
    expect(repeat).toEqual({
      ...{ scan_id, at, serial, ticket_type_id, verdict: "repeat", let_in: false, again: true },
    });
    expect((await logOf(show)).filter(({ kind }) => kind === "entry")).toHaveLength(1);
  });
});

describe("whom the door does not know", () => {
  it("[T3] is another organisation and its devices: 404 as for no event, and nothing is written", async () => {
    const stranger = await openEvening();
    await verdictOf(show, here, ticket.code);
    const rows = await logOf(show);
    const theirs: At = { ...here, token: stranger.tenant.token };
    for (const at of [theirs, atGate(stranger), { ...here, token: stranger.device.token }])
      for (const eventId of [show.eventId, newId("evt")])
        expect(await refused({ ...show, eventId }, at, ticket.code)).toBe("404 not_found");
    for (const path of [scansOf(show), `/v1/events/${show.eventId}/door`])
      expect(await refusalOf(ask("GET", path, { token: stranger.tenant.token })), path).toBe("404 not_found");
    const door = `/v1/events/${show.eventId}/door`;
    expect(await refusalOf(ask("GET", door, { token: stranger.device.token }))).toBe("404 not_found");
    expect(await logOf(show)).toEqual(rows);
  });

  it("[D21] is a gate elsewhere, for a device any gate but its own, and an event of another venue", async () => {
    const elsewhere = (await openEvening()).gateId;
    const boss = { ...here, token: show.tenant.token };
    for (const gateId of [elsewhere, newId("gate")])
      expect(await refused(show, { ...boss, gateId }, ticket.code)).toBe("404 not_found");
    expect(await refused(show, { ...here, gateId: there.gateId }, ticket.code)).toBe("403 forbidden");
    const draft = await newDraft(show.tenant);
    expect(await refused({ ...show, eventId: draft.eventId as Doors["eventId"] }, here, ticket.code)).toBe(
      "404 not_found",
    );
    expect((await logOf(show)).filter(({ kind }) => kind !== "terms")).toEqual([]);
  });

  it("[D21] is a key or a device of the organisation that may not", async () => {
    const { organizationId } = show.tenant;
    for (const granted of [["perform_scans"], ["view_orders"], ["view_read_only"]] as const) {
      const { token } = await apiKey(organizationId, granted);
      expect(await refused(show, { ...here, token }, ticket.code)).toBe("403 forbidden");
    }
    expect((await logOf(show)).filter(({ kind }) => kind !== "terms")).toEqual([]);
  });
});

describe("[D14] [D16] what is taken back, clicked and corrected", () => {
  const undo = ({ eventId }: Doors, token: string, ref: unknown, scan_id: string = newId("scn")) =>
    ask("POST", `${scansOf({ eventId })}/${String(ref)}/undo`, { token, json: { scan_id } });
  const count = ({ eventId }: Doors, token: string, json: object) =>
    ask("POST", `/v1/events/${eventId}/door/counts`, { token, json: { scan_id: newId("scn"), ...json } });
  const insideOf = async (door: Doors) => (await countsOf(door))["inside"];

  it("a device takes its own scan back, a supervisor anybody's, nobody else's device, and each but once", async () => {
    const first = await verdictOf(show, here, ticket.code);
    expect(await refusalOf(undo(show, there.token, first["scan_id"]))).toBe("403 forbidden");
    const scan_id = newId("scn");
    const undone = await bodyOf(await undo(show, here.token, first["scan_id"], scan_id));
    expect(undone).toEqual({ scan_id, at: expect.stringMatching(ISO), outcome: "undone" });
    expect(await bodyOf(await undo(show, here.token, first["scan_id"], scan_id))).toEqual(undone);
    expect(await bodyOf(await undo(show, show.tenant.token, first["scan_id"]))).toMatchObject({ outcome: "nothing" });
    expect(await insideOf(show)).toBe(0);
    const second = await verdictOf(show, there, ticket.code);
    expect(second["verdict"]).toBe("admitted");
    expect(await bodyOf(await undo(show, show.tenant.token, second["scan_id"]))).toMatchObject({ outcome: "undone" });
    expect(await bodyOf(await undo(show, here.token, newId("scn")))).toMatchObject({ outcome: "awaited" });
    expect(await refusalOf(undo(show, here.token, "scn_x"))).toBe("404 not_found");
    const row = (await logOf(show)).find(({ kind }) => kind === "undo");
    expect(row).toMatchObject({ scan_id, ref: first["scan_id"], verdict: "undone", facts: {}, inside: 0 });
  });

  it("a click counts at its gate; a correction and a sweep are a supervisor's alone", async () => {
    const { gateId, tenant } = show;
    const click = { kind: "click", gate_id: gateId, count: 3 };
    expect(await bodyOf(await count(show, here.token, click))).toMatchObject({ inside: 3, admitted: 0 });
    expect(await refusalOf(count(show, there.token, click))).toBe("403 forbidden");
    expect(await bodyOf(await count(show, tenant.token, { ...click, count: -5 }))).toMatchObject({ inside: 0 });
    const set = { kind: "set", gates: [{ gate_id: gateId, inside_by: 40 }], reason: "counted by hand" };
    expect(await refusalOf(count(show, here.token, set))).toBe("403 forbidden");
    expect(await bodyOf(await count(show, tenant.token, set))).toMatchObject({
      inside: 40,
      gates: expect.arrayContaining([{ gate_id: gateId, entries: 3, exits: 5, inside_by: 40 }]),
    });
    await verdictOf(show, here, ticket.code);
    const sweep = { kind: "sweep", reason: "the hall is closed" };
    expect(await refusalOf(count(show, here.token, sweep))).toBe("403 forbidden");
    expect(await bodyOf(await count(show, tenant.token, sweep))).toMatchObject({ inside: 0, admitted: 1 });
    const out = await verdictOf(show, here, ticket.code, { direction: "out" });
    expect(out["verdict"]).toBe("exit_unmatched");
    const rows = await logOf(show);
    expect(rows.find(({ kind }) => kind === "count")).toMatchObject({ count: 3, reason: null, inside: 3 });
    expect(rows.find(({ kind }) => kind === "sweep")).toMatchObject({ count: null, reason: sweep.reason, inside: 0 });
  });

  it.each<[string, object]>([
    ["/count", { kind: "click", count: 0 }],
    ["/count", { kind: "click", count: 51 }],
    ["/count", { kind: "click", count: -51 }],
    ["/count", { kind: "click", count: 1.5 }],
    ["/kind", { kind: "guess" }],
    ["/reason", { kind: "sweep", reason: "" }],
    ["/reason", { kind: "sweep" }],
    ["/gates/0/inside_by", { kind: "set", reason: "r", gates: [{ gate_id: "gate_x", inside_by: -1 }] }],
  ])("with a bad %s is refused at its path: %j", async (path, json) => {
    const body = { ...("count" in json && { gate_id: show.gateId }), ...json };
    const answer = await count(show, show.tenant.token, body);
    expect(answer.status).toBe(400);
    expect(await bodyOf(answer)).toMatchObject({ code: "invalid_request", errors: [{ path }] });
    expect(await insideOf(show)).toBe(0);
  });

  it("at a gate that the venue does not have, or twice at one, is refused, and counts nothing", async () => {
    const set = (...gates: string[]) =>
      count(show, show.tenant.token, {
        ...{ kind: "set", reason: "counted by hand" },
        gates: gates.map((gate_id) => ({ gate_id, inside_by: 1 })),
      });
    expect(await refusalOf(set(newId("gate")))).toBe("404 not_found");
    expect(await refusalOf(set("gate_x"))).toBe("404 not_found");
    expect(await refusalOf(set(show.gateId, show.gateId))).toBe("400 invalid_request");
    const click = { kind: "click", gate_id: newId("gate"), count: 1 };
    expect(await refusalOf(count(show, show.tenant.token, click))).toBe("404 not_found");
    expect(await insideOf(show)).toBe(0);
  });
});
