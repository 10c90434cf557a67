// What is done to sold tickets, over HTTP, and what their gates say of them then (rules N8 to N10, O7): the order's
// home and the door of the event are the real ones.

import { beforeAll, describe, expect, it } from "vitest";
import { atGate, buy, type Bought, openEvening, verdictOf } from "../door/evening.ts";
import type { Doors } from "../support/doors.ts";
import { ask, bodyOf, hold, idOf, refusalOf, shopper } from "../support/http.ts";

let doors: Doors;
beforeAll(async () => {
  doors = await openEvening();
});

const ticketOf = ({ order }: Bought, number = 1) => `/v1/tickets/tkt_${order.slice(4)}0${number}`;
const bought = () => buy(doors, doors.typeId);
const scanned = async (code: string, more: object = {}) => verdictOf(doors, atGate(doors), code, more);
const byOwner = (path: string, json: object | null = null, key: string = crypto.randomUUID()) =>
  ask("POST", path, { token: doors.tenant.token, key, ...(json && { json }) });

/** An order of so many tickets in one hold, with the code of each. */
async function boughtTogether(quantity: number) {
  const me = await shopper();
  const holdId = await idOf(hold(doors.typeId, me.token, { quantity }));
  const order = await idOf(ask("POST", "/v1/checkouts", { token: me.token, key: "o", json: { hold_ids: [holdId] } }));
  await byOwner(`/v1/orders/${order}/confirm`);
  const code = async (number: number) =>
    String(
      (await bodyOf(await ask("GET", `/v1/tickets/tkt_${order.slice(4)}0${number}/code`, { token: me.token })))[
        "ticket_code"
      ],
    );
  const statuses = async () => {
    const { data } = await bodyOf(await ask("GET", `/v1/orders/${order}/tickets`, { token: me.token }));
    return (data as { status: string }[]).map(({ status }) => status);
  };
  const giveBack = (body: object, key: string = crypto.randomUUID()) =>
    byOwner(`/v1/orders/${order}/returns`, body, key);
  return { me, order, holdId, code, statuses, giveBack };
}

describe("[N8] a blocked ticket", () => {
  it("is stopped at the gate with the note until unblocked; its holder sees the block, not the note", async () => {
    const ticket = await bought();
    const path = ticketOf(ticket);
    const blocked = await bodyOf(await byOwner(`${path}/block`, { note: "Reported stolen" }));
    expect(blocked).toMatchObject({ status: "valid", blocked: true, block_note: "Reported stolen" });
    expect(await bodyOf(await byOwner(`${path}/block`, { note: "Reported stolen" }))).toEqual(blocked);
    expect(await scanned(ticket.code)).toMatchObject({ verdict: "blocked", note: "Reported stolen" });
    const free = await bodyOf(await byOwner(`${path}/unblock`));
    expect(free).toMatchObject({ blocked: false, block_note: null });
    await byOwner(`${path}/attention`, { text: "Wheelchair" });
    expect(await scanned(ticket.code)).toMatchObject({ verdict: "admitted", attention: "Wheelchair" });
  });

  it("says its note and attention to organisers alone", async () => {
    const { me, order } = await boughtTogether(1);
    const path = `/v1/tickets/tkt_${order.slice(4)}01`;
    await byOwner(`${path}/block`, { note: "for the gate" });
    await byOwner(`${path}/attention`, { text: "for the gate, too" });
    const said = { blocked: true, block_note: "for the gate", attention: "for the gate, too" };
    expect(await bodyOf(await ask("GET", path, { token: doors.tenant.token }))).toMatchObject(said);
    const shown = { blocked: true, block_note: null, attention: null };
    expect(await bodyOf(await ask("GET", path, { token: me.token }))).toMatchObject(shown);
    const { data } = await bodyOf(await ask("GET", `/v1/orders/${order}/tickets`, { token: me.token }));
    expect(data).toMatchObject([shown]);
  });

  it("[X9] [X4] takes a note of 200 characters and no more, and nothing else", async () => {
    const path = ticketOf(await bought());
    expect((await byOwner(`${path}/block`, { note: "n".repeat(200) })).status).toBe(200);
    for (const json of [{ note: "n".repeat(201) }, { note: "a bell\u0007" }, { text: "x" }, { note: 1 }])
      expect(await refusalOf(byOwner(`${path}/block`, json)), JSON.stringify(json)).toBe("400 invalid_request");
    expect(await refusalOf(byOwner(`${path}/attention`, {}))).toBe("400 invalid_request");
  });
});

