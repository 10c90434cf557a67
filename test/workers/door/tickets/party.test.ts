// Who came with a ticket that was just let in, and is let in without a code, over HTTP: an order of several tickets at
// a gate.

import { beforeEach, describe, expect, it, vi } from "vitest";
import { newId } from "../../../../src/app/context.ts";
import { published } from "../../support/catalogue.ts";
import { type At, atGate, logOf, openEvening, verdictOf } from "../evening.ts";
import { type Doors, openGate } from "../../support/doors.ts";
import { apiKey, ask, bodyOf, hold, idOf, refusalOf, shopper } from "../../support/http.ts";

type Sold = { readonly id: string; readonly serial: string; readonly code: string };

let show: Doors;
let here: At;
let tickets: Sold[];

/** Three tickets of one order, in their order; D1 has them by the projection. */
async function buyThree({ tenant: { token }, typeId }: Doors): Promise<Sold[]> {
  const me = await shopper();
  const json = { hold_ids: [await idOf(hold(typeId, me.token, { quantity: 3 }))] };
  const order = await idOf(ask("POST", "/v1/checkouts", { token: me.token, key: "order", json }));
  await bodyOf(await ask("POST", `/v1/orders/${order}/confirm`, { token }));
  const sold = await Promise.all(
    ["01", "02", "03"].map(async (number) => {
      const id = `tkt_${order.slice(4)}${number}`;
      const shown = await bodyOf(await ask("GET", `/v1/tickets/${id}/code`, { token: me.token }));
      return { id, serial: String(shown["serial"]), code: String(shown["ticket_code"]) };
    }),
  );
  const isKnown = async () => {
    const { data } = await bodyOf(await ask("GET", `/v1/orders?serial=${sold[0]?.serial ?? ""}`, { token }));
    return (data as unknown[]).length === 1;
  };
  await vi.waitUntil(isKnown, { timeout: 10_000 });
  return sold;
}

beforeEach(async () => {
  show = await openEvening();
  here = atGate(show);
  tickets = await buyThree(show);
});

const partyOf = (serial: string, token = here.token, { eventId } = show) =>
  ask("GET", `/v1/events/${eventId}/door/party?serial=${serial}`, { token });
const idsOf = async (answer: Response) => {
  const { data } = await bodyOf(answer);
  return (data as Record<string, unknown>[]).map((each) => each["ticket_id"]);
};

describe("[D13] the party of a ticket", () => {
  it("is named to the device that let it in: ticket, serial and type of each that is outside", async () => {
    const [first, second, third] = tickets as [Sold, Sold, Sold];
    expect(await idsOf(await partyOf(first.serial)), "nobody was let in").toEqual([]);
    await verdictOf(show, here, first.code);
    const shown = { ticket_type_id: show.typeId, entered: false };
    expect(await bodyOf(await partyOf(first.serial.toLowerCase()))).toEqual({
      data: [second, third].map(({ id, serial }) => ({ ticket_id: id, serial, ...shown })),
    });
    await verdictOf(show, here, second.code);
    const path = `/v1/tickets/${third.id}/void`;
    expect((await ask("POST", path, { token: show.tenant.token, key: "void", json: {} })).status).toBe(200);
    expect(await idsOf(await partyOf(first.serial)), "a void ticket comes with nobody").toEqual([]);
  });

  it("[D21] [T3] is hidden from other devices and organisations, and is empty at another event", async () => {
    const [first, second, third] = tickets as [Sold, Sold, Sold];
    await verdictOf(show, here, first.code);
    const other = await openGate(show.tenant, show.venueId);
    expect(await idsOf(await partyOf(first.serial, other.device.token))).toEqual([]);
    expect(await idsOf(await partyOf(second.serial))).toEqual([]);
    expect(await idsOf(await partyOf("00000000000"))).toEqual([]);
    const ofBoss = await idsOf(await partyOf(second.serial, show.tenant.token));
    expect(ofBoss).toEqual([second.id, third.id]);
    const stranger = await openEvening();
    for (const token of [stranger.tenant.token, stranger.device.token])
      for (const eventId of [show.eventId, newId("evt")])
        expect(await refusalOf(partyOf(first.serial, token, { ...show, eventId }))).toBe("404 not_found");
    expect(await idsOf(await partyOf(first.serial, stranger.tenant.token, stranger))).toEqual([]);
    const { token } = await apiKey(show.tenant.organizationId, ["view_orders"]);
    expect(await refusalOf(partyOf(first.serial, token))).toBe("403 forbidden");
    expect(await refusalOf(partyOf("x"))).toBe("400 invalid_request");
  });
});

