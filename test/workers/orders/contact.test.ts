// The contact of an order: who may read it, where it is stored, and that nothing brings it back once it was erased.

import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { type Projection, projectInventory } from "../../../src/db/projection/projection.ts";
import type { OrderId, TicketTypeId } from "../../../src/domain/ids.ts";
import { must } from "../../../src/domain/result.ts";
import { openSqlStore } from "../../../src/inventory/storage/sql-store.ts";
import { projectNext } from "../../../src/inventory/projection/project.ts";
import { db, seedShow } from "../support/fixture.ts";
import { apiKey, ask, bodyOf, hold, idOf, openWorld, refusalOf, shopper } from "../support/http.ts";
import { inside, ledgerOf, setClock } from "../support/object.ts";
import { traceOf } from "../support/storage/trace.ts";

const CONTACT = { name: "A Buyer", email: "buyer@example.com", phone: "+27821234567" };
const PERSONAL = /buyer@example\.com|A Buyer|27821234567/;

let world: Awaited<ReturnType<typeof openWorld>>;
beforeAll(async () => {
  world = await openWorld();
});

async function ordered(typeId: TicketTypeId, json: object = { contact: CONTACT, locale: "af" }) {
  const me = await shopper();
  const holdId = await idOf(hold(typeId, me.token));
  const request = { token: me.token, key: "c", json: { hold_ids: [holdId], ...json } };
  const order = await bodyOf(await ask("POST", "/v1/checkouts", request));
  return {
    token: me.token,
    userId: me.id,
    asked: request,
    order,
    id: order["id"] as OrderId,
    path: `/v1/orders/${String(order["id"])}`,
  };
}

const contactIn = async (answer: Promise<Response>): Promise<unknown> => (await bodyOf(await answer))["contact"];

/** What the home of this type would send to D1 from its first row on, one step. */
function projectionOf(typeId: TicketTypeId): Promise<Projection> {
  return inside(typeId, async ({ ledger, ports }, { storage }) => {
    const sent: Projection[] = [];
    const taking = { ...ports, project: async (projection: Projection) => void sent.push(projection) };
    await projectNext(ledger.book(), openSqlStore(storage), 0, taking);
    return must(sent[0], "there are rows");
  });
}

function rowInD1(id: OrderId) {
  return env.DB.prepare("SELECT contact, locale, email, name_key, seq FROM orders WHERE id = ?").bind(id).first();
}

describe("[O11] the contact of an order", () => {
  it("is taken by a checkout with the language of its mails, and returned to the buyer", async () => {
    const { order, path, token } = await ordered(world.typeId);
    expect(order).toMatchObject({ contact: CONTACT, locale: "af" });
    expect(await contactIn(ask("GET", path, { token }))).toEqual(CONTACT);
  });

  it("is trimmed, its address in lower case, and may be left out, with its phone number or without it", async () => {
    const email = "  Buyer@EXAMPLE.com ";
    const { order } = await ordered(world.typeId, { contact: { name: " A Buyer ", email } });
    expect(order).toMatchObject({ contact: { ...CONTACT, phone: null }, locale: "en" });
    expect((await ordered(world.typeId, {})).order).toMatchObject({ contact: null, locale: "en" });
    expect((await ordered(world.typeId, { contact: null })).order).toMatchObject({ contact: null });
  });

  it.each([
    [{ contact: {} }, ["/contact/name", "/contact/email"]],
    [{ contact: { ...CONTACT, email: "no address" } }, ["/contact/email"]],
    [{ contact: { ...CONTACT, phone: "082 123 4567" } }, ["/contact/phone"]],
    [{ contact: { ...CONTACT, name: "x".repeat(201) } }, ["/contact/name"]],
    [{ contact: { ...CONTACT, nameKey: "a buyer" } }, ["/contact/nameKey"]],
    [{ contact: "buyer@example.com" }, ["/contact"]],
    [{ locale: "af-ZA" }, ["/locale"]],
    [{ locale: "zu" }, ["/locale"]],
    [{ locale: null }, ["/locale"]],
  ])("is refused as %j, with the place of each fault, and nothing is ordered", async (json, paths) => {
    const { order } = await ordered(world.typeId, json);
    expect(order).toMatchObject({ status: 400, code: "invalid_request" });
    expect((order["errors"] as { path: string }[]).map(({ path }) => path).sort()).toEqual([...paths].sort());
  });

  it("[O6] is not compared: a repeat with another returns the first", async () => {
    const { asked, id } = await ordered(world.typeId);
    const json = { ...asked.json, contact: { ...CONTACT, email: "other@example.com" }, locale: "en" };
    const again = await ask("POST", "/v1/checkouts", { ...asked, json });
    expect(again.headers.get("Idempotency-Replayed")).toBe("true");
    expect(await bodyOf(again)).toMatchObject({ id, contact: CONTACT, locale: "af" });
  });

  it("is shown to who may read orders, and not to a key that may only settle them", async () => {
    const { path } = await ordered(world.typeId);
    const reads = await apiKey(world.organizationId, ["view_orders"]);
    const settles = await apiKey(world.organizationId, ["manage_ticketing_and_pricing"]);
    expect(await contactIn(ask("GET", path, { token: reads.token }))).toEqual(CONTACT);
    expect(await contactIn(ask("POST", `${path}/confirm`, { token: settles.token }))).toBeNull();
    expect(await refusalOf(ask("GET", path, { token: settles.token }))).toBe("403 forbidden");
    expect(await contactIn(ask("POST", `${path}/confirm`, { token: world.owner.token }))).toEqual(CONTACT);
  });

  it("is in the order's row alone: in no ledger row, and in no message to another type", async () => {
    const { typeIds } = await seedShow([{ total: 10 }, { total: 10 }]);
    const [home, other] = [...typeIds].sort() as [TicketTypeId, TicketTypeId];
    const me = await shopper();
    const holds = [await idOf(hold(home, me.token)), await idOf(hold(other, me.token))];
    const json = { hold_ids: holds, contact: CONTACT };
    const made = await ask("POST", "/v1/checkouts", { token: me.token, key: "c", json });
    const path = `/v1/orders/${await idOf(made)}`;
    expect((await ask("POST", `${path}/cancel`, { token: me.token })).status).toBe(200);
    expect(JSON.stringify([await ledgerOf(home), await ledgerOf(other)])).not.toMatch(PERSONAL);
    const tables = [...(await traceOf())].filter(([, rows]) => PERSONAL.test(rows)).map(([table]) => table);
    expect(tables.filter((table) => table.startsWith(other))).toEqual([]);
    expect(tables.filter((table) => table.startsWith(home))).toEqual([`${home} orders`]);
  });
});

