// What a shop does with an active hold, over HTTP: it extends it, or puts another in its place.

import { evictDurableObject } from "cloudflare:test";
import { beforeAll, describe, expect, it } from "vitest";
import type { TicketTypeId } from "../../../src/domain/ids.ts";
import { must } from "../../../src/domain/result.ts";
import { countsOf, objectOf, seedShow, seedType } from "../support/fixture.ts";
import { apiKey, ask, bodyOf, hold, openWorld, refusalOf, shopper } from "../support/http.ts";
import { kindsOf, setClock, TTL_MS } from "../support/object.ts";

const MINUTE = 60_000;
let world: Awaited<ReturnType<typeof openWorld>>;

beforeAll(async () => {
  world = await openWorld();
});

const extend = (id: unknown, token: string, key: string = crypto.randomUUID()) =>
  ask("POST", `/v1/holds/${String(id)}/extend`, { token, key });
const iso = (at: number) => new Date(at).toISOString();

/** A hold of one, placed at the time of the object's clock, which does not move. */
async function heldNow(typeId: TicketTypeId, json: object = { quantity: 1 }) {
  const me = await shopper();
  const now = Date.now() + MINUTE;
  await setClock(typeId, now);
  const placed = await bodyOf(await hold(typeId, me.token, json));
  expect(placed["held_until"]).toBe(iso(now + TTL_MS));
  return { ...me, id: String(placed["id"]), now };
}

describe("an extension", () => {
  it("[O9] returns 200 with the hold, its new time and its number of extensions, which an eviction keeps", async () => {
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

  it("[O9] of less than a second returns 200 unchanged, of a second it is made", async () => {
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

describe("a swap", () => {
  it("[O8] returns 201 with the new hold; each shows the other, and an eviction keeps both", async () => {
    const { typeId } = await seedType(10);
    const { id, token, now } = await heldNow(typeId, { quantity: 4 });
    await setClock(typeId, now + MINUTE);
    const old = await bodyOf(await extend(id, token));
    await setClock(typeId, now + 2 * MINUTE);
    const answer = await hold(typeId, token, { quantity: 6, replaces: id }, "swap");
    expect(answer.status).toBe(201);
    const placed = await bodyOf(answer);
    expect(placed).toMatchObject({
      quantity: 6,
      status: "active",
      replaces: id,
      replaced_by: null,
      held_until: old["held_until"],
      first_placed_at: iso(now),
      created_at: iso(now + 2 * MINUTE),
      extensions: 1,
    });
    expect(await countsOf(typeId)).toMatchObject({ held: 6, available: 4 });
    await evictDurableObject(objectOf(typeId));
    await setClock(typeId, now + MINUTE + TTL_MS - 1);
    const read = async (holdId: unknown) => bodyOf(await ask("GET", `/v1/holds/${String(holdId)}`, { token }));
    expect(await read(id)).toMatchObject({ status: "cancelled", replaced_by: placed["id"], replaces: null });
    expect(await read(placed["id"])).toEqual({ ...placed, expires_in_seconds: 1 });
    await setClock(typeId, now + MINUTE + TTL_MS);
    expect(await read(placed["id"])).toMatchObject({ status: "expired" });
    expect(await countsOf(typeId)).toMatchObject({ held: 0, available: 10 });
    expect(await kindsOf(typeId)).toEqual(["terms", "hold", "extend", "swap", "hold", "expire"]);
  });

  it("[O8] [H8] is repeated by its key, also after an eviction; for another hold the key is refused", async () => {
    const { typeId } = await seedType(10);
    const { id, token } = await heldNow(typeId);
    const swap = () => hold(typeId, token, { quantity: 3, replaces: id }, "swap");
    const first = await bodyOf(await swap());
    await evictDurableObject(objectOf(typeId));
    const again = await swap();
    expect([again.status, again.headers.get("Idempotency-Replayed")]).toEqual([201, "true"]);
    expect((await bodyOf(again))["id"]).toBe(first["id"]);
    for (const replaces of [null, first["id"]]) {
      expect(await refusalOf(hold(typeId, token, { quantity: 3, replaces }, "swap"))).toBe(
        "422 idempotency_key_reused",
      );
    }
    expect(await kindsOf(typeId)).toEqual(["terms", "hold", "swap", "hold"]);
  });

  it("[O8] that is refused leaves the old hold as it was, and says what the refusal is about", async () => {
    const { typeId } = await seedType(5, { max_per_order: 5 });
    const { id, token, now } = await heldNow(typeId, { quantity: 2 });
    const before = await bodyOf(await ask("GET", `/v1/holds/${id}`, { token }));
    const others = await shopper();
    await hold(typeId, others.token, { quantity: 2 });
    const swap = (quantity: number, by = token, replaces: unknown = id) => hold(typeId, by, { quantity, replaces });
    expect(await bodyOf(await swap(4))).toMatchObject({ status: 409, code: "sold_out", available_quantity: 3 });
    expect(await bodyOf(await swap(1, others.token))).toMatchObject({ status: 404, code: "not_found", hold_id: id });
    expect(await bodyOf(await swap(1, token, "hold_x"))).toMatchObject({ status: 404, hold_id: "hold_x" });
    const elsewhere = await seedType(5);
    const wrongType = hold(elsewhere.typeId, token, { quantity: 1, replaces: id });
    expect(await bodyOf(await wrongType)).toMatchObject({ status: 404, hold_id: id });
    expect(await bodyOf(await ask("GET", `/v1/holds/${id}`, { token }))).toEqual(before);
    await setClock(typeId, now + TTL_MS);
    expect(await bodyOf(await swap(1))).toMatchObject({ status: 410, code: "hold_expired", hold_id: id });
  });

  it("[O8] of a released or ordered hold is 409 with its state, and so is one of a replaced hold", async () => {
    const me = await shopper();
    const place = async () => (await bodyOf(await hold(world.typeId, me.token)))["id"];
    const [released, ordered, replaced] = [await place(), await place(), await place()];
    await ask("DELETE", `/v1/holds/${String(released)}`, { token: me.token });
    await ask("POST", "/v1/checkouts", { token: me.token, key: "c", json: { hold_ids: [ordered] } });
    await hold(world.typeId, me.token, { quantity: 2, replaces: replaced });
    for (const [id, hold_status] of [
      [released, "cancelled"],
      [ordered, "converted"],
      [replaced, "cancelled"],
    ]) {
      const answer = await hold(world.typeId, me.token, { quantity: 1, replaces: id });
      expect(await bodyOf(answer)).toMatchObject({ status: 409, code: "hold_not_active", hold_status, hold_id: id });
    }
  });

  it("[O8] fifty at once with keys of their own replace a hold once", async () => {
    const { typeId } = await seedType(10);
    const { id, token } = await heldNow(typeId);
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => hold(typeId, token, { quantity: 2, replaces: id })),
    );
    const statuses = answers.map(({ status }) => status).sort();
    expect(statuses).toEqual([201, ...Array.from({ length: 49 }, () => 409)]);
    expect(await countsOf(typeId)).toMatchObject({ held: 2 });
  });
});
