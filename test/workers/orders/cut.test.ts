// Orders that their home has cut, 90 days after their event's archiving (rule H13): D1's rows are the record then.

import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { afterEach, expect, it, vi } from "vitest";
import { auditLog, events } from "../../../src/db/schema/catalogue.ts";
import { readTerms } from "../../../src/db/ticket-types/terms.ts";
import { homeOf, parseOrderId } from "../../../src/domain/ids.ts";
import { must } from "../../../src/domain/result.ts";
import { clear } from "../support/storage/trace.ts";
import { db, HOUR, inventories, seedType } from "../support/fixture.ts";
import { apiKey, ask, bodyOf, hold, idOf, refusalOf, shopper } from "../support/http.ts";
import { fireAlarm, inside, ledgerOf, setClock, silenceFeed } from "../support/object.ts";
import { orderRowsOf } from "../support/order-setting.ts";

afterEach(async () => {
  vi.restoreAllMocks();
  await clear();
});

const CONTACT = { name: "A Buyer", email: "buyer@example.com", phone: null };

/** A confirmed order whose event was archived; `over`: when its home may cut it. */
async function archivedOrder() {
  const { typeId, eventId, organizationId } = await seedType(10);
  const [buyer, staff, stranger] = [await shopper(), await apiKey(organizationId, "owner"), await shopper()];
  await silenceFeed(typeId);
  const json = { hold_ids: [await idOf(hold(typeId, buyer.token))], contact: CONTACT };
  const id = must(
    parseOrderId(await idOf(ask("POST", "/v1/checkouts", { token: buyer.token, key: "c", json }))),
    "its",
  );
  const path = `/v1/orders/${id}`;
  const confirmed = await bodyOf(await ask("POST", `${path}/confirm`, { token: staff.token }));
  const archivedAt = Date.now() + HOUR;
  await db.update(events).set({ status: "archived", updated_at: archivedAt }).where(eq(events.id, eventId));
  const terms = must(await readTerms(db, typeId), "the type's");
  await inventories(typeId).terms({ ...terms, version: terms.version + 1 }, "test");
  const over = archivedAt + 90 * 24 * HOUR;
  /** The alarm at this time, as often as it has something to do. */
  const alarms = async (now: number): Promise<void> => {
    await setClock(typeId, now);
    for (let n = 0; n < 8; n++) await fireAlarm(typeId);
  };
  return { typeId, buyer, staff, stranger, id, path, confirmed, over, alarms };
}

it("[H13] an order stays at its home until 90 days after archiving; then its readers get it from D1", async () => {
  const { typeId, buyer, staff, stranger, path, confirmed, over, alarms } = await archivedOrder();
  const read = async (token: string) => bodyOf(await ask("GET", path, { token }));
  await alarms(over - 1);
  expect((await orderRowsOf(typeId)).orders).toHaveLength(1);
  const before = await ask("GET", path, { token: staff.token });
  expect(await before.json()).toEqual(confirmed);
  await alarms(over);
  expect((await orderRowsOf(typeId)).orders).toEqual([]);
  const after = await ask("GET", path, { token: staff.token });
  expect(after.headers.get("ETag")).toBe(before.headers.get("ETag"));
  expect(await after.json()).toEqual(confirmed);
  expect(await read(buyer.token)).toMatchObject({ status: "confirmed", contact: CONTACT });
  const others = await apiKey((await seedType(1)).organizationId, "owner");
  for (const { token } of [stranger, others])
    expect(await refusalOf(ask("GET", path, { token }))).toBe("404 not_found");
  const { token } = staff;
  expect(await refusalOf(ask("POST", `${path}/confirm`, { token }))).toBe("404 not_found");
  expect(await refusalOf(ask("GET", `${path}/history`, { token }))).toBe("404 not_found");
});

it("[H13] [X5] D1 is queried for an order when its home says that its orders may be cut, and not before", async () => {
  const { typeId, buyer, over } = await archivedOrder();
  const unknown = `/v1/orders/ord_${typeId.slice(3)}${"0".repeat(26)}`;
  const asked = async (now: number): Promise<number> => {
    await setClock(typeId, now);
    const prepared = vi.spyOn(env.DB, "prepare");
    expect(await refusalOf(ask("GET", unknown, { token: buyer.token }))).toBe("404 not_found");
    const statements = prepared.mock.calls.filter(([query]) => query.includes('from "orders"'));
    prepared.mockRestore();
    return statements.length;
  };
  expect(await asked(over - 1)).toBe(0);
  expect(await asked(over)).toBe(1);
});

it("[H13] [O7] the returns of an order go with it, and D1 has what was returned", async () => {
  const { typeId, staff, path, over, alarms } = await archivedOrder();
  const json = { items: "all", return_to_stock: false };
  const returned = await bodyOf(await ask("POST", `${path}/returns`, { token: staff.token, key: "r", json }));
  expect(returned).toMatchObject({ status: "cancelled" });
  const returns = () =>
    inside(typeId, (_, { storage }) => storage.sql.exec("SELECT order_id FROM returns").toArray().length);
  await alarms(over - 1);
  expect(await returns()).toBe(1);
  await alarms(over);
  expect(await returns()).toBe(0);
  expect(await bodyOf(await ask("GET", path, { token: staff.token }))).toEqual(returned);
});

it("[H13] [O11] the contact of a cut order is erased in D1, once and for good, with an audit row", async () => {
  const { buyer, staff, stranger, id, path, over, alarms } = await archivedOrder();
  await alarms(over);
  const erase = (token: string) => ask("DELETE", `${path}/contact`, { token });
  expect(await refusalOf(erase(stranger.token))).toBe("404 not_found");
  for (const { token } of [buyer, staff]) expect(await bodyOf(await erase(token))).toMatchObject({ id, contact: null });
  expect(await bodyOf(await ask("GET", path, { token: staff.token }))).toMatchObject({ contact: null });
  const audits = await db.select().from(auditLog).where(eq(auditLog.resource_id, id));
  expect(audits).toMatchObject([
    { action: "order.erase_contact", actor_kind: "shopper", actor_id: buyer.id, changes: "{}" },
  ]);
  const [found] = (await bodyOf(await ask("GET", "/v1/orders?email=buyer@example.com", staff)))["data"] as unknown[];
  expect(found).toBeUndefined();
  expect(await ledgerOf(homeOf(id))).toHaveLength(1);
});
