// Who came with a ticket that was just let in, over HTTP: an order of several tickets at a gate.

import { beforeEach, describe, expect, it, vi } from "vitest";
import { newId } from "../../src/app/context.ts";
import { type At, atGate, openEvening, verdictOf } from "./door-evening.ts";
import { type Doors, openGate } from "./doors.ts";
import { apiKey, ask, bodyOf, hold, idOf, refusalOf, shopper } from "./http.ts";

type Sold = { readonly id: string; readonly serial: string; readonly code: string };

let show: Doors;
let here: At;
let tickets: Sold[];

/** Three tickets of one order, in their order; D1 has been told of them. */
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

  it("[D21] [T3] is nobody's business: another device's, another organisation's, and of another event none", async () => {
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
