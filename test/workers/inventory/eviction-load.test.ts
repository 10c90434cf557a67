// Objects ended and put to sleep under load, again and again, in workerd itself; then an audit of everything that was
// acknowledged. EVICTION_ROUNDS says how often (the nightly run: 100).

import { createHash } from "node:crypto";
import { abortAllDurableObjects, evictDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { newId } from "../../../src/app/context.ts";
import { checkOut } from "../../../src/app/orders/check-out.ts";
import { homeOf, type HoldId, type OrderId, type ShopperId, type TicketTypeId } from "../../../src/domain/ids.ts";
import { EMPTY_HEAD, firstBrokenRow, type LedgerRow } from "../../../src/domain/ledger/chain.ts";
import { must } from "../../../src/domain/result.ts";
import { contextFor, countsOf, inventories, objectOf, placeHold, seedShow, statusOf } from "../support/fixture.ts";

const ROUNDS = Number(env.EVICTION_ROUNDS);
const SHOPPERS = 8;
/** So many holds get their reply between two ends of an object. */
const ANSWERS_A_ROUND = 20;
const TOTALS = [100_000, 40];

type Held = {
  readonly shopper: ShopperId;
  readonly typeId: TicketTypeId;
  readonly key: string;
  readonly quantity: number;
};
type Answered = Held & { readonly holdId: HoldId };
type Ordered = { readonly orderId: OrderId; readonly holds: readonly Answered[] };

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

/** As a client does: sends the same key until there is a reply. Null when the type is sold out. */
async function hold(wish: Held): Promise<Answered | null> {
  for (;;) {
    const reply = await placeHold(wish.typeId, wish.shopper, wish.quantity, wish.key);
    if (reply.ok) return { ...wish, holdId: reply.value.hold.id };
    if (reply.refusal.code === "sold_out") return null;
    expect(["temporarily_unavailable", "overloaded"]).toContain(reply.refusal.code);
  }
}

async function order(holds: readonly Answered[], key: string): Promise<Ordered> {
  const shopper = { kind: "shopper", id: must(holds[0], "there are holds").shopper } as const;
  for (;;) {
    const holdIds = holds.map(({ holdId }) => holdId);
    const reply = await checkOut(contextFor(shopper), { holdIds, idempotencyKey: key });
    if (reply.ok) return { orderId: reply.value.order.id, holds };
    expect(["temporarily_unavailable", "overloaded"]).toContain(reply.refusal.code);
  }
}

async function ledgerOf(typeId: TicketTypeId): Promise<LedgerRow[]> {
  const rows: LedgerRow[] = [];
  for (;;) {
    const page = await inventories(typeId).listLedger(rows.at(-1)?.seq ?? 0, 500);
    if (!page.ok) throw new Error(page.refusal.code);
    if (page.value.rows.length === 0) return rows;
    rows.push(...page.value.rows);
  }
}

const title = "[H11] [H1] [H8] [O2] objects ended and put to sleep under load lose nothing that was confirmed";
it(title, { timeout: 300_000 + ROUNDS * 5_000 }, async () => {
  const { typeIds } = await seedShow(TOTALS.map((total) => ({ total, max_per_order: 100 })));
  const answered: Answered[] = [];
  const ordered: Ordered[] = [];
  let ending = Promise.resolve();
  let ended = 0;

  /** Calls it first, since an object that was ended a moment ago runs only after a call. */
  async function sleep(typeId: TicketTypeId): Promise<void> {
    await countsOf(typeId);
    await evictDurableObject(objectOf(typeId));
  }

  function endNow(): void {
    ended += 1;
    const sleeps = ended % 3 === 0;
    const typeId = must(typeIds[ended % typeIds.length], "two types");
    ending = ending.then(() => (sleeps ? sleep(typeId) : abortAllDurableObjects()));
  }

  async function shop(): Promise<void> {
    while (ended < ROUNDS) {
      const shopper = newId("shp");
      const holds: Answered[] = [];
      for (const typeId of typeIds) {
        const held = await hold({ shopper, typeId, key: newId("aud"), quantity: 1 });
        if (!held) continue;
        holds.push(held);
        answered.push(held);
        if (answered.length % ANSWERS_A_ROUND === 0) endNow();
      }
      if (answered.length % 3 === 0) ordered.push(await order(holds, newId("aud")));
    }
  }

  await Promise.all(Array.from({ length: SHOPPERS }, shop));
  await ending;
  await abortAllDurableObjects();
  for (const [index, typeId] of typeIds.entries()) {
    const counts = await countsOf(typeId);
    const own = answered.filter((each) => each.typeId === typeId);
    expect(counts).toEqual({ total: TOTALS[index], sold: 0, held: own.length, available: counts.total - own.length });
    expect(counts.available).toBeGreaterThanOrEqual(0);
    const rows = await ledgerOf(typeId);
    expect(firstBrokenRow(EMPTY_HEAD, rows, sha256)).toBeNull();
    expect(new Set(rows.filter(({ kind }) => kind === "hold").map(({ holdId }) => holdId)).size).toBe(own.length);
  }
  for (const each of answered) expect(await hold(each), "the same key is the same hold").toEqual(each);
  for (const { orderId, holds } of ordered) {
    const by = { id: must(holds[0], "there are holds").shopper, organizationId: null };
    const found = await inventories(homeOf(orderId)).order({ orderId, by });
    const items = found.ok ? found.value.items : [];
    expect(items.map(({ holdId }) => holdId).sort()).toEqual(holds.map(({ holdId }) => holdId).sort());
    for (const { typeId, shopper, holdId } of holds) expect(await statusOf(typeId, shopper, holdId)).toBe("converted");
  }
  console.info(`${ended} ends, ${answered.length} holds and ${ordered.length} orders answered and found again`);
});
