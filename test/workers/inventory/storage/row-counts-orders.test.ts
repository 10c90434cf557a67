// The exact rows of a sale, 64 at once and alone: what the object writes, and what its projection writes in D1.

import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import type { TicketTypeId } from "../../../../src/domain/ids.ts";
import { must } from "../../../../src/domain/result.ts";
import { openPorts } from "../../../../src/inventory/ports.ts";
import { countsOf, seedType } from "../../support/fixture.ts";
import { fireAlarm, inside, ledgerOf, setClock, silenceFeed, TTL_MS, usePorts } from "../../support/object.ts";
import { listenToD1 } from "../../support/storage/platform-counts.ts";
import {
  confirming,
  costOf,
  countWrites,
  newHolders,
  ordering,
  placeBatch,
  returning,
  type Writes,
} from "../../support/storage/row-counts.ts";

/** Beside a row for each of its tickets (rule N2), of which there is one here. */
const D1_ROWS_AN_ORDER = 6;
const TICKETS = 1;

/** A type whose object has its terms and projects only when the test says so; all that it writes is counted. */
async function openCounted() {
  const { typeId } = await seedType(1_000);
  const writes = await countWrites(typeId, "held");
  await silenceFeed(typeId);
  await countsOf(typeId);
  let now = Date.now();
  await setClock(typeId, now);
  const d1 = { rows: 0 };
  const ports = openPorts(
    listenToD1(env.DB, { onStatements: () => undefined, onRows: ({ written }) => void (d1.rows += written) }),
  );
  await usePorts(typeId, ports);
  await projected(typeId);
  return {
    typeId,
    writes,
    /** The rows that D1 writes while the alarm projects what is new: at once, since a second passes first. */
    project: async () => {
      now += 1_000;
      await setClock(typeId, now);
      const before = d1.rows;
      await projected(typeId);
      return d1.rows - before;
    },
    wait: async (ms: number) => {
      now += ms;
      await setClock(typeId, now);
    },
  };
}

async function projected(typeId: TicketTypeId): Promise<void> {
  await fireAlarm(typeId);
  const shown = await env.DB.prepare("SELECT counts_seq FROM ticket_types WHERE id = ?")
    .bind(typeId)
    .first("counts_seq");
  expect(shown).toBe(must((await ledgerOf(typeId)).at(-1), "there are rows").seq);
}

/** Whole sales of `count` shoppers, each step of all at once; `between` runs after each. */
async function sell(
  typeId: TicketTypeId,
  count: number,
  between: (step: string) => Promise<void>,
  checkouts: Ordering[] = [],
): Promise<void> {
  const buyers = newHolders(count);
  const holdIds = await placeBatch(typeId, buyers);
  await between("hold");
  checkouts.push(...buyers.map((buyer, n) => ordering(typeId, buyer, must(holdIds[n], "each has a hold"))));
  await inside(typeId, (object) => Promise.all(checkouts.map((checkout) => object.checkout(typeId, checkout))));
  await between("checkout");
  await inside(typeId, (object) =>
    Promise.all(checkouts.map((checkout) => object.settle(typeId, confirming(checkout)))),
  );
  await between("confirm");
}

type Ordering = ReturnType<typeof ordering>;
const rowsOf = ({ rows }: Writes) => rows;

