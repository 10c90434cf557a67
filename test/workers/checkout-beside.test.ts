// Two attempts of one checkout side by side, the one a step behind the other: both hear what became of it.

import { eq } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { startCheckout } from "../../src/app/start-checkout.ts";
import { arbitrate } from "../../src/db/orders.ts";
import { orders } from "../../src/db/schema-sales.ts";
import { readTerms } from "../../src/db/terms.ts";
import type { HoldId, TicketTypeId } from "../../src/domain/ids.ts";
import { must } from "../../src/domain/result.ts";
import { dyingAt, withFate } from "./faults.ts";
import { aShopper, contextFor, db, held, inventories, seedType } from "./fixture.ts";

async function aHold() {
  const { typeId } = await seedType(10);
  const shopper = aShopper();
  const holdIds: HoldId[] = [await held(typeId, shopper.id, 2)];
  const input = { holdIds, idempotencyKey: "key" };
  const hold = async () => {
    const reply = await inventories(typeId).read({ holdIds, by: { id: shopper.id, organizationId: null } });
    if (!reply.ok) throw new Error(reply.refusal.code);
    return must(reply.value.holds[0], "an inventory answers for each hold");
  };
  return { typeId, shopper, input, hold, attempt: () => startCheckout(contextFor(shopper), input) };
}

type Setting = Awaited<ReturnType<typeof aHold>>;

async function endEvent(typeId: TicketTypeId): Promise<void> {
  const terms = must(await readTerms(db, typeId), "the type was seeded");
  await inventories(typeId).terms({ ...terms, version: terms.version + 1, eventStatus: "ended" }, "test");
}

/** An attempt that dies after its claim, before its order. */
async function claimOnly({ shopper, input, hold }: Setting): Promise<void> {
  const { fate } = dyingAt(4, "lost before");
  await startCheckout(contextFor(shopper, withFate(fate)), input).catch(() => undefined);
  expect(await hold()).toMatchObject({ status: "converted", claim: { state: "doubt" } });
}

/** An attempt that has found no order, and looks at its holds only after `meanwhile`. */
function attemptBehind({ shopper, input }: Setting, meanwhile: () => Promise<void>) {
  const late = (typeId: TicketTypeId): ReturnType<typeof inventories> => ({
    ...inventories(typeId),
    async read(command) {
      await meanwhile();
      return inventories(typeId).read(command);
    },
  });
  return startCheckout(contextFor(shopper, { inventories: late }), input);
}

describe("an attempt that is a step behind another of its key", () => {
  it("[O6] answers with the order, also when the event has ended since", async () => {
    const setting = await aHold();
    const reply = await attemptBehind(setting, async () => {
      expect(await setting.attempt()).toMatchObject({ ok: true, value: { replayed: false } });
      await endEvent(setting.typeId);
    });
    expect(reply).toMatchObject({ ok: true, value: { replayed: true, order: { status: "reserved" } } });
    expect(await db.select().from(orders).where(eq(orders.user_id, setting.shopper.id))).toHaveLength(1);
  });

  it("[O6] [O2] puts back what the other has claimed and not yet ordered, when it has to refuse", async () => {
    const setting = await aHold();
    const reply = await attemptBehind(setting, async () => {
      await claimOnly(setting);
      await endEvent(setting.typeId);
    });
    expect(reply).toEqual({ ok: false, refusal: { code: "not_on_sale", reason: "event_over" } });
    expect(await setting.hold()).toMatchObject({ status: "active", claim: null });
    expect(await db.select().from(orders).where(eq(orders.user_id, setting.shopper.id))).toEqual([]);
  });

  it("[O6] answers with the order that the other made under the next id, since the first was void", async () => {
    const setting = await aHold();
    const reply = await attemptBehind(setting, async () => {
      await claimOnly(setting);
      const { claim } = await setting.hold();
      await arbitrate(db, [must(claim, "it was claimed").orderId], Date.now());
      expect(await setting.attempt()).toMatchObject({ ok: true, value: { replayed: false } });
    });
    expect(reply).toMatchObject({ ok: true, value: { replayed: true } });
  });

  it("[O6] [O1] refuses holds that another checkout has taken, and leaves them alone", async () => {
    const setting = await aHold();
    const { shopper, input } = setting;
    const other = await startCheckout(contextFor(shopper), { ...input, idempotencyKey: "another" });
    expect(other.ok).toBe(true);
    expect(await setting.attempt()).toMatchObject({
      refusal: { code: "hold_not_active", holdStatus: "converted" },
    });
    expect(await setting.hold()).toMatchObject({ status: "converted", claim: { state: "reserved" } });
  });
});
