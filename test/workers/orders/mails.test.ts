// The mails of orders through the whole of it: from a checkout over HTTP to the outbox, the object's rows, and its log.

import { env } from "cloudflare:workers";
import { expect, it, vi } from "vitest";
import type { TicketTypeId } from "../../../src/domain/ids.ts";
import { must } from "../../../src/domain/result.ts";
import { seedShow } from "../support/fixture.ts";
import { apiKey, ask, bodyOf, hold, idOf, shopper } from "../support/http.ts";
import { inside } from "../support/object.ts";
import { countWrites } from "../support/storage/row-counts.ts";

async function opened() {
  const show = await seedShow([{ total: 100 }]);
  await env.DB.prepare("UPDATE events SET payment_instructions = 'Pay to account 123.' WHERE id = ?")
    .bind(show.eventId)
    .run();
  const { token: staff } = await apiKey(show.organizationId, "owner");
  const typeId = must(show.typeIds[0], "one type");
  return { typeId, staff };
}

async function ordered(typeId: TicketTypeId, email: string) {
  const { token } = await shopper();
  const json = {
    hold_ids: [await idOf(hold(typeId, token))],
    contact: { name: "A Buyer", email },
    locale: "af",
  };
  const order = await bodyOf(await ask("POST", "/v1/checkouts", { token, key: "c", json }));
  return { token, order, path: `/v1/orders/${String(order["id"])}` };
}

type Kept = { subject: string; body: string; message_id: string };

async function mailsTo(email: string): Promise<Kept[]> {
  const found = await env.DB.prepare("SELECT subject, body, message_id FROM outbox WHERE recipient = ? ORDER BY id")
    .bind(email)
    .all<Kept>();
  return found.results;
}

it("[O14] mails reach the contact by the object's own alarm, in its language, with link and outcome", async () => {
  const { typeId, staff } = await opened();
  const email = `${crypto.randomUUID()}@example.com`;
  const { order, path } = await ordered(typeId, email);
  await expect.poll(() => mailsTo(email)).toHaveLength(1);
  expect((await ask("POST", `${path}/confirm`, { token: staff })).status).toBe(200);
  await expect.poll(() => mailsTo(email)).toHaveLength(2);
  const [made, confirmed] = await mailsTo(email);
  const id = String(order["id"]);
  expect([made?.message_id, confirmed?.message_id]).toEqual([`${id}.reserved`, `${id}.confirmed`]);
  expect(made?.subject).toMatch(/^Jou bestelling vir /);
  for (const part of [String(order["order_link"]), String(order["reference"]), "Pay to account 123."])
    expect(made?.body).toContain(part);
  const link = must(/vgo_\S+/.exec(confirmed?.body ?? "")?.[0], "the mail has the link");
  expect(await bodyOf(await ask("GET", path, { token: link }))).toMatchObject({ status: "confirmed" });
  await expect
    .poll(() => inside(typeId, (_, { storage }) => storage.sql.exec("SELECT mailed FROM orders").one()["mailed"]))
    .toBe("confirmed");
});

it("[O14] [O11] mails are not sent after the contact is erased, and leave nothing in the log on failure", async () => {
  const lines = vi.spyOn(console, "error").mockImplementation(() => {});
  const { typeId, staff } = await opened();
  const email = `${crypto.randomUUID()}@example.com`;
  const sent: string[] = [];
  await inside(typeId, (object) => {
    const fails = ({ to }: { to: string }) => Promise.reject(new Error(`refused ${String(sent.push(to))}: <${to}>`));
    object.mail = { ...object.mail, send: fails };
  });
  const { token, path } = await ordered(typeId, email);
  await expect.poll(() => sent.length).toBeGreaterThan(0);
  expect((await ask("DELETE", `${path}/contact`, { token })).status).toBe(200);
  const before = sent.length;
  expect((await ask("POST", `${path}/confirm`, { token: staff })).status).toBe(200);
  await inside(typeId, async (object) => {
    for (let n = 0; n < 3; n++) {
      object.clock = () => Date.now() + (n + 1) * 3_600_000;
      await object.alarm();
    }
  });
  expect(sent).toHaveLength(before);
  const logged = lines.mock.calls.map(([line]) => String(line));
  expect(logged.filter((line) => line.includes("order_mail_failed")).length).toBeGreaterThan(0);
  expect(logged.join("\n")).not.toMatch(new RegExp(`${email}|A Buyer`));
});

it("[O11] [O14] that wait for a reader go with the contact that is erased", async () => {
  const { typeId } = await opened();
  const [email, other] = [`${crypto.randomUUID()}@example.com`, `${crypto.randomUUID()}@example.com`];
  const { token, path } = await ordered(typeId, email);
  await ordered(typeId, other);
  await expect.poll(async () => (await mailsTo(email)).length + (await mailsTo(other)).length).toBe(2);
  expect((await ask("DELETE", `${path}/contact`, { token })).status).toBe(200);
  await expect.poll(() => mailsTo(email)).toEqual([]);
  expect(await mailsTo(other)).toHaveLength(1);
});

it("[O14] [H11] cost an order without a contact nothing: with one, it is one row more when it is made", async () => {
  const { typeId, staff } = await opened();
  const rows: Record<string, number> = {};
  const writes = await countWrites(typeId, "held");
  await inside(typeId, (object) => {
    object.mail = { ...object.mail, send: () => Promise.resolve() };
  });
  const { token } = await shopper();
  const plain = await idOf(hold(typeId, token));
  let before = writes.rows;
  const noted = (name: string): void => {
    rows[name] = writes.rows - before;
    before = writes.rows;
  };
  noted("hold");
  await idOf(ask("POST", "/v1/checkouts", { token, key: "c", json: { hold_ids: [plain] } }));
  noted("without");
  const other = await idOf(hold(typeId, token));
  noted("hold");
  const json = { hold_ids: [other], contact: { name: "A Buyer", email: "rows@example.com" } };
  const made = await idOf(ask("POST", "/v1/checkouts", { token, key: "d", json }));
  noted("with");
  expect(rows).toEqual({ hold: 2, without: 3, with: 4 });
  const mailed = () =>
    inside(
      typeId,
      (_, { storage }) => storage.sql.exec("SELECT mailed FROM orders WHERE id = ?", made).toArray()[0]?.["mailed"],
    );
  await inside(typeId, (object) => object.alarm());
  await expect.poll(mailed).toBe("reserved");
  expect((await ask("POST", `/v1/orders/${made}/confirm`, { token: staff })).status).toBe(200);
});
