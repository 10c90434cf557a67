// `npm run restored [-- --begin] [--local|--remote]`: before D1 is restored, makes the catalogue read-only. Afterwards it
// begins a new epoch, has every inventory bring back its total, lists where K3 no longer holds, and opens the catalogue
// (rule X6).

import { RESTORING_KEY } from "../cache/restoring.ts";
import { openPlace, type Place, readFlags, deliverAll } from "./d1/place.ts";
import { OVER_CAPACITY, raiseEpoch, totalsTaken, UNDELIVERED, UNKNOWN_HOMES } from "./rows/restore-rows.ts";
import { printResult, fail, say } from "./terminal/terminal.ts";

const USAGE = "Usage: npm run restored -- [--begin] [--local|--remote]";

const { begin, remote } = readFlags(["begin"], USAGE);
const place = await openPlace(remote);
const now = Date.now();
await place.mark(RESTORING_KEY, new Date(now).toISOString());
if (begin) say("The catalogue is read-only. Wait a minute, until this has reached every location; then restore D1.");
else await finish(place);
await place.close();

async function finish(restored: Place): Promise<void> {
  await restored.write(raiseEpoch(now));
  say("A new epoch has begun. Delivering the terms to the inventories, which takes a minute or more ...");
  const left = await deliverAll(restored, async () => idsOf(await restored.read(UNDELIVERED)));
  await print(restored, totalsTaken(now), "takes its total from its inventory");
  await print(restored, OVER_CAPACITY, "has more tickets than its capacity (K3)");
  await print(restored, UNKNOWN_HOMES, "has orders but no row in D1");
  if (left.length > 0) {
    await restored.close();
    fail(
      `The catalogue stays read-only: these inventories have not taken their terms. Run this again.\n${left.join("\n")}`,
    );
  }
  await restored.mark(RESTORING_KEY, null);
  say("Every inventory that D1 knows has its terms. The catalogue may be changed again within a minute.");
}

async function print(restored: Place, statement: Parameters<Place["read"]>[0], what: string): Promise<void> {
  for (const { id, ...facts } of await restored.read(statement)) {
    const details = Object.keys(facts).length > 0 ? `: ${JSON.stringify(facts)}` : "";
    printResult(`${String(id)} ${what}${details}`);
  }
}

function idsOf(rows: Awaited<ReturnType<Place["read"]>>): string[] {
  return rows.map(({ id }) => String(id));
}
