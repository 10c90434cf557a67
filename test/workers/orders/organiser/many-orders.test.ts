// What an organiser does with many orders: searches them, confirms them together, matches payments, exports them.

import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { csvParts, streamOf } from "../../../../src/app/orders/export-orders.ts";
import { type OrganizationId, parseOrderId, type TicketTypeId } from "../../../../src/domain/ids.ts";
import type { ExportedOrder } from "../../../../src/domain/orders/order-export.ts";
import { must } from "../../../../src/domain/result.ts";
import { seedShow } from "../../support/fixture.ts";
import { apiKey, ask, bodyOf, hold, idOf, refusalOf, shopper } from "../../support/http.ts";
import { setClock } from "../../support/object.ts";
import { settle } from "../../support/storage/trace.ts";

type Made = { readonly id: string; readonly reference: string };
type Result = {
  readonly order: { readonly id: string; readonly status: string } | null;
  readonly problem: object | null;
};

const show = { organizationId: "" as OrganizationId, eventId: "", typeIds: [] as readonly TicketTypeId[] };
let token: string;
let theirs: string;
let others: Made;

/** Makes an order of one ticket for 150.00. */
async function order(typeId: TicketTypeId, name = "A buyer", email = "buyer@example.com"): Promise<Made> {
  const me = await shopper();
  const holdId = await idOf(hold(typeId, me.token));
  const json = { hold_ids: [holdId], contact: { name, email, phone: "+27821234567" } };
  const made = await bodyOf(await ask("POST", "/v1/checkouts", { token: me.token, key: holdId, json }));
  return { id: String(made["id"]), reference: String(made["reference"]) };
}
const typeAt = (index: number) => must(show.typeIds[index], "it was seeded");
const confirm = (ids: readonly string[], by = token) =>
  ask("POST", "/v1/orders/confirm", { token: by, json: { order_ids: ids } });

beforeAll(async () => {
  Object.assign(
    show,
    await seedShow([
      { total: 100, price: 15_000 },
      { total: 100, price: 15_000 },
    ]),
  );
  const elsewhere = await seedShow([{ total: 10, price: 15_000 }]);
  token = (await apiKey(show.organizationId, "staff")).token;
  theirs = (await apiKey(elsewhere.organizationId, "staff")).token;
  others = await order(must(elsewhere.typeIds[0], "one type"), "Another's buyer");
});

describe("[O12] one field finds an order", () => {
  async function found(query: string, by = token) {
    const answer = await bodyOf(await ask("GET", `/v1/search?${query}`, { token: by }));
    return (answer["data"] as { found_by: string; order: Made; ticket: object | null }[]).map(
      ({ found_by, order: { id }, ticket }) => ({ id, found_by, ticket }),
    );
  }

  it("by reference, serial, typed code, ids, address, and a name within its event; never another's", async () => {
    const made = await order(typeAt(0), "Zoë Searched", "searched@example.com");
    await confirm([made.id]);
    await settle();
    const { data } = await bodyOf(await ask("GET", `/v1/orders/${made.id}/tickets`, { token }));
    const ticket = must((data as { id: string; serial: string }[])[0], "it was sold");
    const byTicket = { id: ticket.id, serial: ticket.serial, status: "valid" };
    const spaced = encodeURIComponent(` ${made.reference.toLowerCase().replaceAll("-", " ")} `);
    const requests: [string, string, object | null][] = [
      [`q=${spaced}`, "reference", null],
      [`q=${ticket.serial.toLowerCase()}`, "serial", byTicket],
      [`q=${ticket.serial}0000`, "serial", byTicket],
      [`q=${made.id}`, "order_id", null],
      [`q=${ticket.id}`, "ticket_id", byTicket],
      ["q=%20SEARCHED@example.com", "email", null],
      [`q=zoe%20sea&event_id=${show.eventId}`, "name", null],
    ];
    for (const [query, found_by, named] of requests) {
      expect(await found(query), query).toEqual([{ id: made.id, found_by, ticket: named }]);
      expect(await found(query, theirs), query).toEqual([]);
    }
    expect(await found(`q=${made.reference}&event_id=evt_unknown`)).toEqual([]);
    expect(await refusalOf(ask("GET", "/v1/search?q=zoe", { token }))).toBe("400 invalid_request");
  });
});

