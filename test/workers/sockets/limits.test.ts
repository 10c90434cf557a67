// What viewers may cost an object: how large a frame they send, and how many sockets an address opens (rules X4, X5).

import { env } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";
import { hashAddress } from "../../../src/auth/address-hash.ts";
import { MAX_FRAME_BYTES, MAX_SOCKETS_PER_ADDRESS } from "../../../src/domain/limits.ts";
import { newId } from "../../../src/app/context.ts";
import { openDoors } from "../support/doors.ts";
import { held, objectOf, seedType } from "../support/fixture.ts";
import { ask, refusalOf, saysToWait } from "../support/http.ts";
import { from } from "../support/misses.ts";
import { available, follow, openViewer, type Viewer, viewerOn } from "../support/socket.ts";

const UPGRADE = { Upgrade: "websocket" };

/** A viewer of each object that keeps sockets, and a scanner. */
const VIEWERS: Readonly<Record<string, () => Promise<Viewer>>> = {
  "a ticket type": async () => openViewer((await seedType(5)).typeId),
  "an event": async () => follow(`/v1/events/${(await seedType(5)).eventId}/live`),
  "an event's scanners": async () => {
    const doors = await openDoors();
    return follow(`/v1/events/${doors.eventId}/scanner`, doors.device.token);
  },
};

describe.each(Object.keys(VIEWERS))("a frame to %s", (name) => {
  const open = async (): Promise<Viewer> => {
    const viewer = await VIEWERS[name]?.();
    if (!viewer) throw new Error(`no viewer of ${name}`);
    return viewer;
  };

  it.each([
    ["text", "a".repeat(MAX_FRAME_BYTES)],
    ["text of two-byte characters", "é".repeat(MAX_FRAME_BYTES / 2)],
    ["bytes", new Uint8Array(MAX_FRAME_BYTES)],
  ])("[X4] of exactly 1 KB of %s gets an error, and the socket stays open", async (_, frame) => {
    const viewer = await open();
    viewer.socket.send(frame);
    expect(await viewer.until(({ type }) => type === "error")).toEqual({ type: "error", code: "unknown_message" });
    viewer.socket.send("{}");
    await expect.poll(() => viewer.frames.filter(({ type }) => type === "error").length).toBe(2);
  });

  it.each([
    ["text", "a".repeat(MAX_FRAME_BYTES + 1)],
    ["text of two-byte characters", "é".repeat(MAX_FRAME_BYTES / 2 + 1)],
    ["bytes", new Uint8Array(MAX_FRAME_BYTES + 1)],
  ])("[X4] [L6] of more than 1 KB of %s closes the socket with 1009, and gets no reply", async (_, frame) => {
    const viewer = await open();
    viewer.socket.send(frame);
    expect((await viewer.closed).code).toBe(1009);
    expect(viewer.frames.filter(({ type }) => type === "error")).toEqual([]);
  });
});

it("[L6] a socket that is closed for its frame delays neither a hold nor another viewer", async () => {
  const { typeId } = await seedType(10);
  const [loud, other] = [await openViewer(typeId), await openViewer(typeId)];
  loud.socket.send("a".repeat(5_000_000));
  await held(typeId, newId("shp"), 1);
  await other.until(available(9));
  expect((await loud.closed).code).toBe(1009);
});

describe("the sockets of an address", () => {
  const paths = async () => {
    const { typeId, eventId } = await seedType(5);
    return [`/v1/ticket-types/${typeId}/live`, `/v1/events/${eventId}/live`];
  };

  it("[X5] count when opened, and above the limit are 429 with Retry-After before any object is called", async () => {
    for (const path of await paths()) {
      const keys: string[] = [];
      vi.spyOn(env.SOCKET_LIMIT, "limit").mockImplementation(({ key }) => {
        keys.push(key);
        return Promise.resolve({ success: keys.length <= 1 });
      });
      const first = viewerOn(await ask("GET", path, from("192.0.2.5", UPGRADE)));
      await first.until(({ type }) => type === "snapshot");
      const refused = await ask("GET", path, from("192.0.2.5", UPGRADE));
      expect(saysToWait(refused, 60)).toBe(true);
      expect(await refusalOf(refused)).toBe("429 rate_limited");
      expect(keys).toEqual(["192.0.2.5", "192.0.2.5"]);
    }
  });

  it("[X4] are 1,000 on one object; one more is closed with 1013, and another address may still join", async () => {
    vi.spyOn(env.SOCKET_LIMIT, "limit").mockResolvedValue({ success: true });
    for (const path of await paths()) {
      const request = from("192.0.2.6", UPGRADE);
      const viewers: Viewer[] = [];
      while (viewers.length < MAX_SOCKETS_PER_ADDRESS) {
        const opened = await Promise.all(Array.from({ length: 50 }, () => ask("GET", path, request)));
        viewers.push(...opened.map(viewerOn));
      }
      for (const viewer of viewers) await viewer.until(({ type }) => type === "snapshot");
      const one = viewerOn(await ask("GET", path, request));
      expect(await one.closed).toEqual({ code: 1013, reason: "too many sockets of one address" });
      expect(one.frames).toEqual([]);
      const other = viewerOn(await ask("GET", path, from("192.0.2.7", UPGRADE)));
      await other.until(({ type }) => type === "snapshot");
      for (const viewer of viewers) viewer.socket.close();
    }
  });

  it("[X4] are distinguished by what the Worker says, and by nothing that the client sends", async () => {
    const { typeId } = await seedType(5);
    const path = `/v1/ticket-types/${typeId}/live`;
    const seen: (string | null)[] = [];
    const joined = vi.spyOn(env.INVENTORY, "getByName").mockReturnValue({
      fetch: (_: string, { headers }: { headers: Headers }) => {
        seen.push(headers.get("X-Viewer"), headers.get("Authorization"));
        return Promise.resolve(new Response(null, { status: 404 }));
      },
    } as never);
    await ask("GET", path, from("192.0.2.8", { ...UPGRADE, "X-Viewer": "1", Authorization: "Bearer vgs_x" }));
    joined.mockRestore();
    expect(seen).toEqual([String(hashAddress(env, typeId, "192.0.2.8")), null]);
    expect(objectOf(typeId)).toBeDefined();
  });
});

describe("what stands for an address", () => {
  const secrets = { SHOPPER_TOKEN_SECRET: "made for this test" };
  const hash = (address: string, scope = "a", of: Parameters<typeof hashAddress>[0] = secrets) =>
    hashAddress(of, scope, address);

  it("[X4] is 48 bits made of the address, the object and the secret, and is nothing without a secret", () => {
    const one = hash("192.0.2.1");
    expect(one).toBe(hash("192.0.2.1"));
    expect(Number(one)).toBeLessThan(2 ** 48);
    const others = [
      hash("192.0.2.2"),
      hash("192.0.2.1", "b"),
      hash("192.0.2.1", "a", { SHOPPER_TOKEN_SECRET: "other" }),
    ];
    expect(new Set([one, ...others]).size).toBe(4);
    expect(hash("192.0.2.1", "a", {})).toBeNull();
  });
});
