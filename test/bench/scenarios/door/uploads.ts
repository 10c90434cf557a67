// Measures a network that returns in the middle of an evening: every scanner uploads what it decided alone, while scans
// go on.

import { setTimeout as wait } from "node:timers/promises";
import { newId } from "../../../../src/cli/rows/credentials.ts";
import { showSerial } from "../../../../src/domain/door/tickets/serial.ts";
import { MAX_UPLOADS } from "../../../../src/domain/limits.ts";
import { type Client, openClient } from "../../../support/server/client.ts";
import type { Evening, Scanner } from "../../../support/server/catalogue/door-show.ts";
import { type DoorStage, mustHaveAdmitted, openRound, serialAt, setDoor, ticketsOf } from "../../rig/door-stage.ts";
import { progress } from "../../progress.ts";
import { results } from "../../report/report.ts";
import { openSide, withSides } from "../../rig/rig.ts";
import { median, ratesTable, ratioOf } from "../../report/rounds.ts";
import type { Scenario } from "../../scenario.ts";
import { measuredFrom, openScanners, scanFor, type ScannersMeasured } from "../../load/door/scanners.ts";

const SCANNERS = 80;
const QUEUED = 220;
const LIVE = 50;
/** Live scans go on for at most so long: longer than the uploads may take. */
const LONGEST_SECONDS = 40;
const REACH_SECONDS = 30;
/** What was decided alone happened in so long before the network came back. */
const ALONE_MS = 600_000;
const p99 = (measured: { readonly p99: number }) => measured.p99;

type Round = {
  readonly without: ScannersMeasured;
  readonly meanwhile: ScannersMeasured;
  readonly seconds: number;
  /** Batches that were shed, and sent again. */
  readonly shed: number;
};

export const doorUploads: Scenario = {
  name: "door-uploads",
  describe: `live scans at ${LIVE}/s while ${SCANNERS} scanners upload ${QUEUED} rows each, against the same without`,
  run: ({ rounds, seconds }) =>
    withSides([() => openSide("door", "real", { shoppers: 1 })], async ([side]) => {
      const stage = await setDoor(side, SCANNERS);
      const played: Round[] = [];
      for (let round = 0; round <= rounds; round++) {
        const each = await playRound(stage, seconds);
        progress(`door-uploads, round ${round} of ${rounds}: merged in ${each.seconds.toFixed(1)} s`);
        // Round 0 warms all up.
        if (round > 0) played.push(each);
      }
      const without = { name: "without uploads", rounds: played.map((round) => round.without) };
      const meanwhile = { name: "meanwhile", rounds: played.map((round) => round.meanwhile) };
      const ratio = ratioOf(meanwhile, without, p99);
      const longest = Math.max(...played.map((round) => round.seconds));
      const what = `${SCANNERS} scanners × ${QUEUED} queued rows uploaded`;
      return {
        tables: [
          ratesTable(`${LIVE} scans/s over the socket`, [without, meanwhile]),
          {
            head: ["rows uploaded", "merged in, median s", "longest s", "batches refused for the moment"],
            rows: [
              [
                String(SCANNERS * QUEUED),
                median(played.map((round) => round.seconds)).toFixed(1),
                longest.toFixed(1),
                String(played.reduce((sum, { shed }) => sum + shed, 0)),
              ],
            ],
          },
          results([
            { what: `${what}: live scans' p99`, against: "the same without", figure: ratio, reach: 2, most: true },
            { what: `${what}: all merged`, against: "s", figure: longest, reach: REACH_SECONDS, most: true, digits: 1 },
          ]),
        ],
        figures: { p99_ratio: ratio, merged_seconds: longest },
        notes: ["All scanners begin at once, a batch after the other; what is refused for the moment is sent again."],
      };
    }),
};

async function playRound(stage: DoorStage, seconds: number): Promise<Round> {
  const { side, venue } = stage;
  const evening = await openRound(stage);
  const tickets = await ticketsOf(evening, LIVE * (seconds + LONGEST_SECONDS));
  const scanners = await openScanners(stage, evening);
  const before = tickets.splice(0, LIVE * seconds);
  const without = await scanFor(scanners, { perSecond: LIVE, seconds, tickets: before }, false);
  const client = openClient(side.server.baseUrl, SCANNERS);
  scanners.start({ tickets, perSecond: LIVE, tellsOthers: false });
  const begun = performance.now();
  const shed = await Promise.all(venue.scanners.map((scanner, index) => uploadAll(client, evening, scanner, index)));
  const took = (performance.now() - begun) / 1_000;
  const meanwhile = measuredFrom(await scanners.stop(), took);
  await scanners.close();
  client.close();
  await mustHaveAdmitted(side, evening, without.seen.sent + meanwhile.seen.sent + SCANNERS * QUEUED);
  return { without, meanwhile, seconds: took, shed: shed.reduce((sum, times) => sum + times, 0) };
}

/** Returns how often it was shed. */
async function uploadAll(client: Client, evening: Evening, scanner: Scanner, index: number): Promise<number> {
  const rows = queuedRows(scanner, QUEUED, index * QUEUED);
  let shed = 0;
  for (let from = 0; from < rows.length; from += MAX_UPLOADS)
    shed += await uploadBatch(client, evening, scanner, rows.slice(from, from + MAX_UPLOADS));
  return shed;
}

/** Repeats while it is shed; any other refusal is a fault. Returns how often it was shed. */
export async function uploadBatch(
  client: Client,
  { eventId }: Evening,
  { token }: Scanner,
  uploads: readonly object[],
): Promise<number> {
  for (let shed = 0; ; shed++) {
    const answer = await client.ask<unknown>("POST", `/v1/events/${eventId}/scans`, { token, json: { uploads } });
    if (answer.status === 200) return shed;
    if (answer.status !== 503) throw new Error(`${answer.status}: ${JSON.stringify(answer.body)}`);
    await wait(Number(answer.headers["retry-after"] ?? 1) * 1_000);
  }
}

/**
 * The unsent rows of guests whom the scanner let in alone. `from`: the place of the first ticket among all that are
 * uploaded.
 */
export function queuedRows({ gateId }: Pick<Scanner, "gateId">, count: number, from: number): object[] {
  const now = Date.now();
  return Array.from({ length: count }, (_, n) => ({
    ...{ scan_id: newId("scn"), serial: showSerial(serialAt(UPLOADED_FROM + from + n)), type_number: 1, generation: 1 },
    ...{ direction: "in", source: "camera", gate_id: gateId, counter: n + 1, verdict: "admitted" },
    at: new Date(now - ALONE_MS + Math.floor((ALONE_MS * n) / count)).toISOString(),
  }));
}

/** Above those that are scanned. */
const UPLOADED_FROM = 1_000_000;
