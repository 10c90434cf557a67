// A thousand people want the last hundred tickets in the same instant.
// @module-tag slow

import { afterAll, beforeAll, expect, test } from "vitest";
import { type Answer, type Client, countsOf, mintShoppers, openClient } from "../../support/server/client.ts";
import { startServer, type TestServer } from "../../support/server/server.ts";
import { openViewer, shows } from "../../support/server/sockets/viewer.ts";
import type { Hold } from "../../support/server/wire.ts";

const SHOPPERS = 1_000;
const LEFT = 100;
/** Longer than the storm may take on a busy machine: a hold that ran out within it would be sold again, rightly. */
const TTL_SECONDS = 15;
/** The most that an announcement may take, also on a machine that is busy with other things (rule H4). */
const LATE_MS = 10_000;

let server: TestServer;
let client: Client;

beforeAll(async () => {
  server = await startServer({ env: { HOLD_TTL_SECONDS: String(TTL_SECONDS), RATE_LIMITS: "off" } });
  client = openClient(server.baseUrl, SHOPPERS);
});
afterAll(async () => {
  client.close();
  expect(await server.stop(), server.command.stderr()).toBe(0);
});

test("[H1] [H6] [H4] exactly 100 of 1,000 concurrent holds get the last 100, and time gives all back", async () => {
  const { event_id, ticket_type_ids } = server.demo;
  const typeId = ticket_type_ids[2];
  expect(await countsOf(client, event_id, typeId)).toMatchObject({ total: LEFT, available: LEFT });
  const viewer = await openViewer(server.baseUrl, typeId);
  // All at once, which opens the thousand connections, so that the storm itself waits for none.
  const shoppers = await mintShoppers(client, SHOPPERS);

  let answered = 0;
  let sentBeforeFirstAnswer = 0;
  const storm = shoppers.map(async ({ token }, index): Promise<Answer<Hold>> => {
    if (answered === 0) sentBeforeFirstAnswer += 1;
    const path = `/v1/ticket-types/${typeId}/holds`;
    const answer = await client.ask<Hold>("POST", path, { token, key: `storm-${index}`, json: { quantity: 1 } });
    answered += 1;
    return answer;
  });
  const answers = await Promise.all(storm);
  expect(sentBeforeFirstAnswer, "all were in flight together").toBe(SHOPPERS);

  const placed = answers.flatMap(({ status, body }) => (status === 201 ? [body] : []));
  const refused = answers.filter(({ status }) => status !== 201).map(({ body }) => body);
  expect(placed).toHaveLength(LEFT);
  expect(refused).toHaveLength(SHOPPERS - LEFT);
  for (const body of refused) expect(body).toMatchObject({ status: 409, code: "sold_out", available_quantity: 0 });
  expect(new Set(placed.map(({ id }) => id)).size).toBe(LEFT);
  const full = { total: LEFT, sold: 0, held: LEFT, available: 0 };
  expect(await countsOf(client, event_id, typeId)).toMatchObject(full);
  await viewer.until(shows(full));

  const lastEnds = Math.max(...placed.map(({ held_until }) => Date.parse(held_until)));
  const { cameAt } = await viewer.until((frame) => frame.type === "occupancy" && shows({ available: LEFT })(frame));
  expect(cameAt - lastEnds, "no hold is given back before its time").toBeGreaterThanOrEqual(0);
  expect(cameAt - lastEnds, "the alarm announces it soon after").toBeLessThanOrEqual(LATE_MS);
  viewer.socket.close();
});
