// Plays the door after the evening (theme `door`): the event is archived, exits still work, and uploads are accepted
// (rule D9); long after, nothing is written any more.

import type { Device, Organiser } from "../../../../src/domain/people/policy.ts";
import { must } from "../../../../src/domain/result.ts";
import type { Catalogue } from "../../world/catalogue/on-sale.ts";
import { read } from "../asking.ts";
import { GATES } from "../../world/catalogue/door.ts";
import { lastRowOf, markOf } from "../../watchers/door/watch.ts";
import { type GateStage, reportAll, scan } from "./gate-crew.ts";
import { anyTicket } from "./guests.ts";
import type { DoorHost } from "../../platform/objects/kinds.ts";
import type { World } from "../../world/world.ts";

const MINUTE = 60_000;

/** All is calm by then. */
export async function closeDoors(stage: GateStage, afterStep: () => boolean): Promise<void> {
  const { world, crew } = stage;
  const { scheduler, dice } = world;
  const isOver = { now: false };
  void close(stage)
    .catch((fault: unknown) => world.fail(`a person of the simulation: ${String(fault)}`))
    .finally(() => (isOver.now = true));
  await scheduler.runUntil(scheduler.now() + 10 * MINUTE, afterStep);
  if (!isOver.now && !world.failure()) world.fail("the doors are never closed");

  async function close({ catalogue }: GateStage): Promise<void> {
    await archive(world, catalogue);
    for (const scanner of crew) {
      scanner.isOffline = dice.chance(0.5);
      const shown = anyTicket(stage);
      if (shown) await scan(stage, scanner, shown, dice.pick(["in", "out"]));
    }
    await reportAll(stage);
  }
}

async function archive({ request, product }: World, { organiser, eventId }: Catalogue): Promise<void> {
  for (const transition of ["start", "end", "archive"] as const)
    await request(organiser, (context) => product.transitionEvent(context, eventId, transition, null));
}

/** Months later: only its last row is left, unchanged, and every request is refused. */
export async function knockLate({ world, catalogue, crew }: GateStage, afterStep: () => boolean): Promise<void> {
  const { scheduler, product } = world;
  const { organiser, eventId } = catalogue;
  const host = world.doorHosts.get(eventId);
  const last = (): number => (host && lastRowOf(host)?.seq) ?? 0;
  const before = last();
  if (host) checkEmptied(world, host);
  const clicked = async (who: Organiser | Device): Promise<void> => {
    const [scan_id, gate_id] = [world.newId("scn"), must(GATES[0], "there is a gate")];
    const result = await world.request(who, (context) =>
      product.countAtDoor(context, eventId, { kind: "click", scan_id, gate_id, count: 1 }),
    );
    if (read(world, result, false, "a late click")) world.fail(`[D9] ${who.id} counts at a door that is long closed`);
    world.note("a door is long closed");
  };
  for (const who of [organiser, ...crew.map(({ device }) => device)]) void clicked(who);
  await scheduler.runUntil(scheduler.now() + MINUTE, afterStep);
  if (last() > before)
    world.fail(`[D9] the door of ${eventId} is at row ${last()}, and was at ${before} when it closed`);
}

/** Rule D25: more than 90 days after the archiving. */
function checkEmptied({ fail, note }: World, host: DoorHost): void {
  if (lastRowOf(host) === null) return;
  if (markOf(host) === null) fail(`[D25] the door of ${host.id} was never emptied`);
  for (const table of ["tickets", "conflicts", "leases", "log"]) {
    const [left] = host.storage.rows.sql.exec(`SELECT COUNT(*) AS n FROM ${table}`).toArray();
    if (left?.["n"] !== 0) fail(`[D25] the door of ${host.id} still has ${String(left?.["n"])} rows of ${table}`);
  }
  note("a door is emptied");
}
