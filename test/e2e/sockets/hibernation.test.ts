// Sockets of an object that sleeps, and one whose client never reads. On the production bundle, with the `ws` package.
// @module-tag slow

import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import WebSocket from "ws";
import { must } from "../../../src/domain/result.ts";
import { startServer, type TestServer } from "../../support/server/server.ts";

/** An object without traffic hibernates after about ten seconds. */
const IDLE_MS = 13_000;

type Frame = { type: string; ticket_types: { id: string; available: number; seq: number }[] };

let server: TestServer;
beforeAll(async () => {
  server = await startServer({ env: { RATE_LIMITS: "off" } });
});
afterAll(() => server.stop());

async function follow(path: string) {
  const socket = new WebSocket(server.baseUrl.replace("http", "ws") + path);
  const texts: string[] = [];
  socket.on("message", (data) => texts.push(String(data)));
  await new Promise((resolve, reject) => socket.once("open", resolve).once("error", reject));
  const shown = () =>
    texts
      .filter((text) => text !== "pong")
      .map((text) => must((JSON.parse(text) as Frame).ticket_types[0], "one type").available);
  const types = () =>
    texts.filter((text) => text !== "pong").map((text) => (JSON.parse(text) as Frame).ticket_types.map(({ id }) => id));
  return { socket, texts, shown, types };
}

const ofType = (typeId: string) => `/v1/ticket-types/${typeId}/live`;

async function hold(typeId: string): Promise<number> {
  const { token } = (await (await fetch(`${server.baseUrl}/v1/shoppers`, { method: "POST" })).json()) as {
    token: string;
  };
  const answer = await fetch(`${server.baseUrl}/v1/ticket-types/${typeId}/holds`, {
    method: "POST",
    headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json", "Idempotency-Key": randomUUID() },
    body: `{"quantity":1}`,
  });
  return answer.status;
}

describe("a quiet socket", () => {
  it("[L5] [L3] lets object and feed sleep, gets pongs meanwhile, and one frame of counts on waking", async () => {
    const typeId = must(server.demo.ticket_type_ids[2], "the demo has three types");
    const viewer = await follow(ofType(typeId));
    const ofFeed = await follow(`/v1/events/${server.demo.event_id}/live`);
    await expect.poll(viewer.shown).toEqual([100]);
    await expect.poll(() => ofFeed.types().length).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, IDLE_MS));
    for (const each of [viewer, ofFeed]) {
      each.socket.send("ping");
      await expect.poll(() => each.texts.at(-1)).toBe("pong");
    }
    expect(viewer.shown()).toEqual([100]);
    expect(ofFeed.types()).toHaveLength(1);
    expect(await hold(typeId)).toBe(201);
    // The frame that repeats the 100 is the proof: only an object that was built again does not know that it has sent
    // them.
    await expect.poll(viewer.shown).toEqual([100, 100, 99]);
    // So is the frame of the feed that shows all three types, where one awake would show the one that changed.
    await expect.poll(() => ofFeed.types().at(-1)?.length).toBe(3);
    expect(ofFeed.types()).toHaveLength(2);
    for (const each of [viewer, ofFeed]) each.socket.close();
  });

  it("[L6] a socket whose client never reads delays neither holds nor another socket", async () => {
    const typeId = must(server.demo.ticket_type_ids[0], "the demo has three types");
    const [deaf, reader] = [await follow(ofType(typeId)), await follow(ofType(typeId))];
    deaf.socket.pause();
    for (let i = 1; i <= 50; i++) expect(await hold(typeId)).toBe(201);
    await expect.poll(() => reader.shown().at(-1)).toBe(450);
    deaf.socket.terminate();
    reader.socket.close();
  });
});
