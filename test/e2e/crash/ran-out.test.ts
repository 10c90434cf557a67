// An outage that outlasts a crowd's holds: they are more than one text of the platform holds, and run out while nobody
// serves. The server that comes back gives all of them back and sells on at once.
// @module-tag slow

import { rmSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, expect, test } from "vitest";
import { must } from "../../../src/domain/result.ts";
import { actionsOf } from "../../support/server/actions.ts";
import { type Client, countsOf, mintShoppers, openClient } from "../../support/server/client.ts";
import { makeStateDir } from "../../support/server/commands.ts";
import { checkLedgers } from "./ledgers-on-disk.ts";
import { startServer, type TestServer } from "../../support/server/server.ts";
import { buildShow, expectStatus, typeOf } from "../../support/server/catalogue/show.ts";
import type { Shopper } from "../../support/server/wire.ts";

const TOTAL = 10_000;
const HOLDS = 5_600;
const HOLDS_A_SHOPPER = 100;
const CONNECTIONS = 32;
/** As long as notes may be, and three bytes each. */
const NOTES = "\u20ac".repeat(500);
/** Longer than it takes to place all of them on a slow machine: none may run out before the kill. */
const HOLD_SECONDS = 60;
/** Between `ready` and the response to the next hold. */
const BACK_WITHIN_MS = 1_000;
const ENV = { HOLD_TTL_SECONDS: `${HOLD_SECONDS}`, RATE_LIMITS: "off" };

const stateDir = makeStateDir();
let server: TestServer | null = null;

async function start(): Promise<TestServer> {
  server = await startServer({ stateDir, env: ENV });
  return server;
}
afterAll(async () => {
  if (server?.command.child.exitCode === null) await server.stop();
  rmSync(stateDir, { recursive: true, force: true });
});

/** Places all of them, some at a time; returns when the first and the last run out, epoch ms. */
async function placeAll(client: Client, typeId: string, shoppers: readonly Shopper[]): Promise<[number, number]> {
  const act = actionsOf(client);
  const ends: number[] = [];
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let n = next++; n < HOLDS; n = next++) {
      const { token } = must(shoppers[Math.floor(n / HOLDS_A_SHOPPER)], "a shopper for each hundred");
      const answer = await act.hold(typeId, token, `key-${n}`, { quantity: 1, notes: NOTES });
      ends.push(Date.parse(expectStatus(answer, 201).held_until));
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, lane));
  return [Math.min(...ends), Math.max(...ends)];
}

const title = "[H4] [H5] [H11] 5,600 holds with long notes that ran out while nobody served are all back at once";
test(title, async () => {
  const before = await start();
  const client = openClient(before.baseUrl, CONNECTIONS);
  const show = await buildShow(client, before.demo.api_keys.owner, [{ total: TOTAL, maxPerOrder: HOLDS_A_SHOPPER }]);
  const typeId = typeOf(show);
  const shoppers = await mintShoppers(client, HOLDS / HOLDS_A_SHOPPER);
  const began = Date.now();
  const [firstEnds, lastEnds] = await placeAll(client, typeId, shoppers);
  const placedAfter = Date.now() - began;
  expect(await countsOf(client, show.eventId, typeId)).toMatchObject({ held: HOLDS, available: TOTAL - HOLDS });
  expect(await before.kill()).toBe(1);
  client.close();
  expect(Date.now(), "all were held when the server died").toBeLessThan(firstEnds);

  await wait(lastEnds - Date.now());
  const after = await start();
  const ready = performance.now();
  const again = openClient(after.baseUrl, CONNECTIONS);
  const { token } = must(shoppers[0], "a shopper was minted");
  const answer = await actionsOf(again).hold(typeId, token, "next", { quantity: HOLDS_A_SHOPPER });
  const backAfter = performance.now() - ready;
  console.log(`${HOLDS} holds placed in ${placedAfter} ms; the next one ${Math.round(backAfter)} ms after ready`);
  expectStatus(answer, 201);
  expect(backAfter).toBeLessThan(BACK_WITHIN_MS);
  const left = { total: TOTAL, sold: 0, held: HOLDS_A_SHOPPER, available: TOTAL - HOLDS_A_SHOPPER };
  expect(await countsOf(again, show.eventId, typeId)).toMatchObject(left);
  again.close();
  expect(await after.stop()).toBe(0);
  for (const { broken } of checkLedgers(stateDir)) expect(broken).toBeNull();
});