describe("[N9] a ticket that is taken back", () => {
  it("lets nobody in from then on, is for sale again, and the same key takes nothing more", async () => {
    const ticket = await bought();
    const path = ticketOf(ticket);
    const gone = await byOwner(`${path}/void`, { reason: "The guest cannot come." }, "v");
    expect(await bodyOf(gone)).toMatchObject({ status: "void" });
    expect(gone.headers.get("Idempotency-Replayed")).toBeNull();
    const again = await byOwner(`${path}/void`, { reason: "The guest cannot come." }, "v");
    expect([again.status, again.headers.get("Idempotency-Replayed")]).toEqual([200, "true"]);
    expect(await refusalOf(byOwner(`${path}/void`, {}, "w"))).toBe("409 order_not_confirmed");
    expect(await scanned(ticket.code)).toMatchObject({ verdict: "void", let_in: false });
    expect(await refusalOf(ask("GET", `${path}/code`, { token: doors.tenant.token }))).toBe("409 ticket_void");
  });

  it("is refused with time and place once its holder is in, unless forced; who is inside may leave", async () => {
    const ticket = await bought();
    const path = ticketOf(ticket);
    expect(await scanned(ticket.code)).toMatchObject({ verdict: "admitted" });
    expect(await bodyOf(await byOwner(`${path}/void`, {}))).toMatchObject({
      ...{ status: 409, code: "ticket_admitted", ticket_number: 1, gate_id: doors.gateId },
      admitted_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
    });
    expect(await bodyOf(await ask("GET", path, { token: doors.tenant.token }))).toMatchObject({ status: "valid" });
    expect(await bodyOf(await byOwner(`${path}/void`, { force: true }))).toMatchObject({ status: "void" });
    expect(await scanned(ticket.code, { direction: "out" })).toMatchObject({ verdict: "exited" });
    expect(await scanned(ticket.code)).toMatchObject({ verdict: "void" });
  });

  it("[O7] of a quantity is one that was never let in, with the highest number; by its id it is that one", async () => {
    const { holdId, code, statuses, giveBack, order } = await boughtTogether(4);
    expect(await scanned(await code(4))).toMatchObject({ verdict: "admitted" });
    const one = { items: [{ hold_id: holdId, quantity: 1 }] };
    expect((await giveBack(one)).status).toBe(200);
    expect(await statuses()).toEqual(["valid", "valid", "void", "valid"]);
    expect((await giveBack({ items: { tickets: [`tkt_${order.slice(4)}01`] } })).status).toBe(200);
    expect(await statuses()).toEqual(["void", "valid", "void", "valid"]);
    const two = { items: [{ hold_id: holdId, quantity: 2 }] };
    expect(await bodyOf(await giveBack(two))).toMatchObject({ code: "ticket_admitted", ticket_number: 4 });
    expect(await bodyOf(await giveBack({ items: "all" }))).toMatchObject({ code: "ticket_admitted" });
    expect(await statuses()).toEqual(["void", "valid", "void", "valid"]);
    expect(await bodyOf(await giveBack({ ...two, force: true }))).toMatchObject({ status: "cancelled" });
  });

  it("[O7] as a whole order, lets none of them in, and a repeat after a lost response is the same return", async () => {
    const { code, statuses, giveBack } = await boughtTogether(3);
    const codes = await Promise.all([1, 2, 3].map(code));
    const replies = await Promise.all(Array.from({ length: 5 }, () => giveBack({ items: "all" }, "same")));
    expect(replies.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    expect(await statuses()).toEqual(["void", "void", "void"]);
    for (const each of codes) expect(await scanned(each)).toMatchObject({ verdict: "void" });
  });

  it("[T3] of another order is not found", async () => {
    const [mine, other] = [await boughtTogether(1), await boughtTogether(1)];
    const foreign = { items: { tickets: [`tkt_${other.order.slice(4)}01`] } };
    expect(await refusalOf(mine.giveBack(foreign))).toBe("404 not_found");
    expect(await refusalOf(mine.giveBack({ items: { tickets: ["tkt_x"] } }))).toBe("404 not_found");
  });
});

describe("[N10] a ticket that is reissued", () => {
  it("by its buyer has another code, and the code and link of before are worth nothing", async () => {
    const { me, order, code } = await boughtTogether(1);
    const path = `/v1/tickets/tkt_${order.slice(4)}01`;
    const before = await code(1);
    const link = String((await bodyOf(await ask("POST", `${path}/link`, { token: me.token })))["ticket_link"]);
    const reissue = (key: string) => ask("POST", `${path}/reissue`, { token: me.token, key });
    const first = await reissue("lost-phone");
    expect(await bodyOf(first.clone())).toMatchObject({ generation: 2, status: "valid" });
    expect((await reissue("lost-phone")).headers.get("Idempotency-Replayed")).toBe("true");
    expect(await bodyOf(await ask("GET", path, { token: me.token }))).toMatchObject({ generation: 2 });
    expect((await ask("GET", path, { token: link })).status).toBe(401);
    expect(await scanned(before)).toMatchObject({ verdict: "superseded", let_in: false });
    expect(await scanned(await code(1))).toMatchObject({ verdict: "admitted" });
  });

  it("is refused while its holder is inside or once used; its typed code is the new generation's", async () => {
    const ticket = await bought();
    const path = ticketOf(ticket);
    await byOwner(`${path}/reissue`);
    const typed = { source: "typed" };
    expect(await scanned(ticket.typed, typed)).toMatchObject({ verdict: "forged" });
    const shown = await bodyOf(await ask("GET", `${path}/code`, { token: doors.tenant.token }));
    expect(await scanned(String(shown["typed_code"]), typed)).toMatchObject({ verdict: "admitted" });
    expect(await refusalOf(byOwner(`${path}/reissue`))).toBe("409 ticket_admitted");
    await scanned(String(shown["ticket_code"]), { direction: "out" });
    expect(await refusalOf(byOwner(`${path}/reissue`))).toBe("409 ticket_admitted");
  });

  it("is refused of a blocked one and a void one, by a link, and without a key", async () => {
    const { me, order, giveBack } = await boughtTogether(2);
    const path = `/v1/tickets/tkt_${order.slice(4)}01`;
    await byOwner(`${path}/block`, {});
    expect(await refusalOf(byOwner(`${path}/reissue`))).toBe("409 ticket_blocked");
    const link = String((await bodyOf(await ask("POST", `${path}/link`, { token: me.token })))["ticket_link"]);
    expect(await refusalOf(ask("POST", `${path}/reissue`, { token: link, key: "k" }))).toBe("403 forbidden");
    expect(await refusalOf(ask("POST", `${path}/reissue`, { token: me.token }))).toBe("400 idempotency_key_required");
    await giveBack({ items: { tickets: [`tkt_${order.slice(4)}02`] } });
    expect(await refusalOf(byOwner(`/v1/tickets/tkt_${order.slice(4)}02/reissue`))).toBe("409 ticket_void");
  });
});
