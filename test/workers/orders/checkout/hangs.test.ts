// A checkout over three types one of whose objects does not reply at one step, before or after it has carried it out:
// the Worker and the other objects give it up after 5 s, and in the end all is right (rules O2, O3, O6).
// @module-tag slow

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { UNAVAILABLE } from "../../../../src/domain/errors.ts";
import { DOUBT_MS } from "../../../../src/domain/limits.ts";
import type { TicketTypeId } from "../../../../src/domain/ids.ts";
import { must, refuse } from "../../../../src/domain/result.ts";
import { TicketTypeInventory } from "../../../../src/inventory/ticket-type-inventory.ts";
import { inventories } from "../../support/fixture.ts";
import { expectAllOrNone, holdsOfTypes, orderRowsOf, passTime, type Setting } from "../../support/order-setting.ts";

const STEPS = ["claim", "checkout", "resolve", "unclaim", "follow"] as const;
type Step = (typeof STEPS)[number];
type Case = { readonly step: Step; readonly when: "before" | "after" };

const CASES = STEPS.flatMap((step): Case[] => [
  { step, when: "before" },
  { step, when: "after" },
]);

/** The calls that never reply, by ticket type and step, before or after they took effect. */
const hung = new Map<string, Case["when"]>();
/** Those of `hung` that were called. */
const met = new Set<string>();
const never = () => new Promise<never>(() => undefined);

beforeEach(() => {
  vi.spyOn(console, "error").mockImplementation(() => {});
  for (const step of STEPS) {
    const real = TicketTypeInventory.prototype[step] as (...args: unknown[]) => Promise<unknown>;
    vi.spyOn(TicketTypeInventory.prototype, step).mockImplementation(async function (
      this: TicketTypeInventory,
      ...args: unknown[]
    ) {
      const key = `${String(args[0])} ${step}`;
      const when = hung.get(key);
      if (when) met.add(key);
      if (when === "before") await never();
      const reply = await real.apply(this, args);
      return when === "after" ? never() : (reply as never);
    });
  }
});
afterEach(() => {
  hung.clear();
  met.clear();
});

/** `resolve` and `unclaim` are steps of giving up: the home's own hold is released first. */
const givesUp = ({ step }: Case): boolean => step === "resolve" || step === "unclaim";

/** A checkout that has met the hung step; the object replies again. */
async function cutOff(each: Case): Promise<Setting> {
  const setting = await holdsOfTypes(3);
  const { home, others, shopper, holdIds } = setting;
  const own = must(holdIds[0], "at home");
  const by = { id: shopper.id, organizationId: null };
  const said = { actor: shopper.id, requestId: "test" };
  if (givesUp(each)) await inventories(home).release({ holdId: own, by, ...said });
  const where = each.step === "checkout" || each.step === "resolve" ? home : must(others[1], "three types");
  const key = `${where} ${each.step}`;
  hung.set(key, each.when);
  const answer = await setting.checkout();
  // Who follows and who takes back is not waited for by the response, or not with its outcome.
  if (each.step === "follow") expect(answer).toMatchObject({ ok: true });
  else if (each.step === "unclaim") expect(answer).toMatchObject({ refusal: { code: "hold_not_active" } });
  else expect(answer, JSON.stringify(each)).toEqual(refuse(UNAVAILABLE));
  await expect.poll(() => met.has(key)).toBe(true);
  hung.delete(key);
  return setting;
}

async function expectGivenUp({ home, others, statuses, counts }: Setting): Promise<void> {
  expect(await statuses()).toEqual(["cancelled", "active", "active"]);
  expect(await counts()).toMatchObject([{ held: 0 }, { held: 2 }, { held: 2 }]);
  expect((await orderRowsOf(home)).orders).toEqual([]);
  for (const other of others) expect((await orderRowsOf(other)).claims).toEqual([]);
}

async function expectSettled(each: Case, setting: Setting): Promise<void> {
  if (givesUp(each)) return expectGivenUp(setting);
  await expect.poll(async () => (await orderRowsOf(setting.home)).outbox).toEqual([]);
  await expectAllOrNone(setting);
}

describe("an object that never replies to one step of a checkout over three types", () => {
  it("[O2] at any step: after the doubts, all holds are converted by an order, or none", async () => {
    // Side by side: each waits out its 5 s.
    await Promise.all(
      CASES.map(async (each) => {
        const setting = await cutOff(each);
        const later = () => passTime(setting.types, DOUBT_MS + 5_000);
        await later();
        // The clocks do not move between two reads: what still waits out its 5 s is sent again after them.
        await expect.poll(async () => (await later(), (await orderRowsOf(setting.home)).outbox)).toEqual([]);
        await expectSettled(each, setting);
      }),
    );
  });

  it("[O6] at any step: an immediate repeat of the key makes the one order, or is refused as before", async () => {
    await Promise.all(
      CASES.map(async (each) => {
        const setting = await cutOff(each);
        const again = await setting.checkout();
        if (givesUp(each)) expect(again).toMatchObject({ refusal: { code: "hold_not_active" } });
        else expect(again, JSON.stringify(each)).toMatchObject({ ok: true });
        await expectSettled(each, setting);
      }),
    );
  });

  it("[O2] the home at every step: the quantity stays held until it replies, and is then given back", async () => {
    const setting = await holdsOfTypes(3);
    const { home, others, statuses } = setting;
    for (const step of STEPS) hung.set(`${home} ${step}`, "before");
    expect(await setting.checkout()).toEqual(refuse(UNAVAILABLE));
    const states = (types: readonly TicketTypeId[]) =>
      Promise.all(types.map(async (type) => (await orderRowsOf(type)).claims.map(({ state }) => state)));
    await passTime(others, DOUBT_MS);
    expect(await states(others)).toEqual([["doubt"], ["doubt"]]);
    expect(await statuses()).toEqual(["active", "converted", "converted"]);
    hung.clear();
    await passTime(others, DOUBT_MS + 60_000);
    await expectAllOrNone(setting);
    expect(await setting.statuses()).toEqual(["active", "active", "active"]);
  });
});