describe("[O15] many orders", () => {
  it("are confirmed each by itself, in their order; the same again returns the same", async () => {
    const [a, b, late] = [await order(typeAt(0)), await order(typeAt(1)), await order(typeAt(1))];
    await ask("POST", `/v1/orders/${b.id}/cancel`, { token });
    const ids = [late.id, others.id, a.id, "ord_unknown", b.id];
    const first = await bodyOf(await confirm(ids));
    expect(first).toMatchObject({ confirmed: 2, refused: 3 });
    const said = (answer: Record<string, unknown>) =>
      (answer["data"] as Result[]).map(({ order: one, problem }) => one?.status ?? problem);
    const unknown = { code: "not_found", status: 404 };
    const cancelled = { code: "order_not_reserved", status: 409, order_status: "cancelled" };
    expect(said(first)).toMatchObject(["confirmed", unknown, "confirmed", unknown, cancelled]);
    const again = await bodyOf(await confirm(ids));
    expect(said(again)).toMatchObject(["confirmed", unknown, "confirmed", unknown, cancelled]);
    expect(await bodyOf(await ask("GET", `/v1/orders/${others.id}`, { token: theirs }))).toMatchObject({
      status: "reserved",
    });
  });

  it("are none, more than 100, or one twice: 400", async () => {
    for (const ids of [[], Array.from({ length: 101 }, (_, n) => `ord_${n}`), [others.id, others.id]])
      expect(await refusalOf(confirm(ids))).toBe("400 invalid_request");
  });

  it("are proposed for the lines of a statement, and nothing changes", async () => {
    const [a, b] = [await order(typeAt(0)), await order(typeAt(1))];
    await settle();
    const lines = [
      { text: `EFT ${a.reference.toLowerCase()} A SHOPPER`, amount: "150.00" },
      { text: `REF${b.reference.replaceAll("-", "")}`, amount: "149.99" },
      { text: a.reference, amount: "150" },
      { text: others.reference, amount: "150.00" },
      { text: "COFFEE", amount: "35.5" },
    ];
    const match = (json: object) => ask("POST", "/v1/orders/match", { token, json });
    const outcomes = async (json: object) =>
      ((await bodyOf(await match(json)))["data"] as Record<string, unknown>[]).map(
        ({ outcome, same_as, order: one }) => [outcome, same_as, (one as Made | null)?.id ?? null],
      );
    expect(await outcomes({ lines })).toEqual([
      ["match", null, a.id],
      ["wrong_amount", null, b.id],
      ["repeated", 0, a.id],
      [expect.stringMatching(/^(unknown|no)_reference$/), null, null],
      ["no_reference", null, null],
    ]);
    expect((await outcomes({ lines, event_id: show.eventId }))[0]?.[0]).toBe("match");
    expect((await outcomes({ lines, event_id: "evt_unknown" }))[0]?.[0]).not.toBe("match");
    expect(await bodyOf(await ask("GET", `/v1/orders/${a.id}`, { token }))).toMatchObject({ status: "reserved" });
    for (const amount of ["0.00", "-1.00", "1 000.00"])
      expect(await refusalOf(match({ lines: [{ text: "", amount }] }))).toBe("400 invalid_request");
  });
});

