// Plays staff beside the organiser of every world (organiser.ts): they change prices, windows and bounds, suspend the
// organisation for a while, and release holds of shoppers.

import { idFrom } from "../../../src/domain/ids.ts";
import { actingOnHolds } from "../../../src/domain/people/policy.ts";
import { sha256Bytes } from "../../support/builders.ts";
import { read } from "./asking.ts";
import { type Catalogue, MAX_PER_ORDER, OUR_SLUG } from "../world/catalogue/on-sale.ts";
import { runCron } from "../world/cron.ts";
import type { Journal } from "../watchers/journal.ts";
import { changeType } from "./organiser.ts";
import { placeHold } from "./shoppers.ts";
import type { Shopper, World } from "../world/world.ts";

/** Resolves when all changes were tried; while D1 is restored none is. At the end the sale is as open as it was. */
export async function setTerms(
  world: World,
  catalogue: Catalogue,
  journal: Journal,
  changes: number,
  isRestoring: () => boolean,
): Promise<void> {
  const { dice, scheduler } = world;
  for (let n = 0; n < changes; n++) {
    await world.sleep(dice.pick([dice.between(0, 3_000), dice.between(0, 120_000)]));
    if (isRestoring()) continue;
    const id = dice.pick(catalogue.typeIds);
    const soon = scheduler.now() + dice.between(0, 60_000);
    if (dice.chance(0.15)) {
      await suspend(world);
      continue;
    }
    const change = dice.pick([
      { price: dice.pick([0, 9_900, 20_000]) },
      { price: dice.between(1, 50_000) },
      { max_per_order: dice.between(1, MAX_PER_ORDER) },
      { sale_start: null, sale_end: soon },
      { sale_start: soon, sale_end: null },
      { sale_start: null, sale_end: null },
    ]);
    if ("sale_start" in change) journal.moments.push(soon);
    await changeType(world, catalogue, id, change);
    // Somebody is there when it opens or closes, to the millisecond.
    const shopper: Shopper = { kind: "shopper", id: world.newId("shp") };
    if (!("sale_start" in change) || soon < scheduler.now()) continue;
    await world.sleep(soon - scheduler.now());
    await placeHold({ world, catalogue, journal, shopper }, id, `${shopper.id} to the moment`);
  }
}

/** As `npm run organizations` does: rows in D1, which the cron delivers. */
async function suspend(world: World): Promise<void> {
  const { dice, d1, product, scheduler } = world;
  for (const change of ["suspend", "resume"] as const) {
    const auditId = idFrom("aud", sha256Bytes(`${change} ${dice.next()}`));
    for (const statement of product.changeStatus(change, OUR_SLUG, auditId, scheduler.now())) d1.ask(statement);
    world.note(`an organisation: ${change}`);
    void runCron(world);
    await world.sleep(dice.between(0, 60_000));
  }
}

/** Rule H9: an organiser releases what a shopper holds. */
export async function releaseForOthers(
  world: World,
  { organiser }: Catalogue,
  journal: Journal,
  acts: number,
): Promise<void> {
  const { dice } = world;
  for (let n = 0; n < acts; n++) {
    await world.sleep(dice.between(0, 60_000));
    const held = journal.holds.filter(({ holdId }) => holdId !== null);
    if (held.length === 0) continue;
    const { holdId, typeId } = dice.pick(held);
    if (holdId === null) continue;
    const by = actingOnHolds(organiser);
    const result = await world.request(organiser, ({ inventories, requestId }) =>
      inventories(typeId).release({ holdId, by, actor: organiser.id, requestId }),
    );
    if (result !== "lost" && !result.reply.ok && result.reply.refusal.code === "not_found")
      world.fail(`[H10] staff do not find ${holdId}`);
    if (read(world, result, false, "a release by staff")) journal.released.add(holdId);
  }
}