describe("[D13] a ticket of the party", () => {
  const admit = (ticketId: string, { gateId: gate_id, token } = here, more: object = {}, { eventId } = show) => {
    const json = { scan_id: newId("scn"), ticket_id: ticketId, direction: "in", source: "party", gate_id, ...more };
    return ask("POST", `/v1/events/${eventId}/scans`, { token, json });
  };
  const verdictsOf = async (answers: Promise<Response>[]) =>
    (await Promise.all(answers.map(async (answer) => bodyOf(await answer)))).map(({ verdict }) => verdict).sort();

  it("is let in by its id by the device that let in another, and its row names no code", async () => {
    const [first, second] = tickets as [Sold, Sold];
    expect(await refusalOf(admit(second.id))).toBe("409 party_not_let_in");
    await verdictOf(show, here, first.code);
    const scan_id = newId("scn");
    const answer = await bodyOf(await admit(second.id, here, { scan_id }));
    expect(answer).toMatchObject({
      ...{ scan_id, verdict: "admitted", let_in: true, serial: second.serial, ticket_type_id: show.typeId, inside: 2 },
    });
    expect(await bodyOf(await admit(second.id, here, { scan_id })), "[D4]").toEqual(answer);
    const rows = await logOf(show);
    expect(rows.map(({ source, verdict }) => source && `${String(source)} ${String(verdict)}`)).toEqual([
      ...[null, "camera admitted", "party admitted"],
    ]);
    expect(rows.at(-1)).toMatchObject({ serial: second.serial, type_number: 1, generation: 1, decided: "door" });
  });

  it("is refused to another device, event or organisation, and so is a ticket of another order", async () => {
    const [first, second] = tickets as [Sold, Sold];
    await verdictOf(show, here, first.code);
    const other = atGate(await openGate(show.tenant, show.venueId));
    expect(await refusalOf(admit(second.id, other))).toBe("409 party_not_let_in");
    expect(await refusalOf(admit(second.id, { ...here, token: show.tenant.token }))).toBe("409 party_not_let_in");
    const [alone] = await buyThree(show);
    expect(await refusalOf(admit(alone?.id ?? ""))).toBe("409 party_not_let_in");
    const beside = await published(show.tenant);
    const asOwner = { gateId: here.gateId, token: show.tenant.token };
    expect(
      await refusalOf(admit(second.id, asOwner, {}, { ...show, eventId: beside.eventId as typeof show.eventId })),
    ).toBe("404 not_found");
    const stranger = await openEvening();
    expect(await refusalOf(admit(second.id, atGate(stranger), {}, stranger)), "[T3]").toBe("404 not_found");
    expect(await refusalOf(admit(second.id, atGate(stranger)))).toBe("404 not_found");
    expect(await refusalOf(admit("tkt_1"))).toBe("404 not_found");
    const { token } = await apiKey(show.tenant.organizationId, ["view_orders"]);
    expect(await refusalOf(admit(second.id, { ...here, token }))).toBe("403 forbidden");
    expect(await refusalOf(admit(second.id, here, { override: { reason: "the list" } })), "[D15]").toBe(
      "403 forbidden",
    );
    expect((await logOf(show)).filter(({ source }) => source === "party")).toEqual([]);
  });

  it("is let in once, however often and by however many devices it is requested at one time", async () => {
    const [first, second, third] = tickets as [Sold, Sold, Sold];
    const there = atGate(await openGate(show.tenant, show.venueId));
    await verdictOf(show, here, first.code);
    await verdictOf(show, there, second.code);
    const fifty = (at: At) => {
      const scan_id = newId("scn");
      return Array.from({ length: 50 }, () => admit(third.id, at, { scan_id }));
    };
    const answers = await Promise.all([fifty(here), fifty(there)].map(verdictsOf));
    expect(answers.map((verdicts) => [...new Set(verdicts)].join()).sort()).toEqual(["admitted", "already_inside"]);
    const rows = await logOf(show);
    expect(rows.filter(({ source }) => source === "party")).toHaveLength(2);
    expect(rows.at(-1)).toMatchObject({ admitted: 3, inside: 3 });
  });

  it("is named in place of a code, on the way in, and never over a batch: else 400 at its path", async () => {
    const [first, second] = tickets as [Sold, Sold];
    const pathsOf = async (more: object) => {
      const refused = await bodyOf(await admit(second.id, here, more));
      return (refused["errors"] as { path: string }[]).map(({ path }) => path);
    };
    expect(await pathsOf({ direction: "out" })).toEqual(["/direction"]);
    expect(await pathsOf({ source: "camera" })).toEqual(["/source"]);
    expect(await pathsOf({ code: first.code })).toEqual(["/code"]);
    expect(await pathsOf({ ticket_id: undefined })).toEqual(["/code", "/source"]);
    expect(await pathsOf({ ticket_id: 7 })).toEqual(["/ticket_id"]);
  });
});
