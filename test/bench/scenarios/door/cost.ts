// Counts exactly what a scan writes and queries in D1, how large a door's bundle is, and what an order's tickets take
// in D1.

import { setTimeout as wait } from "node:timers/promises";
import { must } from "../../../../src/domain/result.ts";
import { actionsOf } from "../../../support/server/actions.ts";
import { type Client, openClient } from "../../../support/server/client.ts";
import type { Entry, Evening, Scanner } from "../../../support/server/catalogue/door-show.ts";
import { overHttp } from "../../../support/server/sockets/scanner-line.ts";
import { newId } from "../../../../src/cli/rows/credentials.ts";
import { expectStatus } from "../../../support/server/catalogue/show.ts";
import { difference, readCounts, untilQuiet } from "../../rig/counted-side.ts";
import { type DoorCounted, judgeCounts, type ScansCounted, type WayCounted } from "../../report/door-figures.ts";
import { type DoorStage, mustHaveAdmitted, openRound, setDoor, type Ticket, ticketsOf } from "../../rig/door-stage.ts";
import { progress } from "../../progress.ts";
import { results } from "../../report/report.ts";
import { openSide, type Side, withSides } from "../../rig/rig.ts";
import type { Scenario } from "../../scenario.ts";
import { openScanners, scanFor } from "../../load/door/scanners.ts";
import { setStage, typeAt } from "../../rig/stage.ts";
import { queuedRows, uploadBatch } from "./uploads.ts";

const SCANNERS = 16;
/** In one go, within the time for which a checked credential is trusted. */
const BURST = { perSecond: 100, seconds: 2 };
/** Longer, so that credentials are checked meanwhile. */
const EVENING = { perSecond: 50, seconds: 10 };
/** A new socket's credential is checked for so long. */
const JOINED_MS = 12_000;
const QUIET_MS = 3_000;
const IN_BUNDLE = 60_000;
const UPLOADERS = 16;
const ORDERS_OF = [1, 4, 10, 100];

export const doorCost: Scenario = {
  name: "door-cost",
  describe: "rows and D1 statements of a scan, bytes of a bundle of 60,000 tickets, D1 rows of an order: exact counts",
  run: async () => {
    const scans = await withSides(
      [() => openSide("counted", "counted", { shoppers: ORDERS_OF.length })],
      async ([side]) => {
        const stage = await setDoor(side, SCANNERS);
        return { http: await countHttp(stage), socket: await countSocket(stage), orders: await countOrders(side) };
      },
    );
    const bundles = await withSides([() => openSide("door", "real", { shoppers: 1 })], async ([side]) => {
      const stage = await setDoor(side, UPLOADERS);
      return { once: await bundleBytes(stage, "once"), others: await bundleBytes(stage, "reentry") };
    });
    const { tables, judged, figures } = judgeCounts({ ...scans, bundles });
    return {
      tables: [...tables, results(judged)],
      figures,
      notes: [
        `No scan asks D1, but who scans is looked at: over HTTP a credential when 5 s have passed since, here ${SCANNERS} of them;`,
        "over the socket those of all sockets at once, beside news, when 4 s have passed.",
      ],
    };
  },
};

async function countHttp(stage: DoorStage): Promise<WayCounted> {
  const { side, venue } = stage;
  const { scanners } = venue;
  const evening = await openRound(stage);
  const tickets = await ticketsOf(evening, scanners.length + scansOf(BURST) + scansOf(EVENING));
  const client = openClient(side.server.baseUrl, SCANNERS);
  const scanAll = async (some: readonly Ticket[], everyMs: number): Promise<number> => {
    const lines = scanners.map((by) => ({ line: overHttp(client, evening.eventId, by), left: [] as Ticket[] }));
    for (const [n, ticket] of some.entries()) must(lines[n % lines.length], "a scanner").left.push(ticket);
    await Promise.all(lines.map(({ line, left }) => scanEach(line, left, everyMs)));
    return some.length;
  };
  await untilQuiet(side, QUIET_MS);
  // Each credential is read from D1 now.
  await scanAll(tickets.splice(0, scanners.length), 0);
  const burst = await counting(side, () => scanAll(tickets.splice(0, scansOf(BURST)), 0));
  const long = await counting(side, () => scanAll(tickets, (1_000 * SCANNERS) / EVENING.perSecond));
  client.close();
  await mustHaveAdmitted(side, evening, scanners.length + burst.scans + long.scans);
  progress("door-cost, over HTTP: counted");
  return { burst, evening: long };
}

