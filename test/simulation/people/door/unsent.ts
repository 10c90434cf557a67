// Sends what a scanner of a world decided alone to the door (rules D4, D19): in any order and split, again if no reply
// came, and sometimes twice at once.

import type { SentUpload } from "../../../../src/app/door/upload-scans.ts";
import type { Dice } from "../../platform/dice.ts";
import type { GateStage, Scanner } from "./gate-crew.ts";
import { read } from "../asking.ts";

export type Unsent = SentUpload;

/** Sends all that there is, so many times at most; rows that had a reply are not sent again. */
export async function sendRows(stage: GateStage, scanner: Scanner, times: number): Promise<void> {
  const { dice, sleep } = stage.world;
  for (let n = 0; n < times && scanner.unsent.length > 0; n++) {
    if (n > 0) await sleep(dice.between(0, 3_000));
    const batches = split(dice, scanner.unsent);
    if (dice.chance(0.4)) await Promise.all(batches.map((batch) => send(stage, scanner, batch)));
    else for (const batch of batches) await send(stage, scanner, batch);
  }
}

/** Shuffled, and some of it in two batches. */
function split(dice: Dice, unsent: readonly Unsent[]): Unsent[][] {
  const rows = unsent.map((row) => [dice.next(), row] as const).sort(([a], [b]) => a - b);
  const batches: Unsent[][] = [];
  for (let from = 0; from < rows.length; ) {
    const size = dice.between(1, rows.length);
    batches.push(rows.slice(from, from + size).map(([, row]) => row));
    from += size;
  }
  const [first] = batches;
  return first && dice.chance(0.2) ? [...batches, first] : batches;
}

async function send({ world, catalogue }: GateStage, scanner: Scanner, rows: readonly Unsent[]): Promise<void> {
  const result = await world.request(scanner.device, (context) =>
    world.product.uploadScans(context, catalogue.eventId, rows),
  );
  const answer = read(world, result, false, "an upload");
  if (answer) {
    if (answer.uploads.length !== rows.length)
      world.fail(`[D19] ${answer.uploads.length} of ${rows.length} are answered`);
    for (const { scanId, outcome } of answer.uploads) {
      world.doorWatch.uploaded(scanId, outcome);
      drop(scanner, scanId);
    }
    return;
  }
  if (result === "lost" || result.reply.ok) return;
  // Devices no longer see the event: a scanner with rows of it keeps them for good.
  const { code } = result.reply.refusal;
  if (code !== "temporarily_unavailable" && code !== "overloaded") for (const row of rows) drop(scanner, row.scan_id);
}

function drop({ unsent }: Scanner, scanId: Unsent["scan_id"]): void {
  const at = unsent.findIndex((row) => row.scan_id === scanId);
  if (at >= 0) unsent.splice(at, 1);
}
