// Power cuts: workerd is killed under load again and again, and each time everything that it acknowledged must be
// there. CRASH_KILLS says how often, CRASH_SEED repeats a run's choices.
// @module-tag slow

import { setTimeout as wait } from "node:timers/promises";
import { afterAll, expect, test } from "vitest";
import { inventoryFile } from "../../../src/cli/verify/ledger-source.ts";
import { countsOf, mintShoppers, openClient } from "../../support/server/client.ts";
import * as audit from "./audit.ts";
import { type Journal, loadUntilItBreaks } from "./load.ts";
import { CRASH_TIMEOUT_MS, KILLS, killUnderLoad, openCrashServer, SEED, within } from "./rounds.ts";
import { checkLedgers } from "./ledgers-on-disk.ts";
import { randomFrom } from "../../support/random.ts";
import type { TestServer } from "../../support/server/server.ts";
import { buildShow, type Show, typeOf } from "../../support/server/catalogue/show.ts";
import { openViewer, shows } from "../../support/server/sockets/viewer.ts";

const CONNECTIONS = 32;
const SMALL = 300;
/** Before a kill, so that there is something to lose. */
const MIN_ANSWERED = 100;
/** Holds outlive the restart, so that there is something to count, and end soon after the last one. */
const HOLD_SECONDS = 20;
const ORDER_SECONDS = 25;
/** How long it takes until an object in doubt queries D1 (rule O2). */
const DOUBT_MS = 30_000;
/** The most that an announcement may take (rule H4). */
const LATE_MS = 10_000;
const ENV = { HOLD_TTL_SECONDS: `${HOLD_SECONDS}`, ORDER_TTL_SECONDS: `${ORDER_SECONDS}`, RATE_LIMITS: "off" };

const random = randomFrom(SEED);
const server = openCrashServer(ENV);
const { stateDir } = server;
afterAll(server.end);

const title = "[H11] [H1] [H8] [H5] [O2] [O6] a crash loses no confirmed sale, sells none twice, halves no order";
test(title, { timeout: CRASH_TIMEOUT_MS }, async () => {
  let running = await server.start();
  const setUp = openClient(running.baseUrl);
  const show = await buildShow(setUp, running.demo.api_keys.owner, [
    { total: 900_000, maxPerOrder: 100 },
    { total: SMALL, maxPerOrder: 100 },
  ]);
  setUp.close();
  const all: Journal = { holds: [], orders: [], strange: [] };
  for (let round = 1; round <= KILLS; round++) {
    const journal = await loadAndKill(running, show, `${SEED}-${round}`);
    running = await server.start();
    await within(`round ${round} of ${KILLS}`, () => auditRound(running, show, journal, round));
    all.holds.push(...journal.holds);
    all.orders.push(...journal.orders);
  }
  await within("when all has settled", () => auditRest(running, show, all));
  expect(await running.stop(), running.command.stderr()).toBe(0);
  const ledgers = checkLedgers(stateDir);
  expect(ledgers.length).toBeGreaterThanOrEqual(show.typeIds.length);
  for (const { broken } of ledgers) expect(broken, `seed ${SEED}: where a ledger breaks`).toBeNull();
  for (const id of show.typeIds)
    expect(inventoryFile(stateDir, id), "where `npm run ledger:verify` looks").not.toBeNull();
});

async function loadAndKill(running: TestServer, show: Show, name: string): Promise<Journal> {
  const client = openClient(running.baseUrl, CONNECTIONS);
  const journal: Journal = { holds: [], orders: [], strange: [] };
  const shoppers = await mintShoppers(client, CONNECTIONS * 40);
  const staffKey = running.demo.api_keys.staff;
  const typeIds = [typeOf(show, 0), typeOf(show, 1)] as const;
  const load = { client, random, connections: CONNECTIONS, shoppers, typeIds, staffKey, name };
  const broken = loadUntilItBreaks(load, journal);
  const answered = () => journal.holds.filter(({ id }) => id !== null).length;
  await killUnderLoad(running, { random, broken, answered, least: MIN_ANSWERED });
  client.close();
  return journal;
}

function sceneOf(running: TestServer, { eventId, typeIds }: Show): audit.Scene {
  const client = openClient(running.baseUrl, CONNECTIONS);
  return { client, staffKey: running.demo.api_keys.staff, eventId, typeIds };
}

async function auditRound(running: TestServer, show: Show, journal: Journal, round: number): Promise<void> {
  const scene = sceneOf(running, show);
  const { holds, orders, strange } = journal;
  expect(strange, "under load nothing but 2xx, sold_out and overloaded was answered").toEqual([]);
  const answered = holds.filter(({ id }) => id !== null);
  await audit.checkHolds(scene, holds);
  await audit.checkOrders(scene, orders);
  await audit.repeatHolds(scene, holds);
  // Only half of them are repeated: the others are left to the doubt of their objects.
  const dead = orders.filter(({ id }) => id === null);
  const made = await audit.repeatOrders(
    scene,
    dead.filter((_, index) => index % 2 === 0),
  );
  const doubts = await audit.checkCounts(scene);
  const unanswered = holds.length - answered.length;
  console.log(
    `kill ${round}: ${answered.length} holds and ${orders.length - dead.length} orders answered, ${unanswered} and ${dead.length} not; ` +
      `${made} of those orders made by a repeat, ${doubts} holds in doubt`,
  );
  scene.client.close();
}

/** From here on nobody requests anything: alarms alone end holds, orders and doubts. */
async function auditRest(running: TestServer, show: Show, all: Journal): Promise<void> {
  const viewers = await Promise.all(show.typeIds.map((id) => openViewer(running.baseUrl, id)));
  const lastDeadline = Date.now() + Math.max(HOLD_SECONDS * 1_000, ORDER_SECONDS * 1_000, DOUBT_MS);
  for (const viewer of viewers) {
    const overdue = wait(lastDeadline + LATE_MS - Date.now(), viewer.frames, { ref: false }).then((frames) => {
      throw new Error(`still held after all deadlines: ${JSON.stringify(frames.at(-1))}`);
    });
    await Promise.race([viewer.until(shows({ held: 0 })), overdue]);
  }
  for (const viewer of viewers) viewer.socket.terminate();
  const scene = sceneOf(running, show);
  expect(await audit.checkCounts(scene), "holds in doubt").toBe(0);
  await audit.checkNothingIsHalf(scene, all);
  await audit.checkHolds(scene, all.holds);
  await audit.checkOrders(scene, all.orders);
  const confirmed = all.orders.filter(({ confirmation }) => confirmation === "done").flatMap(({ holds }) => holds);
  const sold = (await Promise.all(show.typeIds.map((id) => countsOf(scene.client, show.eventId, id)))).map(
    (counts) => counts.sold,
  );
  const least = show.typeIds.map((id) =>
    confirmed.reduce((sum, { typeId, quantity }) => sum + (typeId === id ? quantity : 0), 0),
  );
  sold.forEach((count, index) =>
    expect(count, "all that was answered confirmed is sold").toBeGreaterThanOrEqual(least[index] ?? 0),
  );
  scene.client.close();
}
