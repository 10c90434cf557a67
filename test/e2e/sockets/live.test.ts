// The sockets of an event on the production bundle, by an ordinary client that is not ours and by the package's own:
// a crowd at once, sockets that die or never read, and a restart under all of them.
// @module-tag slow

import { randomUUID } from "node:crypto";
import { connect } from "node:net";
import { rmSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { WebSocket } from "ws";
import { FRAME_INTERVAL_MS } from "../../../src/sockets/conflation.ts";
import { must } from "../../../src/domain/result.ts";
import { type Client, mintShoppers, openClient } from "../../support/server/client.ts";
import { makeStateDir, runScript } from "../../support/server/commands.ts";
import { openCrowd } from "../../support/server/sockets/crowd.ts";
import { startServer, type TestServer } from "../../support/server/server.ts";
import type { Shopper } from "../../support/server/wire.ts";

const AT_ONCE = 1_000;
const THROUGH_RESTART = 500;

const folder = makeStateDir();
let server: TestServer;
let client: Client;
let shopper: Shopper;
beforeAll(async () => {
  server = await startServer({ stateDir: folder, env: { RATE_LIMITS: "off" } });
  client = openClient(server.baseUrl);
  shopper = must((await mintShoppers(client, 1))[0], "one was minted");
});
afterAll(async () => {
  client.close();
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

const path = () => `/v1/events/${server.demo.event_id}/live`;
const typeId = () => server.demo.ticket_type_ids[0];
let placed = 0;
async function hold(): Promise<void> {
  placed += 1;
  const { token } = placed % 8 === 1 ? must((await mintShoppers(client, 1))[0], "one was minted") : shopper;
  shopper = { ...shopper, token };
  const answer = await client.ask("POST", `/v1/ticket-types/${typeId()}/holds`, {
    token,
    key: randomUUID(),
    json: { quantity: 1 },
  });
  expect(answer.status).toBe(201);
}

test("[L3] [L4] [L6] of 1,000 sockets, one is deaf and one killed in mid-frame: all others see everything", async () => {
  const crowd = openCrowd(server.baseUrl, path(), AT_ONCE);
  const deaf = new WebSocket(server.baseUrl.replace("http", "ws") + path());
  await new Promise((settle) => deaf.once("open", settle));
  deaf.pause();
  await killInMidFrame();
  await crowd.until(({ event }) => event?.status === "published");
  const begun = Date.now();
  for (let i = 0; i < 20; i++) await hold();
  await crowd.until(({ ticketTypes }) => ticketTypes.get(typeId())?.held === placed);
  const slots = Math.ceil((Date.now() - begun) / FRAME_INTERVAL_MS) + 1;
  for (const { frames, openedAt } of crowd.followers) {
    expect(openedAt).toHaveLength(1);
    expect(must(frames[0], "the first frame").frame.type).toBe("snapshot");
    expect(frames.length - 1).toBeLessThanOrEqual(slots);
  }
  deaf.terminate();
  crowd.close();
});

test("[L3] a restart under 500 sockets: all come back with the right counts, and not as one wave", async () => {
  const crowd = openCrowd(server.baseUrl, path(), THROUGH_RESTART);
  await crowd.until((state) => state.ticketTypes.get(typeId())?.held === placed);
  await hold();
  await crowd.until((state) => state.ticketTypes.get(typeId())?.held === placed);
  const { port } = server;
  const waitedBefore = crowd.followers.map(({ waitedMs }) => waitedMs.length);
  await server.stop();
  await crowd.until((_, { state }) => state === "waiting");
  server = await startServer({ stateDir: folder, port, env: { RATE_LIMITS: "off" } });
  // Also what was sold while they were away.
  await hold();
  await crowd.until((state, { state: how }) => how === "open" && state.ticketTypes.get(typeId())?.held === placed);
  // Counts the pauses that they chose and not the times at which they were open: a machine that was busy for a moment
  // opens all that piled up.
  const waves = new Map<number, number>();
  for (const [at, { waitedMs }] of crowd.followers.entries()) {
    const wave = Math.floor(must(waitedMs[must(waitedBefore[at], "one for each")], "it was lost") / 250);
    waves.set(wave, (waves.get(wave) ?? 0) + 1);
  }
  expect(waves.size, "spread over seconds").toBeGreaterThanOrEqual(30);
  expect(Math.max(...waves.values()), "in no quarter of a second a tenth of them").toBeLessThan(THROUGH_RESTART / 10);
  crowd.close();
});

test("[T5] [L3] an ordinary client follows the scanner channel by header or protocol, not without either", async () => {
  const url = `${server.baseUrl.replace("http", "ws")}/v1/events/${server.demo.event_id}/scanner`;
  const { device_token: token } = server.demo;
  const byHeader = new WebSocket(url, { headers: { Authorization: `Bearer ${token}` } });
  const byProtocol = new WebSocket(url, ["voelgoed.v1", `bearer.${token}`]);
  const sockets = [byHeader, byProtocol];
  // Both listen before either is awaited, since a frame that arrives without a listener is lost.
  const firsts = sockets.map(
    (socket) => new Promise<Buffer>((settle) => socket.once("message", (data: Buffer) => settle(data))),
  );
  for (const [at, socket] of sockets.entries()) {
    const data = await firsts[at];
    const snapshot = JSON.parse(String(data)) as { type: string; gates: unknown[]; ticket_types: unknown[] };
    expect([snapshot.type, snapshot.gates.length, snapshot.ticket_types.length]).toEqual(["snapshot", 3, 3]);
    socket.close();
  }
  expect(byProtocol.protocol).toBe("voelgoed.v1");
  const status = await new Promise((settle) =>
    new WebSocket(url).once("unexpected-response", (_, { statusCode }) => settle(statusCode)),
  );
  expect(status).toBe(401);
});

test("[T5] [P2] the ordinary client of a revoked device is closed within 5 s, whether it ever sent or not", async () => {
  const url = `${server.baseUrl.replace("http", "ws")}/v1/events/${server.demo.event_id}/scanner`;
  const { owner } = server.demo.api_keys;
  const made = await client.ask<{ id: string; secret: string }>("POST", "/v1/devices", {
    token: owner,
    json: { name: "Lost", gate_id: server.demo.gate_ids[0] },
  });
  const open = async () => {
    const socket = new WebSocket(url, { headers: { Authorization: `Bearer ${made.body.secret}` } });
    await new Promise((settle) => socket.once("message", settle));
    return socket;
  };
  const [silent, spoken] = [await open(), await open()];
  spoken.send("ping");
  await new Promise((settle) => spoken.once("message", settle));
  const closed = new Promise<number>((settle) => spoken.once("close", settle));
  expect((await client.ask("DELETE", `/v1/devices/${made.body.id}`, { token: owner })).status).toBe(204);
  expect(await closed).toBe(4401);
  // The close frame is what counts: of a client that never spoke, workerd keeps the connection itself for longer.
  await expect.poll(() => silent.readyState).not.toBe(WebSocket.OPEN);
  silent.terminate();
});

test("[L3] `watch` draws the event for a person, with names, bars and sockets, and again as it changes", async () => {
  const command = runScript("src/cli/watch.ts", ["--event", server.demo.event_id], { STATE_DIR: folder });
  const first = await command.untilStdout(/General +█*▒*·+ +0 sold, (\d+) held, \d+ of 500 available/);
  expect(Number(first[1])).toBe(placed);
  await hold();
  await command.untilStdout(
    new RegExp(`Bushveld Sounds · published · connected · \\d+ sockets?[^]*0 sold, ${placed} held`),
  );
  command.child.kill("SIGINT");
  expect(await command.ended).toBe(0);
  const unknown = runScript("src/cli/watch.ts", ["--event", "evt_unknown"], { STATE_DIR: folder });
  expect(await unknown.ended).toBe(1);
  expect(unknown.stderr()).toContain("has no event evt_unknown");
});

/** A socket that is opened by hand, sends the head of a frame and half of what it announces, and is gone. */
async function killInMidFrame(): Promise<void> {
  const raw = connect(server.port, "127.0.0.1");
  raw.write(
    `GET ${path()} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`,
  );
  const answered = await new Promise<Buffer>((settle) => raw.once("data", settle));
  expect(answered.toString("latin1")).toMatch(/^HTTP\/1\.1 101/);
  // A masked text frame of 120 bytes, of which only ten come.
  raw.write(Buffer.from([0x81, 0x80 | 120, 1, 2, 3, 4, ...Array.from({ length: 10 }, () => 0x61)]));
  raw.resetAndDestroy();
}
