// Plays the operator of a world whose D1 is restored to an earlier state (rule X6): closes the catalogue, restores D1,
// and goes on as `npm run restored` does, while shoppers buy. Some worlds have one restore, some two, most none.

import type { Statement } from "../../../src/cli/d1/database.ts";
import type { Catalogue } from "./catalogue/on-sale.ts";
import { runCron } from "./cron.ts";
import { openDice } from "../platform/dice.ts";
import type { Journal } from "../watchers/journal.ts";
import { organise } from "../people/organiser.ts";
import { shop } from "../people/shoppers.ts";
import { RESTORED, type Shopper, type World } from "./world.ts";

export type Operator = {
  /** Whether the catalogue is read-only: the routes that change it check this before they call their verbs. */
  isRestoring(): boolean;
  /** Resolves when D1 has been restored as often as it shall be, and all is open again. */
  work(): Promise<void>;
};

const MINUTE = 60_000;

export function openOperator(world: World, catalogue: Catalogue, journal: Journal): Operator {
  const { d1, product, checks } = world;
  // Chance of its own, so that a world without restores is the same as if there were none in any world.
  const dice = openDice(world.seed + 2 ** 31);
  const drawn = dice.pick([0, 0, 0, 0, 0, 0, 1, 2]);
  // A restore brings a deleted ticket type back, with nothing sold: its object then begins again.
  const restores = world.themes.has("deletions") ? 0 : drawn;

  const write = (statements: readonly Statement[]): void => {
    for (const statement of statements) d1.ask(statement);
  };

  /** After a restore there are people who have not bought before. */
  function newcomer(): Promise<void> {
    const shopper: Shopper = { kind: "shopper", id: world.newId("shp") };
    return shop({ world, catalogue, journal, shopper }, dice.between(2, 6));
  }

  function restore(point: number): void {
    world.trace(() => `D1 is restored to point ${point}`);
    world.note(RESTORED);
    d1.restore(point);
    checks.d1Restored();
  }

  /** Lists and counts lost altogether, as `npm run project -- --all` mends them. */
  function loseProjection(): void {
    world.note("the projection is lost");
    d1.look("DELETE FROM orders");
    write(product.projectAnew(world.scheduler.now()));
    checks.d1Restored();
  }

  async function deliver(): Promise<void> {
    while (d1.ask(product.UNDELIVERED).length > 0) {
      await runCron(world);
      await world.sleep(dice.between(500, MINUTE));
    }
  }

  /** `thenAgain`: D1 is restored once more before the inventories have received this epoch. */
  async function restoreOnce(thenAgain: boolean): Promise<void> {
    restore(dice.between(0, d1.points() - 1));
    const buying = newcomer();
    await world.sleep(dice.pick([0, dice.between(0, 3_000), dice.between(0, 3 * MINUTE)]));
    // The cron is at work all the while, with what it has read before.
    if (dice.chance(0.3)) void runCron(world);
    write(product.raiseEpoch(world.scheduler.now()));
    if (thenAgain || dice.chance(0.3)) {
      void runCron(world);
      const pause = dice.pick([0, dice.between(0, 300), dice.between(0, 5_000)]);
      // D1 is not restored twice within a second, which the versions of an epoch's first terms are numbered by.
      await world.sleep(thenAgain ? pause + 1_000 : pause);
      if (!thenAgain) write(product.raiseEpoch(world.scheduler.now()));
    }
    if (dice.chance(0.2)) loseProjection();
    if (!thenAgain) await deliver();
    await buying;
  }

  return {
    isRestoring: world.cache.isRestoring,
    async work() {
      if (restores > 0) d1.keepPoint();
      for (let left = restores; left > 0; left--) {
        await world.sleep(dice.pick([dice.between(0, 10_000), dice.between(0, 4 * MINUTE)]));
        d1.keepPoint();
        await world.sleep(dice.pick([dice.between(0, 10_000), dice.between(0, 4 * MINUTE)]));
        world.cache.setRestoring(true);
        await world.sleep(MINUTE);
        if (left > 1 && dice.chance(0.3)) {
          await restoreOnce(true);
          left -= 1;
        }
        await restoreOnce(false);
        world.cache.setRestoring(false);
        await organise(world, catalogue, 1, world.cache.isRestoring);
      }
    },
  };
}