async function scanEach(line: ReturnType<typeof overHttp>, tickets: readonly Ticket[], everyMs: number): Promise<void> {
  for (const { code } of tickets) {
    const begun = performance.now();
    const answer = await line.scan({ scan_id: newId("scn"), code, direction: "in" });
    if (!answer.ok) throw new Error(answer.code);
    await wait(Math.max(0, begun + everyMs - performance.now()));
  }
}

async function countSocket(stage: DoorStage): Promise<WayCounted> {
  const { side } = stage;
  const evening = await openRound(stage);
  const tickets = await ticketsOf(evening, 1 + scansOf(BURST) + scansOf(EVENING));
  const scanners = await openScanners(stage, evening);
  const scan = async ({ perSecond, seconds }: typeof BURST, some: readonly Ticket[]) =>
    (await scanFor(scanners, { perSecond, seconds, tickets: some }, false)).seen.sent;
  await wait(JOINED_MS);
  await untilQuiet(side, QUIET_MS);
  // The first message after a pause checks all credentials.
  const first = await scan({ perSecond: 100, seconds: 0.1 }, tickets.splice(0, 1));
  const burst = await counting(side, () => scan(BURST, tickets.splice(0, scansOf(BURST))));
  const long = await counting(side, () => scan(EVENING, tickets));
  await scanners.close();
  await mustHaveAdmitted(side, evening, first + burst.scans + long.scans);
  progress("door-cost, over the socket: counted");
  return { burst, evening: long };
}

const scansOf = ({ perSecond, seconds }: typeof BURST): number => perSecond * seconds;

/** `work` gives how many scans it sent: at a pace, the last of them may not have been due in time. */
async function counting(side: Side, work: () => Promise<number>): Promise<ScansCounted> {
  const before = await readCounts(side);
  const begun = performance.now();
  const scans = await work();
  const within = (performance.now() - begun) / 1_000;
  return { scans, within, counts: difference(await readCounts(side), before) };
}

/** What D1 writes for an order of one type that is bought without a pause. */
async function countOrders(side: Side): Promise<DoorCounted["orders"]> {
  const stage = await setStage(side, 1);
  const { typeId } = typeAt(stage, 0);
  const act = actionsOf(side.client);
  const counted: { tickets: number; rows: number }[] = [];
  for (const [index, quantity] of ORDERS_OF.entries()) {
    const token = must(side.tokens[index], "a shopper");
    const before = await untilQuiet(side, QUIET_MS);
    const hold = expectStatus(await act.hold(typeId, token, `hold-${index}`, { quantity }), 201);
    const order = expectStatus(await act.checkOut(token, `order-${index}`, [hold.id]), 201);
    expectStatus(await act.settle(order.id, "confirm", side.server.demo.api_keys.owner), 200);
    const { d1RowsWritten } = difference(await untilQuiet(side, QUIET_MS), before);
    counted.push({ tickets: quantity, rows: d1RowsWritten });
  }
  progress("door-cost, orders: counted");
  return counted;
}

/** A bundle of that many tickets of which each came in once. */
async function bundleBytes(stage: DoorStage, entry: Entry): Promise<number> {
  const { side, venue } = stage;
  const evening = await openRound(stage, [entry]);
  const client = openClient(side.server.baseUrl, UPLOADERS);
  const each = IN_BUNDLE / UPLOADERS;
  await Promise.all(venue.scanners.map((scanner, index) => fill(client, evening, scanner, each, index * each)));
  client.close();
  await mustHaveAdmitted(side, evening, IN_BUNDLE);
  const { token } = must(venue.scanners[0], "there is a scanner");
  const url = `${side.server.baseUrl}/v1/events/${evening.eventId}/door/bundle`;
  const answer = await fetch(url, { headers: { Authorization: `Bearer ${token}`, "Accept-Encoding": "identity" } });
  if (answer.status !== 200) throw new Error(`the bundle is refused: ${answer.status}`);
  const { byteLength } = await answer.arrayBuffer();
  progress(`door-cost, bundle of a type ${entry}: ${byteLength} bytes`);
  return byteLength;
}

const A_BATCH = 150;

async function fill(client: Client, evening: Evening, scanner: Scanner, count: number, from: number): Promise<void> {
  const rows = queuedRows(scanner, count, from);
  for (let at = 0; at < rows.length; at += A_BATCH)
    await uploadBatch(client, evening, scanner, rows.slice(at, at + A_BATCH));
}