describe("[O16] an export of orders", () => {
  it("has the orders of its filters, no formulas, and a last line that counts; it is written down", async () => {
    const seeded = await seedShow([{ total: 10, price: 15_000 }]);
    const owner = (await apiKey(seeded.organizationId, "owner")).token;
    const typeId = must(seeded.typeIds[0], "one type");
    const [first, second] = [await order(typeId, '=cmd("x")'), await order(typeId)];
    await confirm([second.id], owner);
    await settle();
    const answer = await ask("GET", `/v1/exports/orders.csv?event_id=${seeded.eventId}`, { token: owner });
    expect(answer.headers.get("Content-Type")).toBe("text/csv; charset=utf-8; header=present");
    expect(answer.headers.get("Content-Disposition")).toMatch(/^attachment; filename="orders-[\dT-]+Z\.csv"$/);
    const bytes = new Uint8Array(await answer.arrayBuffer());
    expect([...bytes.subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
    const lines = new TextDecoder().decode(bytes).trimEnd().split("\r\n");
    expect(lines.length).toBe(4);
    expect(new Set(lines.map((line) => line.split('","').length)).size, "each line has all fields").toBe(1);
    expect(lines[1]).toContain(`"${first.reference}","${first.id}","reserved"`);
    expect(lines[1]).toContain(`"'=cmd(""x"")","buyer@example.com","'+27821234567"`);
    expect(lines[2]).toContain(`"${second.id}","confirmed"`);
    expect(lines[3]).toMatch(/^"end of export","2",/);
    const { data } = await bodyOf(await ask("GET", "/v1/audit-log?action=order.export", { token: owner }));
    expect(data).toMatchObject([{ resource_id: seeded.organizationId, changes: { event_id: seeded.eventId } }]);
    const confirmed = await ask("GET", "/v1/exports/orders.csv?status=confirmed", { token: owner });
    expect((await confirmed.text()).includes('"end of export","1"')).toBe(true);
  });

  it("goes through pages without a gap, and is broken off by a fault, never ended", async () => {
    const one: ExportedOrder = {
      ...{ id: must(parseOrderId(others.id), "it was made"), status: "confirmed", eventId: "evt_x", event: null },
      ...{ timezone: null, items: [], names: {}, contact: null, locale: "en", total: 0, currency: "ZAR" },
      ...{ createdAt: 1, updatedAt: 1, expiresAt: 1 },
    };
    const page = Array.from({ length: 500 }, () => one);
    const broken = vi.fn();
    let pages = 0;
    const failing = csvParts(() => (++pages < 3 ? Promise.resolve(page) : Promise.reject(new Error("D1 is away"))));
    await expect(new Response(streamOf(failing, broken)).text()).rejects.toThrow("D1 is away");
    expect(broken).toHaveBeenCalledTimes(1);
    pages = 0;
    const whole = csvParts(() => Promise.resolve(++pages < 3 ? page : page.slice(0, 7)));
    const text = await new Response(streamOf(whole, broken)).text();
    expect(text).toMatch(/"end of export","1007",[",]*\r\n$/);
    expect(text.split("\r\n").length).toBe(1_007 + 3);
  });

  it("is one of few orders: more than 100,000 are refused before the first byte", async () => {
    const seeded = await seedShow([{ total: 10 }]);
    const owner = (await apiKey(seeded.organizationId, "staff")).token;
    await env.DB.prepare(`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i <= 100000)
      INSERT INTO orders (id, organization_id, event_id, user_id, status, items, total, currency, expires_at, seq, created_at, updated_at, locale)
      SELECT 'ord_many_' || i, ?, ?, 'shp_x', 'expired', '[]', 0, 'ZAR', 1, 1, i, 1, 'en' FROM n`)
      .bind(seeded.organizationId, seeded.eventId)
      .run();
    expect(await refusalOf(ask("GET", "/v1/exports/orders.csv", { token: owner }))).toBe("400 invalid_request");
    const until = new Date(1_001).toISOString();
    const part = await ask("GET", `/v1/exports/orders.csv?until=${until}`, { token: owner });
    expect(await part.text()).toContain('"end of export","1000"');
    await env.DB.prepare("DELETE FROM orders WHERE organization_id = ?").bind(seeded.organizationId).run();
  });
});

it("[O14] an order's contact is mailed again on each request, once until it is sent, and written down", async () => {
  const email = `${crypto.randomUUID()}@example.com`;
  const made = await order(typeAt(0), "A buyer", email);
  const mails = async () =>
    (
      await env.DB.prepare("SELECT message_id FROM outbox WHERE recipient = ? ORDER BY id").bind(email).all()
    ).results.map(({ message_id }) => String(message_id));
  await expect.poll(mails).toEqual([`${made.id}.reserved`]);
  const resend = () => ask("POST", `/v1/orders/${made.id}/resend`, { token });
  const answers = await Promise.all([resend(), resend()]);
  expect(await bodyOf(must(answers[0], "it was asked"))).toEqual({ order_id: made.id, mail: "reserved", email });
  expect(answers[1]?.status).toBe(202);
  await expect.poll(async () => (await mails()).length).toBeGreaterThan(1);
  expect((await mails())[1]).toMatch(new RegExp(`^${made.id}\\.reserved\\.[0-9a-f-]{36}$`));
  const owner = (await apiKey(show.organizationId, "owner")).token;
  const { data } = await bodyOf(await ask("GET", `/v1/audit-log?resource_id=${made.id}`, { token: owner }));
  expect(data).toMatchObject([{ action: "order.mail_again" }, { action: "order.mail_again" }]);
  expect((await ask("DELETE", `/v1/orders/${made.id}/contact`, { token })).status).toBe(200);
  await expect.poll(mails).toEqual([]);
  expect(await bodyOf(await resend())).toMatchObject({ code: "mail_not_possible", reason: "no_contact" });
  const late = await order(typeAt(1));
  await setClock(typeAt(1), Date.now() + 3_600_000);
  expect(await bodyOf(await ask("POST", `/v1/orders/${late.id}/resend`, { token }))).toMatchObject({
    reason: "order_expired",
  });
});
