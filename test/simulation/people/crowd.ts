// Plays a crowd that comes at one moment: each wants a ticket, some check out, and the other holds expire together.

import type { Catalogue } from "../world/catalogue/on-sale.ts";
import type { Journal } from "../watchers/journal.ts";
import { checkOut, placeHold } from "./shoppers.ts";
import type { Shopper, World } from "../world/world.ts";

type Stage = { readonly world: World; readonly catalogue: Catalogue; readonly journal: Journal };

export async function crowd(stage: Stage): Promise<void> {
  const { world, catalogue } = stage;
  const { dice } = world;
  await world.sleep(dice.between(0, 20_000));
  const typeId = dice.pick(catalogue.typeIds);
  const people = Array.from(
    { length: dice.between(8, 30) },
    (): Shopper => ({ kind: "shopper", id: world.newId("shp") }),
  );
  await Promise.all(
    people.map(async (shopper) => {
      await placeHold({ ...stage, shopper }, typeId, `${shopper.id} crowd`);
      if (dice.chance(0.3)) await checkOut({ ...stage, shopper }, `${shopper.id} crowd`);
    }),
  );
}
