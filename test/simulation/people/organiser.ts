// Plays the organiser while tickets sell: totals up and down, a type hidden and shown, now and then the event's end.

import type { TicketTypeId } from "../../../src/domain/ids.ts";
import type { Catalogue } from "../world/catalogue/on-sale.ts";
import { RESTORED, type World } from "../world/world.ts";

/** Resolves when all changes were tried; while D1 is restored none is. */
export async function organise(
  world: World,
  catalogue: Catalogue,
  changes: number,
  isRestoring: () => boolean,
): Promise<void> {
  const { dice, product, d1 } = world;
  const { organiser, typeIds, eventId } = catalogue;
  for (let n = 0; n < changes; n++) {
    await world.sleep(dice.pick([dice.between(0, 3_000), dice.between(0, 300_000)]));
    if (isRestoring()) continue;
    if (dice.chance(0.1)) {
      await world.request(organiser, (context) => product.transitionEvent(context, eventId, "start", null));
      await world.request(organiser, (context) => product.transitionEvent(context, eventId, "end", null));
      continue;
    }
    const id = dice.pick(typeIds);
    const [seen] = d1.look("SELECT total_quantity FROM ticket_types WHERE id = ?", id);
    const total = Number(seen?.["total_quantity"]);
    const change = dice.pick([
      { total_quantity: total + dice.between(1, 3) },
      { total_quantity: Math.max(1, total - dice.between(1, 3)) },
      { status: "hidden" as const },
      { status: "available" as const },
    ]);
    await changeType(world, catalogue, id, change);
  }
}

/** Sends one request, and checks its reply by rule K6: by then the object has the terms. */
export async function changeType(
  world: World,
  { organiser }: Catalogue,
  id: TicketTypeId,
  change: Parameters<World["product"]["changeTicketType"]>[2],
): Promise<void> {
  const { d1, product } = world;
  const restoredBefore = world.reached().get(RESTORED);
  const [seen] = d1.look("SELECT version FROM ticket_types WHERE id = ?", id);
  const version = Number(seen?.["version"]);
  const result = await world.request(organiser, (context) => product.changeTicketType(context, id, change, version));
  if (result === "lost" || !result.reply.ok) return;
  // The object need not have terms of a reply from a history that a restore has taken back.
  if (world.reached().get(RESTORED) !== restoredBefore) return;
  // A deletion that came behind the change has wiped the object.
  if (d1.look("SELECT 1 FROM ticket_types WHERE id = ?", id).length === 0) return;
  const store = world.checks.storeOf(world.host(id));
  // 1: an object that was never called has yet to read its first terms (rule X5).
  const known = store?.load().terms?.terms.version ?? 1;
  const promised = result.reply.value.terms_version;
  // Not while a sync row waits: a later change may not be delivered yet.
  const [waits] = d1.look("SELECT 1 FROM sync_rows WHERE target = ? AND subject = 'terms'", id);
  if (!waits && known < promised) world.fail(`[K6] terms ${promised} of ${id} were answered, the object has ${known}`);
}
