// The tickets of orders in D1 (rule N2): a row a ticket, made of the order by its home, and only with the order's own
// row.

import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { returnTickets } from "../../../src/app/tickets/change-tickets.ts";
import { checkOut } from "../../../src/app/orders/check-out.ts";
import { confirmOrder } from "../../../src/app/orders/settle-order.ts";
import type { Context } from "../../../src/app/context.ts";
import { type Projection, projectInventory } from "../../../src/db/projection/projection.ts";
import { ticketsOf } from "../../../src/domain/door/tickets/ticket.ts";
import { homeOf, type OrderId } from "../../../src/domain/ids.ts";
import type { Organiser } from "../../../src/domain/people/policy.ts";
import { must } from "../../../src/domain/result.ts";
import { sha256 } from "../../../src/shared/sha256.ts";
import { aShopper, contextFor, db, held, inventories, seedShow, staffOf } from "../support/fixture.ts";
import { inside, silenceFeed, usePorts } from "../support/object.ts";
import { listenToD1 } from "../support/storage/platform-counts.ts";
import { openPorts } from "../../../src/inventory/ports.ts";
import { projectNext } from "../../../src/inventory/projection/project.ts";
import { openSqlStore } from "../../../src/inventory/storage/sql-store.ts";

type Row = { serial: number; order_id: string; number: number; status: string };

/** An order of two types, three tickets in all, confirmed at its home, which projects only when the test says so. */
async function sold() {
  const show = await seedShow([{ total: 10 }, { total: 10 }]);
  const staff = contextFor(staffOf(show.organizationId)) as Context<Organiser>;
  const shopper = aShopper();
  const holdIds = [];
  for (const [index, typeId] of show.typeIds.entries()) {
    await inventories(typeId).counts();
    await silenceFeed(typeId);
    await usePorts(typeId, { project: () => Promise.reject(new Error("D1_ERROR: not now")) });
    holdIds.push(await held(typeId, shopper.id, index + 1));
  }
  const made = await checkOut(contextFor(shopper), { holdIds, idempotencyKey: "key" });
  const { id } = must(made.ok ? made.value.order : null, "there is room");
  const confirm = () => confirmOrder(staff, id);
  const giveBack = (items: Parameters<typeof returnTickets>[2]["items"], key: string) =>
    returnTickets(staff, id, { items, returnToStock: true, reason: null, idempotencyKey: key, ifMatch: null });
  return { ...show, id, confirm, giveBack, staff };
}

/** All that the order's home has to send, as it would be sent now. */
async function toldBy(id: OrderId): Promise<Projection> {
  const sent: Projection[] = [];
  await inside(homeOf(id), async ({ ledger, ports }, { storage }) => {
    const store = openSqlStore(storage);
    await projectNext(ledger.book(), store, 0, { ...ports, project: async (each) => void sent.push(each) });
  });
  return must(sent[0], "it has rows");
}

async function take(projection: Projection): Promise<void> {
  await projectInventory(db, projection, Date.now());
}

async function rowsOf(id: OrderId): Promise<Row[]> {
  const all = env.DB.prepare("SELECT * FROM tickets WHERE order_id = ? ORDER BY number").bind(id);
  return (await all.all<Row>()).results;
}

const statuses = async (id: OrderId) => (await rowsOf(id)).map(({ number, status }) => [number, status]);

describe("[N2] the tickets of an order in D1", () => {
  it("are none while it is reserved, and one row each by their serials once it is confirmed", async () => {
    const { id, confirm, organizationId } = await sold();
    await take(await toldBy(id));
    expect(await rowsOf(id)).toEqual([]);
    const confirmed = await confirm();
    await take(await toldBy(id));
    const order = must(confirmed.ok ? confirmed.value : null, "it was reserved");
    const made = ticketsOf(order, sha256);
    expect(made).toHaveLength(3);
    expect(await rowsOf(id)).toEqual(
      made.map(({ serial, number }) => ({
        ...{ organization_id: organizationId, serial, order_id: id, number },
        status: "valid",
      })),
    );
  });

  it("[N8] are void from the highest number of a hold on, as they are returned", async () => {
    const { id, confirm, giveBack } = await sold();
    const confirmed = await confirm();
    const { items } = must(confirmed.ok ? confirmed.value : null, "it was reserved");
    await take(await toldBy(id));
    const { holdId } = must(
      items.find(({ quantity }) => quantity === 2),
      "two of one type",
    );
    await giveBack([{ holdId, quantity: 1 }], "one");
    await take(await toldBy(id));
    const [one, two, three] = await statuses(id);
    // The type with two of them may come first or last by its id.
    expect([
      [
        [1, "valid"],
        [2, "void"],
        [3, "valid"],
      ],
      [
        [1, "valid"],
        [2, "valid"],
        [3, "void"],
      ],
    ]).toContainEqual([one, two, three]);
    await giveBack("all", "all");
    await take(await toldBy(id));
    expect((await statuses(id)).map(([, status]) => status)).toEqual(["void", "void", "void"]);
  });

  it("are not brought back by what is late, and are written again where they were lost", async () => {
    const { id, confirm, giveBack } = await sold();
    await confirm();
    const before = await toldBy(id);
    await take(before);
    await giveBack("all", "all");
    const after = await toldBy(id);
    for (const projection of [after, before, after, before]) await take(projection);
    expect((await statuses(id)).map(([, status]) => status)).toEqual(["void", "void", "void"]);
    await env.DB.prepare("DELETE FROM tickets WHERE order_id = ? AND number > 1").bind(id).run();
    await take(before);
    expect(await statuses(id), "an older version writes nothing").toEqual([[1, "void"]]);
    await take(after);
    expect(await statuses(id)).toHaveLength(3);
    await env.DB.prepare("DELETE FROM orders WHERE id = ?").bind(id).run();
    await env.DB.prepare("DELETE FROM tickets WHERE order_id = ?").bind(id).run();
    await take(after);
    expect(await statuses(id)).toHaveLength(3);
  });

  it("cost nothing when they are sent again", async () => {
    const { id, confirm } = await sold();
    await confirm();
    const projection = { ...(await toldBy(id)), counts: null };
    await take(projection);
    const projected = async () => {
      let rows = 0;
      const d1 = listenToD1(env.DB, {
        onStatements: () => undefined,
        onRows: ({ written }) => {
          rows += written;
        },
      });
      await openPorts(d1).project(projection);
      return rows;
    };
    expect(await projected()).toBe(0);
    await env.DB.prepare("DELETE FROM tickets WHERE order_id = ?").bind(id).run();
    expect(await projected(), "three rows are counted").toBe(3);
  });
});
