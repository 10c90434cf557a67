// `npm run project -- --all [--local|--remote]`: makes all inventories that D1 knows project their counts and orders
// again, and lists those that it does not know (rules K5, X6). Sales go on meanwhile.

import { openPlace, type Place, readFlags, deliverAll } from "./d1/place.ts";
import { POSITIONS, projectAnew, UNDELIVERED, UNKNOWN_HOMES } from "./rows/restore-rows.ts";
import { misuse } from "./terminal/command-line.ts";
import { printResult, fail, say } from "./terminal/terminal.ts";

const USAGE = "Usage: npm run project -- --all [--local|--remote]";

const { all, remote } = readFlags(["all"], USAGE);
if (!all) misuse("--all is missing.", USAGE);
const place = await openPlace(remote);
const before = await positions(place);
await place.write(projectAnew(Date.now()));
say(`Querying the inventories of ${before.size} ticket types, which takes a minute or more ...`);
const left = await deliverAll(place, async () => {
  const [waiting, reached] = [await place.read(UNDELIVERED), await positions(place)];
  const behind = [...reached].filter(([id, seq]) => seq < (before.get(id) ?? 0));
  return [
    ...waiting.map(({ id }) => String(id)),
    ...behind.map(([id, seq]) => `${id} at row ${seq} of ${before.get(id)}`),
  ];
});
for (const { id } of await place.read(UNKNOWN_HOMES))
  printResult(`${String(id)} has orders but no row in D1, so its inventory cannot be queried`);
await place.close();
if (left.length > 0)
  fail(`These have not projected everything that D1 had before. They go on by themselves.\n${left.join("\n")}`);
say(`D1 has the counts and orders of ${before.size} ticket types.`);

async function positions(of: Place): Promise<ReadonlyMap<string, number>> {
  const rows = await of.read(POSITIONS);
  return new Map(rows.map(({ id, counts_seq }) => [String(id), Number(counts_seq)]));
}
