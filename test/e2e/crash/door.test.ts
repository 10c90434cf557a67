// Power cuts at the door: workerd is killed again and again while scanners scan, and each time everything that it
// acknowledged must be there. CRASH_KILLS says how often, CRASH_SEED repeats a run's choices.
// @module-tag slow

import { afterAll, expect, test } from "vitest";
import { must } from "../../../src/domain/result.ts";
import { openClient } from "../../support/server/client.ts";
import { runScript } from "../../support/server/commands.ts";
import { CRASH_TIMEOUT_MS, KILLS, killUnderLoad, openCrashServer, SEED, within } from "./rounds.ts";
import * as audit from "./door-audit.ts";
import { type DoorJournal, type ScanNote, scanUntilItBreaks, type Ticket } from "./door-load.ts";
import {
  buildDoors,
  type DoorVenue,
  type Evening,
  openEvening,
  type Scanner,
} from "../../support/server/catalogue/door-show.ts";
import { checkDoorLogs } from "./doors-on-disk.ts";
import { randomFrom } from "../../support/random.ts";
import { overHttp, overSocket, type ScannerLine } from "../../support/server/sockets/scanner-line.ts";
import type { TestServer } from "../../support/server/server.ts";

/** Eight scan, half of them over sockets; the ninth uploads what it decided alone. */
const SCANNERS = 9;
const PER_SECOND = 50;
/** Before a kill, so that there is something to lose. */
const MIN_ANSWERED = 60;

const random = randomFrom(SEED);
const server = openCrashServer({ RATE_LIMITS: "off" });
afterAll(server.end);

type Door = { readonly venue: DoorVenue; readonly evening: Evening };

let tickets = 0;
const newTicket = (type: number): Ticket => ({ serial: 1_000_000 + tickets++, type });

const title = "[D24] [D1] [D4] a crash loses no confirmed scan, counts none twice, and admits no ticket twice";
test(title, { timeout: CRASH_TIMEOUT_MS }, async () => {
  let running = await server.start();
  const door = await openDoor(running);
  const all: DoorJournal = { scans: [], uploads: [], strange: [] };
  for (let round = 1; round <= KILLS; round++) {
    const journal = await scanAndKill(running, door);
    running = await server.start();
    await within(`kill ${round} of ${KILLS}`, () => auditRound(running, door, journal, all, round));
  }
  await within("by the command", () => verifyByCommand(running, door.evening));
  expect(await running.stop(), running.command.stderr()).toBe(0);
  const logs = checkDoorLogs(server.stateDir);
  expect(
    logs.map(({ broken }) => broken),
    `seed ${SEED}: where a log on disk breaks`,
  ).toEqual(logs.map(() => null));
  expect(Math.max(...logs.map(({ last }) => last.seq))).toBeGreaterThan(all.scans.length + all.uploads.length);
});

async function openDoor(running: TestServer): Promise<Door> {
  const client = openClient(running.baseUrl);
  const { owner } = running.demo.api_keys;
  const venue = await buildDoors(client, owner, { gates: 2, scanners: SCANNERS });
  const evening = await openEvening(running, client, venue, ["once", "reentry"]);
  client.close();
  return { venue, evening };
}

const isByHttp = (index: number): boolean => index % 2 === 0;

async function scanAndKill(running: TestServer, { venue, evening }: Door): Promise<DoorJournal> {
  const { baseUrl } = running;
  const client = openClient(baseUrl, SCANNERS);
  const journal: DoorJournal = { scans: [], uploads: [], strange: [] };
  const lanes = venue.scanners.slice(0, -1).map(async (by, index) => {
    const { eventId } = evening;
    const line = isByHttp(index) ? overHttp(client, eventId, by) : await overSocket(baseUrl, eventId, by);
    return { by, line };
  });
  const alone = must(venue.scanners.at(-1), "one uploads");
  const common = { evening, random, client, perSecond: PER_SECOND, newTicket, alone };
  const broken = scanUntilItBreaks({ ...common, lanes: await Promise.all(lanes) }, journal);
  const answered = () => journal.scans.filter(({ answer }) => answer !== null).length;
  await killUnderLoad(running, { random, broken, answered, least: MIN_ANSWERED });
  client.close();
  return journal;
}

async function auditRound(
  { baseUrl, demo }: TestServer,
  door: Door,
  journal: DoorJournal,
  all: DoorJournal,
  round: number,
): Promise<void> {
  const client = openClient(baseUrl);
  const scene = { baseUrl, client, ownerKey: demo.api_keys.owner, evening: door.evening };
  const { scans, uploads, strange } = journal;
  expect(strange, "under load nothing but verdicts and overloaded was answered").toEqual([]);
  const unanswered = scans.filter(({ answer }) => answer === null).length;
  const lost = uploads.filter(({ outcome }) => outcome === null).length;
  const lines = await otherLines(scene, door.venue.scanners);
  await audit.repeatScans(scans, ({ by }: ScanNote) => must(lines.get(by), "each has a line"));
  await audit.repeatUploads(scene, uploads);
  all.scans.push(...scans);
  all.uploads.push(...uploads);
  const rows = await audit.verifiedLog(scene);
  audit.checkRows(rows, all);
  const { contested } = audit.checkAdmittedOnce(all);
  expect(contested, "some tickets were presented at several gates").toBeGreaterThan(0);
  const { inside, admitted } = await audit.checkDoorCounts(scene, rows, all);
  for (const line of lines.values()) line.close();
  client.close();
  console.log(
    `kill ${round} (seed ${SEED}): ${scans.length - unanswered} scans and ${uploads.length - lost} uploads answered, ` +
      `${unanswered} and ${lost} not; ${rows.length} rows, ${inside} inside, ${admitted} admitted`,
  );
}

/** What came over HTTP comes again over a socket, and the other way round. */
async function otherLines(
  { baseUrl, client, evening: { eventId } }: audit.DoorScene,
  scanners: readonly Scanner[],
): Promise<Map<Scanner, ScannerLine>> {
  const lines = scanners.map(async (by, index): Promise<[Scanner, ScannerLine]> => {
    const line = isByHttp(index) ? await overSocket(baseUrl, eventId, by) : overHttp(client, eventId, by);
    return [by, line];
  });
  return new Map(await Promise.all(lines));
}

async function verifyByCommand({ baseUrl, demo }: TestServer, { eventId }: Evening): Promise<void> {
  const env = { STATE_DIR: server.stateDir, API_KEY: demo.api_keys.owner };
  const run = runScript("src/cli/ledger-verify.ts", ["--door", eventId, "--url", baseUrl], env);
  expect(await run.ended, run.stderr()).toBe(0);
  expect(run.stdout()).toMatch(/^Rows 1 to \d+ hold: /);
}
