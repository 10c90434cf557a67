// Holds over HTTP, as a shop, a door and a stranger see them.

import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { parseId } from "../../../src/domain/ids.ts";
import { must } from "../../../src/domain/result.ts";
import { HOUR, seedShow, seedType } from "../support/fixture.ts";
import { apiKey, ask, bodyOf, hold, idOf, ISO, openWorld, refusalOf, shopper } from "../support/http.ts";
import { usePorts } from "../support/object.ts";

let world: Awaited<ReturnType<typeof openWorld>>;

beforeAll(async () => {
  world = await openWorld();
});

describe("a hold", () => {
  it("gets 201 with where it is and every field of docs/api.md, and read back the same", async () => {
    const me = await shopper();
    const placed = await hold(world.typeId, me.token, { quantity: 2, notes: "at the back" });
    expect(placed.status).toBe(201);
    const body = await bodyOf(placed);
    expect(body).toEqual({
      id: expect.stringMatching(/^hold_[0-9a-z]{52}$/),
      ticket_type_id: world.typeId,
      event_id: world.eventId,
      organization_id: world.organizationId,
      user_id: me.id,
      quantity: 2,
      status: "active",
      source: "web",
      notes: "at the back",
      unit_price: "150.00",
      currency: "ZAR",
      held_until: expect.stringMatching(ISO),
      expires_in_seconds: 300,
      first_placed_at: body["created_at"],
      extensions: 0,
      order_id: null,
      replaces: null,
      replaced_by: null,
      created_at: expect.stringMatching(ISO),
      updated_at: expect.stringMatching(ISO),
    });
    expect(placed.headers.get("Location")).toBe(`/v1/holds/${String(body["id"])}`);
    expect(placed.headers.has("Idempotency-Replayed")).toBe(false);
    const read = await ask("GET", `/v1/holds/${String(body["id"])}`, { token: me.token });
    expect(read.status).toBe(200);
    expect(await bodyOf(read)).toEqual({ ...body, expires_in_seconds: expect.any(Number) });
  });

  it("[H8] placed again with the same key is a replay: 201, the same hold, and the header says so", async () => {
    const { token } = await shopper();
    const first = await bodyOf(await hold(world.typeId, token, { quantity: 1 }, "same"));
    // Bodies are compared after defaults.
    const again = await hold(world.typeId, token, { quantity: 1, source: "web", notes: null }, "same");
    expect([again.status, again.headers.get("Idempotency-Replayed")]).toEqual([201, "true"]);
    expect((await bodyOf(again))["id"]).toBe(first["id"]);
    expect(await refusalOf(hold(world.typeId, token, { quantity: 2 }, "same"))).toBe("422 idempotency_key_reused");
  });

  it("[H6] is refused with the facts of its refusal", async () => {
    const { typeId } = await seedType(3);
    const { token } = await shopper();
    expect(await bodyOf(await hold(typeId, token, { quantity: 4 }))).toMatchObject({
      status: 409,
      code: "sold_out",
      available_quantity: 3,
    });
    expect(await bodyOf(await hold(typeId, token, { quantity: 0 }))).toMatchObject({
      status: 422,
      code: "quantity_out_of_bounds",
      min: 1,
      max: 10,
    });
    const opensAt = Date.now() + HOUR;
    const later = await seedShow([{ total: 1 }], { sale_start: opensAt });
    expect(await bodyOf(await hold(must(later.typeIds[0], "one type"), token))).toMatchObject({
      status: 409,
      code: "not_on_sale",
      reason: "sale_not_open",
      opens_at: new Date(opensAt).toISOString(),
    });
  });

  it("[H9] is released once; a second release returns the hold as it is", async () => {
    const { token } = await shopper();
    const path = `/v1/holds/${await idOf(hold(world.typeId, token))}`;
    const first = await ask("DELETE", path, { token });
    const released = await bodyOf(first);
    expect([first.status, released["status"], released["expires_in_seconds"]]).toEqual([200, "cancelled", 0]);
    expect(await bodyOf(await ask("DELETE", path, { token }))).toEqual(released);
  });

  it("[H10] [T3] is 404 to other shoppers and organisations; a key of its own reads and releases it", async () => {
    const path = `/v1/holds/${await idOf(hold(world.typeId, world.shopper.token))}`;
    const stranger = await shopper();
    const other = await apiKey((await seedType(1)).organizationId, "owner");
    for (const { token } of [stranger, other]) {
      expect(await refusalOf(ask("GET", path, { token }))).toBe("404 not_found");
      expect(await refusalOf(ask("DELETE", path, { token }))).toBe("404 not_found");
    }
    expect((await ask("GET", path, { token: world.owner.token })).status).toBe(200);
    expect((await ask("DELETE", path, { token: world.owner.token })).status).toBe(200);
    for (const id of ["hold_x", "x", `hold_${"0".repeat(52)}`]) {
      expect(await refusalOf(ask("GET", `/v1/holds/${id}`, { token: stranger.token }))).toBe("404 not_found");
    }
  });

  it("[H12] of a door sale needs a key: it is the key's, above the shopper's limit; a shopper is refused", async () => {
    expect(await refusalOf(hold(world.typeId, world.shopper.token, { quantity: 1, source: "scanner" }))).toBe(
      "403 forbidden",
    );
    const sold = await hold(world.typeId, world.owner.token, { quantity: 10, source: "scanner" });
    expect(sold.status).toBe(201);
    expect(await bodyOf(sold)).toMatchObject({ source: "scanner", user_id: world.owner.id });
    expect((await hold(world.typeId, world.owner.token, { quantity: 10, source: "scanner" })).status).toBe(201);
    const other = await apiKey((await seedType(1)).organizationId, "owner");
    expect(await refusalOf(hold(world.typeId, other.token, { quantity: 1, source: "scanner" }))).toBe("404 not_found");
  });

  it("[X3] by a shopper calls neither D1 nor KV, nor does its release", async () => {
    const { token } = await shopper();
    await hold(world.typeId, token);
    // What the object's own alarm sends to D1 comes behind the responses.
    await usePorts(must(parseId("tt", world.typeId), "the world has a type"), { project: () => Promise.resolve() });
    const [prepare, get] = [vi.spyOn(env.DB, "prepare"), vi.spyOn(env.CATALOGUE_CACHE, "get")];
    const id = await idOf(hold(world.typeId, token));
    await ask("GET", `/v1/holds/${id}`, { token });
    await ask("DELETE", `/v1/holds/${id}`, { token });
    // Of the tests before this one the alarms of other types may still project: these statements are known by their
    // text.
    const isProjection = (sql: string) => /^INSERT INTO "orders" |counts_seq|SET look_at/.test(sql);
    expect(prepare.mock.calls.map(([sql]) => sql).filter((sql) => !isProjection(sql))).toEqual([]);
    expect(get).not.toHaveBeenCalled();
  });
});
