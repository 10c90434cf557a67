// If-Match where it is not needed: one that is sent is honoured (docs/api.md, Conventions).

import { beforeAll, describe, expect, it } from "vitest";
import { ask, bodyOf, hold, idOf, openWorld, refusalOf, shopper } from "../support/http.ts";

let world: Awaited<ReturnType<typeof openWorld>>;

beforeAll(async () => {
  world = await openWorld();
});

const UNREAD = ['"999"', 'W/"999"', "*", "1"];

async function reservedOrder(token: string): Promise<{ path: string; etag: string }> {
  const holdId = await idOf(hold(world.typeId, token));
  const key = crypto.randomUUID();
  const order = await ask("POST", "/v1/checkouts", { token, key, json: { hold_ids: [holdId] } });
  const etag = order.headers.get("ETag") ?? "";
  return { path: `/v1/orders/${await idOf(order)}`, etag };
}

describe("If-Match", () => {
  it("[H9] on a release: what was not read is 412 and releases nothing, what was read releases", async () => {
    const { token } = await shopper();
    const held = await hold(world.typeId, token);
    const path = `/v1/holds/${await idOf(held.clone())}`;
    for (const tag of UNREAD) {
      expect(await refusalOf(ask("DELETE", path, { token, headers: { "If-Match": tag } }))).toBe(
        "412 version_conflict",
      );
    }
    const read = await ask("GET", path, { token });
    expect(read.headers.get("ETag")).toBe(held.headers.get("ETag"));
    expect(await bodyOf(read)).toMatchObject({ status: "active" });
    const etag = read.headers.get("ETag") ?? "";
    expect(etag).toMatch(/^"\d+"$/);
    expect((await ask("DELETE", path, { token, headers: { "If-Match": etag } })).status).toBe(200);
    expect(await refusalOf(ask("DELETE", path, { token, headers: { "If-Match": etag } }))).toBe("412 version_conflict");
    expect((await ask("DELETE", path, { token })).status).toBe(200);
  });

  it("[O5] on confirm and cancel: what was not read is 412 and settles nothing, what was read settles", async () => {
    const { token } = await shopper();
    const owner = world.owner.token;
    for (const [verb, status] of [
      ["confirm", "confirmed"],
      ["cancel", "cancelled"],
    ]) {
      const { path, etag } = await reservedOrder(token);
      for (const tag of UNREAD) {
        const headers = { "If-Match": tag };
        expect(await refusalOf(ask("POST", `${path}/${verb}`, { token: owner, headers }))).toBe("412 version_conflict");
      }
      const read = await ask("GET", path, { token });
      expect([read.headers.get("ETag"), (await bodyOf(read))["status"]]).toEqual([etag, "reserved"]);
      const settled = await ask("POST", `${path}/${verb}`, { token: owner, headers: { "If-Match": etag } });
      expect([settled.status, (await bodyOf(settled.clone()))["status"]]).toEqual([200, status]);
      expect(settled.headers.get("ETag")).not.toBe(etag);
    }
  });

  it("[O5] counts when it was marked weak on its way, as a response that is compressed is", async () => {
    const { token } = await shopper();
    const { path, etag } = await reservedOrder(token);
    const settle = (tag: string) =>
      ask("POST", `${path}/confirm`, { token: world.owner.token, headers: { "If-Match": tag } });
    expect(etag).toMatch(/^"\d+"$/);
    expect((await settle(`W/${etag}`)).status).toBe(200);
    expect(await refusalOf(settle(`W/${etag}`))).toBe("412 version_conflict");
  });
});
