// Plays who is at the doors of a world: staff who put up notices, and devices that report to the desk.

import { type EventId, idFrom } from "../../../../src/domain/ids.ts";
import type { Device } from "../../../../src/domain/people/policy.ts";
import { must } from "../../../../src/domain/result.ts";
import type { NoticeShown } from "../../../../src/sockets/protocol.ts";
import { sha256Bytes } from "../../../support/builders.ts";
import { read } from "../asking.ts";
import { type Catalogue, GATE_ID, VENUE_ID } from "../../world/catalogue/on-sale.ts";
import type { World } from "../../world/world.ts";

const DEVICES = ["left", "right"].map((name) => idFrom("dev", sha256Bytes(name)));

/** Resolves when so much was done; while D1 is restored nothing is. */
export async function attendDoors(
  world: World,
  catalogue: Catalogue,
  acts: number,
  isRestoring: () => boolean,
): Promise<void> {
  const { dice } = world;
  for (let n = 0; n < acts; n++) {
    await world.sleep(dice.pick([dice.between(0, 300), dice.between(0, 30_000)]));
    if (isRestoring()) continue;
    if (dice.chance(0.5)) await beat(world, catalogue);
    else await give(world, catalogue, dice.chance(0.3) ? null : `word ${n}`);
  }
}

/**
 * When all is calm: the last notice, and a heartbeat of each device unless the event is over, which reach everybody.
 */
export async function sayLastWord(world: World, catalogue: Catalogue): Promise<void> {
  while (!(await give(world, catalogue, "last word"))) await world.sleep(5_000);
  for (const id of DEVICES) if (await beat(world, catalogue, id)) world.desk.settled.add(id);
}

/** Resolves to whether there was a reply. */
async function give(world: World, { organiser, eventId }: Catalogue, text: string | null): Promise<boolean> {
  world.desk.asked(text);
  const result = await world.request(organiser, (context) => world.product.putNotice(context, eventId, text));
  const notice = read(world, result, true, "a notice");
  if (!notice) return false;
  world.note("a notice is answered");
  if (notice.text !== text) world.fail(`the notice ${text} got the reply ${JSON.stringify(notice)}`);
  world.desk.answeredNotice(notice);
  const stored = noticeOf(world, eventId);
  if (stored < notice.version) world.fail(`[L1] notice ${notice.version} was confirmed, the feed has stored ${stored}`);
  return true;
}

/** The version that the feed has in its rows; 0 while it has none. */
function noticeOf({ feedHosts }: World, eventId: EventId): number {
  const { rows, isEmpty } = must(feedHosts.get(eventId), "a confirmed notice has reached the feed").storage;
  const [row] = isEmpty() ? [] : rows.sql.exec("SELECT body FROM board WHERE kind = 'notice'").toArray();
  // The one cast: feed-store.ts writes a notice as it is shown.
  return row ? (JSON.parse(String(row["body"])) as NoticeShown).version : 0;
}

/** Resolves to whether there was a reply. */
async function beat(
  world: World,
  { organizationId, eventId }: Catalogue,
  id = world.dice.pick(DEVICES),
): Promise<boolean> {
  const device: Device = { kind: "device", id, organizationId, gateId: GATE_ID, venueId: VENUE_ID, eventId: null };
  const report = { queuedScans: world.dice.between(0, 9), queuedSince: null, gateId: null };
  const result = await world.request(device, (context) => world.product.beatDesk(context, eventId, report));
  // It may be refused: an event that is over has no doors any more.
  const answer = read(world, result, false, "a heartbeat");
  if (!answer) return false;
  world.note("a heartbeat is answered");
  world.desk.answeredBeat(answer.device);
  return true;
}