describe("[O11] an erased contact", () => {
  it.each(["the buyer", "staff"])(
    "is gone from home and D1 when %s has erased it, and the history says by whom",
    async (who) => {
      const { typeIds } = await seedShow([{ total: 10 }]);
      const typeId = must(typeIds[0], "one type");
      const own = await ordered(typeId);
      const organizationId = String(own.order["organization_id"]) as Parameters<typeof apiKey>[0];
      const staff = await apiKey(organizationId, "staff");
      const by = who === "staff" ? staff : own;
      await projectInventory(db, await projectionOf(typeId), Date.now());
      expect(await rowInD1(own.id)).toMatchObject({ email: CONTACT.email, name_key: "a buyer" });
      const erased = await ask("DELETE", `${own.path}/contact`, { token: by.token });
      expect([erased.status, (await bodyOf(erased))["contact"]]).toEqual([200, null]);
      const again = await ask("DELETE", `${own.path}/contact`, { token: by.token });
      expect([again.status, again.headers.get("ETag")]).toEqual([200, erased.headers.get("ETag")]);
      await projectInventory(db, await projectionOf(typeId), Date.now());
      expect(await rowInD1(own.id)).toEqual({
        contact: '{"erased":true}',
        ...{ locale: "af", email: null, name_key: null },
        seq: (await ledgerOf(typeId)).length,
      });
      const history = await bodyOf(await ask("GET", `${own.path}/history`, { token: staff.token }));
      expect(history["data"]).toMatchObject([
        { kind: "checkout" },
        { kind: "contact", hold_id: null, actor: who === "staff" ? staff.id : own.userId },
      ]);
      const left = [...(await traceOf())].filter(([table]) => table.startsWith(typeId));
      expect(left.filter(([, rows]) => PERSONAL.test(rows)).map(([table]) => table)).toEqual([]);
      expect(await contactIn(ask("GET", own.path, { token: own.token }))).toBeNull();
      expect(await contactIn(ask("POST", "/v1/checkouts", own.asked)), "a repeat").toBeNull();
    },
  );

  it("comes back by no projection: no late older step, and none into an empty D1 before the new", async () => {
    const { typeIds } = await seedShow([{ total: 10 }]);
    const typeId = must(typeIds[0], "one type");
    const { id, path, token } = await ordered(typeId);
    const old = await projectionOf(typeId);
    expect(JSON.stringify(old)).toMatch(PERSONAL);
    expect((await ask("DELETE", `${path}/contact`, { token })).status).toBe(200);
    const now = await projectionOf(typeId);
    const erased = { contact: '{"erased":true}', email: null, name_key: null };
    for (const steps of [
      [now, old],
      [old, now],
      [now, old, now],
      [old, old, now, old],
    ]) {
      await env.DB.prepare("DELETE FROM orders WHERE id = ?").bind(id).run();
      for (const step of steps) await projectInventory(db, step, Date.now());
      expect(await rowInD1(id)).toMatchObject(erased);
    }
    // An order that ended after its contact was erased is projected once more, and has none.
    expect((await ask("POST", `${path}/cancel`, { token })).status).toBe(200);
    const later = await projectionOf(typeId);
    for (const step of [old, later, now, old]) await projectInventory(db, step, Date.now());
    expect(await rowInD1(id)).toMatchObject(erased);
  });

  it("[H10] is for the buyer and its organisation: 404 to a stranger, 403 to a key that may not", async () => {
    const { path } = await ordered(world.typeId);
    const reads = await apiKey(world.organizationId, ["view_orders"]);
    expect(await refusalOf(ask("DELETE", `${path}/contact`, { token: (await shopper()).token }))).toBe("404 not_found");
    expect(await refusalOf(ask("DELETE", `${path}/contact`, { token: reads.token }))).toBe("403 forbidden");
    expect(await refusalOf(ask("DELETE", "/v1/orders/ord_x/contact", { token: world.owner.token }))).toBe(
      "404 not_found",
    );
    expect(await contactIn(ask("GET", path, { token: world.owner.token }))).toEqual(CONTACT);
  });
});

it("[O4] an event's order_minutes are the time of its orders, from the terms that its objects have", async () => {
  const { typeIds, eventId } = await seedShow([{ total: 10 }]);
  const typeId = must(typeIds[0], "one type");
  await env.DB.prepare("UPDATE events SET order_minutes = 2880 WHERE id = ?").bind(eventId).run();
  const now = Date.now();
  await setClock(typeId, now);
  const { order } = await ordered(typeId);
  expect(Date.parse(String(order["expires_at"])) - now).toBe(2_880 * 60_000);
});
