// Sockets of an object that sleeps, and one whose client never reads. On the production bundle, with the `ws` package.

import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import WebSocket from "ws";
import { must } from "../../src/domain/result.ts";
import { startServer, type TestServer } from "../support/server.ts";

/** An object without traffic hibernates after about ten seconds. */
const IDLE_MS = 13_000;

type Frame = { type: string; ticket_types: { available: number; seq: number }[] };

let server: TestServer;
beforeAll(async () => {
  server = await startServer({ env: { RATE_LIMITS: "off" } });
});
afterAll(() => server.stop());

async function follow(typeId: string) {
  const socket = new WebSocket(`${server.baseUrl.replace("http", "ws")}/v1/ticket-types/${typeId}/live`);
  const texts: string[] = [];
  socket.on("message", (data) => texts.push(String(data)));
  await new Promise((resolve, reject) => socket.once("open", resolve).once("error", reject));
  const shown = () =>
    texts
      .filter((text) => text !== "pong")
      .map((text) => must((JSON.parse(text) as Frame).ticket_types[0], "one type").available);
  return { socket, texts, shown };
}

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
  it("[L5] [L3] the object sleeps with it open, answers ping asleep, and sends the current counts once when it wakes", async () => {
    const typeId = must(server.demo.ticket_type_ids[2], "the demo has three types");
    const viewer = await follow(typeId);
    await expect.poll(viewer.shown).toEqual([100]);
    await new Promise((resolve) => setTimeout(resolve, IDLE_MS));
    viewer.socket.send("ping");
    await expect.poll(() => viewer.texts.at(-1)).toBe("pong");
    expect(viewer.shown()).toEqual([100]);
    expect(await hold(typeId)).toBe(201);
    // The frame that repeats the 100 is the proof: only an object that was built anew has forgotten that it was shown.
    await expect.poll(viewer.shown).toEqual([100, 100, 99]);
    viewer.socket.close();
  });

  it("[L6] a socket whose client never reads delays neither holds nor another socket", async () => {
    const typeId = must(server.demo.ticket_type_ids[0], "the demo has three types");
    const [deaf, reader] = [await follow(typeId), await follow(typeId)];
    deaf.socket.pause();
    for (let i = 1; i <= 50; i++) expect(await hold(typeId)).toBe(201);
    await expect.poll(() => reader.shown().at(-1)).toBe(450);
    deaf.socket.terminate();
    reader.socket.close();
  });
});