describe.each([64, 1])("the rows of %i at once", (count) => {
  let counted: Awaited<ReturnType<typeof openCounted>>;
  beforeEach(async () => {
    counted = await openCounted();
  });

  it("[H11] [O3] in the object: two for a hold, three for its checkout, two for its confirmation", async () => {
    const { typeId, writes } = counted;
    const rows: Record<string, number> = {};
    let before = { ...writes };
    await sell(typeId, count, async (step) => {
      rows[step] = writes.rows - before.rows;
      before = { ...writes };
    });
    expect(rows).toEqual({ hold: 2 * count, checkout: 3 * count, confirm: 2 * count });
    expect(await countsOf(typeId)).toMatchObject({ held: 0, sold: count });
  });

  it.each([true, false])(
    "[O7] of a return, to stock %s: five each in the object, in D1 one and one more a ticket",
    async (toStock) => {
      const { typeId, writes, project } = counted;
      const checkouts: Ordering[] = [];
      await sell(typeId, count, () => Promise.resolve(), checkouts);
      await project();
      const returned = await costOf(writes, () =>
        inside(typeId, (object) =>
          Promise.all(checkouts.map((checkout) => object.returnTickets(typeId, returning(checkout, toStock)))),
        ),
      );
      expect(rowsOf(returned)).toBe(5 * count);
      expect(await countsOf(typeId)).toMatchObject({ sold: 0, available: toStock ? 1_000 : 1_000 - count });
      expect(await project(), "the counts are one more").toBe(count + count * TICKETS + 1);
      const again = await costOf(writes, () =>
        inside(typeId, (object) =>
          Promise.all(checkouts.map((checkout) => object.returnTickets(typeId, returning(checkout, toStock)))),
        ),
      );
      expect(rowsOf(again), "a repeat writes nothing").toBe(0);
    },
  );

  it("[H11] in the object: two for a hold, and two for its expiry", async () => {
    const { typeId, writes, wait, project } = counted;
    const placed = await costOf(writes, () => placeBatch(typeId, newHolders(count)));
    expect(rowsOf(placed)).toBe(2 * count);
    await project();
    await wait(TTL_MS);
    const ended = await costOf(writes, () => countsOf(typeId));
    expect(rowsOf(ended)).toBe(2 * count);
    expect(await countsOf(typeId)).toMatchObject({ held: 0 });
  });

  it("[K5] [N2] in D1: an order is three, its end one and one a ticket, and the counts one more a time", async () => {
    const { typeId, project } = counted;
    const rows: Record<string, number> = {};
    await sell(typeId, count, async (step) => {
      rows[step] = await project();
    });
    expect(rows).toEqual({ hold: 1, checkout: 3 * count + 1, confirm: count + count * TICKETS + 1 });
    const counts = Object.keys(rows).length;
    const sum = Object.values(rows).reduce((all, each) => all + each, 0);
    expect((sum - counts) / count, "the counts apart").toBeLessThanOrEqual(D1_ROWS_AN_ORDER + TICKETS);
  });

  it("[K5] in D1: a hold that expires is none, but for the counts", async () => {
    const { typeId, project, wait } = counted;
    await placeBatch(typeId, newHolders(count));
    expect(await project()).toBe(1);
    await wait(TTL_MS);
    expect(await project()).toBe(1);
    const orders = await env.DB.prepare("SELECT COUNT(*) AS n FROM orders").first("n");
    const before = Number(orders);
    await sell(typeId, count, () => Promise.resolve());
    await project();
    expect(Number(await env.DB.prepare("SELECT COUNT(*) AS n FROM orders").first("n"))).toBe(before + count);
  });
});

it("[K5] an order in D1 is one row in its table and in each of two indexes, and two more with a contact", async () => {
  const { results } = await env.DB.prepare(
    "SELECT type, name, sql FROM sqlite_master WHERE tbl_name = 'orders' AND sql IS NOT NULL ORDER BY type, name",
  ).all<{ type: string; name: string; sql: string }>();
  expect(results.map(({ type, name }) => [type, name])).toEqual([
    ["index", "orders_by_buyer"],
    ["index", "orders_by_creation"],
    ["index", "orders_by_email"],
    ["index", "orders_by_name"],
    ["table", "orders"],
  ]);
  expect(results.at(-1)?.sql).toMatch(/WITHOUT ROWID\s*$/);
  const partial = results.filter(({ sql }) => / WHERE /.test(sql)).map(({ name }) => name);
  expect(partial).toEqual(["orders_by_email", "orders_by_name"]);
});
