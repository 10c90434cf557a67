// What a shop does with a hold that stands, over HTTP: it extends it.

import { evictDurableObject } from "cloudflare:test";
import { beforeAll, describe, expect, it } from "vitest";
import type { TicketTypeId } from "../../src/domain/ids.ts";
import { must } from "../../src/domain/result.ts";
import { objectOf, seedShow, seedType } from "./fixture.ts";
import { apiKey, ask, bodyOf, hold, openWorld, refusalOf, shopper } from "./http.ts";
import { kindsOf, setClock, TTL_MS } from "./object.ts";

const MINUTE = 60_000;
let world: Awaited<ReturnType<typeof openWorld>>;

beforeAll(async () => {
  world = await openWorld();
});

const extend = (id: unknown, token: string, key: string = crypto.randomUUID()) =>
  ask("POST", `/v1/holds/${String(id)}/extend`, { token, key });
const iso = (at: number) => new Date(at).toISOString();

/** A hold of one, placed at the moment at which the object's clock stands. */
async function heldNow(typeId: TicketTypeId, json: object = { quantity: 1 }) {
  const me = await shopper();
  const now = Date.now() + MINUTE;
  await setClock(typeId, now);
  const placed = await bodyOf(await hold(typeId, me.token, json));
  expect(placed["held_until"]).toBe(iso(now + TTL_MS));
  return { ...me, id: String(placed["id"]), now };
}

describe("an extension", () => {
  it("[O9] answers 200 with the hold, its new time and its number of extensions, which an eviction keeps", async () => {
    const { typeId } = await seedType(10);
    const { id, token, now } = await heldNow(typeId, { quantity: 2, notes: "at the back" });
    const at = now + TTL_MS - 1;
    await setClock(typeId, at);
    const answer = await extend(id, token, "once");
    expect([answer.status, answer.headers.has("Idempotency-Replayed")]).toEqual([200, false]);
    expect(answer.headers.get("ETag")).toMatch(/^"\d+"$/);
    const body = await bodyOf(answer);
    expect(body).toMatchObject({
      id,
      status: "active",
      quantity: 2,
      notes: "at the back",
      held_until: iso(at + TTL_MS),
      expires_in_seconds: 300,
      first_placed_at: iso(now),
      created_at: iso(now),
      updated_at: iso(at),
      extensions: 1,
    });
    await evictDurableObject(objectOf(typeId));
    await setClock(typeId, at + TTL_MS - 1);
    expect(await bodyOf(await ask("GET", `/v1/holds/${id}`, { token }))).toEqual({ ...body, expires_in_seconds: 1 });
    await setClock(typeId, at + TTL_MS);
    const over = await bodyOf(await ask("GET", `/v1/holds/${id}`, { token }));
    expect(over).toMatchObject({ status: "expired", extensions: 1, first_placed_at: iso(now) });
    expect(await kindsOf(typeId)).toEqual(["terms", "hold", "extend", "expire"]);
  });

  it("[O9] with the same key is a replay, also after an eviction and of a hold that has expired since", async () => {
    const { typeId } = await seedType(10);
    const { id, token, now } = await heldNow(typeId);
    await setClock(typeId, now + MINUTE);
    const first = await bodyOf(await extend(id, token, "once"));
    await evictDurableObject(objectOf(typeId));
    await setClock(typeId, now + 2 * MINUTE);
    const again = await extend(id, token, "once");
    expect([again.status, again.headers.get("Idempotency-Replayed")]).toEqual([200, "true"]);
    expect(await bodyOf(again)).toEqual({ ...first, expires_in_seconds: 240 });
    await setClock(typeId, now + MINUTE + TTL_MS);
    const late = await extend(id, token, "once");
    expect([late.status, (await bodyOf(late))["status"]]).toEqual([200, "expired"]);
    expect(await refusalOf(extend(id, token))).toBe("410 hold_expired");
  });

  it("[O9] that comes fifty times at once with one key is made once", async () => {
    const { typeId } = await seedType(10);
    const { id, token, now } = await heldNow(typeId);
    await setClock(typeId, now + MINUTE);
    const answers = await Promise.all(Array.from({ length: 50 }, () => extend(id, token, "once")));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(answers.filter((answer) => !answer.headers.has("Idempotency-Replayed"))).toHaveLength(1);
    expect(await kindsOf(typeId)).toEqual(["terms", "hold", "extend"]);
  });

  it("[O9] of less than a second answers 200 unchanged, of a second it is made", async () => {
    const { typeId } = await seedType(10);
    const { id, token, now } = await heldNow(typeId);
    await setClock(typeId, now + 999);
    expect(await bodyOf(await extend(id, token))).toMatchObject({ held_until: iso(now + TTL_MS), extensions: 0 });
    await setClock(typeId, now + 1_000);
    expect(await bodyOf(await extend(id, token))).toMatchObject({
      held_until: iso(now + 1_000 + TTL_MS),
      extensions: 1,
    });
  });

  it("[O9] is refused with its reason: the limit, nothing available, or an event that does not offer it", async () => {
    const { typeId } = await seedType(10);
    const { id, token, now } = await heldNow(typeId);
    for (let n = 1; n <= 10; n++) {
      await setClock(typeId, now + n * MINUTE);
      expect((await extend(id, token)).status).toBe(200);
    }
    const limit = { status: 409, code: "extension_refused", reason: "limit", hold_id: id };
    expect(await bodyOf(await extend(id, token))).toMatchObject(limit);

    const last = await seedType(1);
    const waited = await heldNow(last.typeId);
    await setClock(last.typeId, waited.now + MINUTE);
    expect(await bodyOf(await extend(waited.id, waited.token))).toMatchObject({ reason: "others_waiting" });

    for (const [hold_extension, reason] of [["never", "not_offered"] as const, ["always", undefined] as const]) {
      const show = await seedShow([{ total: 1 }], { hold_extension });
      const only = must(show.typeIds[0], "one type");
      const held = await heldNow(only);
      await setClock(only, held.now + MINUTE);
      expect((await bodyOf(await extend(held.id, held.token)))["reason"]).toBe(reason);
    }
  });

  it("[O9] [H10] [T3] is its shopper's and its organisation's to make, and 404 to everybody else", async () => {
    const placed = await bodyOf(await hold(world.typeId, world.shopper.token));
    const stranger = await shopper();
    const other = await apiKey((await seedType(1)).organizationId, "owner");
    for (const { token } of [stranger, other]) {
      expect(await refusalOf(extend(placed["id"], token))).toBe("404 not_found");
    }
    expect((await extend(placed["id"], world.owner.token)).status).toBe(200);
    for (const id of ["hold_x", "x", `hold_${"0".repeat(52)}`]) {
      expect(await refusalOf(extend(id, stranger.token))).toBe("404 not_found");
    }
    expect(await refusalOf(ask("POST", `/v1/holds/${String(placed["id"])}/extend`, { token: stranger.token }))).toBe(
      "400 idempotency_key_required",
    );
  });

  it("[O9] of a hold that was released is refused with what became of it", async () => {
    const { token } = await shopper();
    const { id } = (await bodyOf(await hold(world.typeId, token))) as { id: string };
    await ask("DELETE", `/v1/holds/${id}`, { token });
    expect(await bodyOf(await extend(id, token))).toMatchObject({ code: "hold_not_active", hold_status: "cancelled" });
  });
});
