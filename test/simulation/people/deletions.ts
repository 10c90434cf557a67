// Deletes ticket types while terms are on their way to them and people request them (rules K3, K6).

import type { TicketTypeId } from "../../../src/domain/ids.ts";
import { actingOnHolds } from "../../../src/domain/people/policy.ts";
import { sha256 } from "../../../src/shared/sha256.ts";
import type { Catalogue } from "../world/catalogue/on-sale.ts";
import type { Journal } from "../watchers/journal.ts";
import { changeType } from "./organiser.ts";
import { placeHold } from "./shoppers.ts";
import type { Shopper, World } from "../world/world.ts";

type Stage = { readonly world: World; readonly catalogue: Catalogue; readonly journal: Journal };

export async function deleteSpares(stage: Stage, isRestoring: () => boolean): Promise<void> {
  await Promise.all(
    stage.catalogue.spareIds.flatMap((id) => [deleteOne(stage, id, isRestoring), lookAt(stage, id), lookAt(stage, id)]),
  );
}

async function deleteOne({ world, catalogue }: Stage, id: TicketTypeId, isRestoring: () => boolean): Promise<void> {
  const { dice, product } = world;
  const { organiser } = catalogue;
  await world.sleep(dice.pick([dice.between(0, 1_000), dice.between(0, 60_000)]));
  for (let attempt = 0; attempt < 6; attempt++) {
    if (dice.chance(0.5)) void changeType(world, catalogue, id, { price: dice.between(1, 50_000) });
    await world.sleep(dice.pick([0, dice.between(0, 20), dice.between(0, 10_000)]));
    if (isRestoring()) continue;
    const [seen] = world.d1.look("SELECT version FROM ticket_types WHERE id = ?", id);
    const version = Number(seen?.["version"]);
    const result = await world.request(organiser, (context) => product.deleteTicketType(context, id, version));
    world.trace(() => `a deletion of ${id}: ${JSON.stringify(result)}`);
    if (result !== "lost" && !result.reply.ok && result.reply.refusal.code === "in_use") return;
    if (!seen) return;
  }
}

/** Somebody requests it, and now and then holds some of it; most of them as soon as it may be deleted. */
async function lookAt(stage: Stage, id: TicketTypeId): Promise<void> {
  const { world } = stage;
  const { dice } = world;
  const shopper: Shopper = { kind: "shopper", id: world.newId("shp") };
  if (dice.chance(0.2)) {
    await world.sleep(dice.between(0, 60_000));
    await placeHold({ ...stage, shopper }, id, `${shopper.id} look`);
  }
  for (let n = 0; n < 6; n++) {
    await world.sleep(dice.pick([dice.between(0, 3_000), dice.between(0, 30_000)]));
    const isDeleted = world.d1.look("SELECT 1 FROM ticket_types WHERE id = ?", id).length === 0;
    if (!isDeleted) {
      await world.request(shopper, ({ inventories }) => inventories(id).counts());
      continue;
    }
    const result = await world.request(shopper, ({ inventories, requestId }) =>
      inventories(id).hold({
        holdId: world.product.holdIdFrom(id, shopper.id, String(n), sha256),
        holder: actingOnHolds(shopper),
        quantity: 1,
        source: "web",
        notes: null,
        actor: shopper.id,
        requestId,
      }),
    );
    world.note("a deleted type is asked for");
    if (result !== "lost" && result.reply.ok) world.fail(`[K3] ${id} is deleted and was held`);
  }
}
