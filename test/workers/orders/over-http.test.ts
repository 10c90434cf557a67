// Checkouts and orders over HTTP.

import { beforeAll, describe, expect, it } from "vitest";
import { seedType } from "../support/fixture.ts";
import { apiKey, ask, bodyOf, hold, idOf, ISO, openWorld, refusalOf, shopper } from "../support/http.ts";

let world: Awaited<ReturnType<typeof openWorld>>;

beforeAll(async () => {
  world = await openWorld();
});

describe("a checkout", () => {
  it("[H2] is named by its hold, wherever that is returned, and by no hold that it did not take", async () => {
    const { typeId, eventId, organizationId } = await seedType(10);
    const { token } = await apiKey(organizationId, "owner");
    const me = await shopper();
    const taken = await idOf(hold(typeId, me.token));
    const left = await idOf(hold(typeId, me.token, { quantity: 1 }, "left"));
    const order = await idOf(ask("POST", "/v1/checkouts", { token: me.token, key: "c", json: { hold_ids: [taken] } }));
    const orderOf = async (id: string) =>
      (await bodyOf(await ask("GET", `/v1/holds/${id}`, { token: me.token })))["order_id"];
    expect([await orderOf(taken), await orderOf(left)]).toEqual([order, null]);
    const listed = async (path: string) => {
      const { data } = await bodyOf(await ask("GET", path, { token }));
      return (data as { id: string; order_id: string | null }[]).map(({ id, order_id }) => [id, order_id]);
    };
    const both = [
      [taken, order],
      [left, null],
    ];
    expect((await listed(`/v1/ticket-types/${typeId}/holds`)).sort()).toEqual(both.sort());
    expect(await listed(`/v1/holds?event_id=${eventId}&status=converted`)).toEqual([[taken, order]]);
    const released = await bodyOf(await ask("DELETE", `/v1/holds/${left}`, { token: me.token }));
    expect(released).toMatchObject({ status: "cancelled", order_id: null });
    await ask("POST", `/v1/orders/${order}/cancel`, { token: me.token });
    expect(await orderOf(taken), "also after the order was cancelled").toBe(order);
  });

  it("makes an order with every field of docs/api.md, which its shopper reads and the organiser confirms", async () => {
    const me = await shopper();
    const holdId = await idOf(hold(world.typeId, me.token, { quantity: 3 }));
    const started = await ask("POST", "/v1/checkouts", { token: me.token, key: "c", json: { hold_ids: [holdId] } });
    expect(started.status).toBe(201);
    const { order_link, ...order } = await bodyOf(started);
    expect(order_link).toMatch(/^vgo_/);
    expect(order).toEqual({
      id: `ord_${world.typeId.slice(3)}${String(order["id"]).slice(30)}`,
      reference: expect.stringMatching(/^[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{3}$/),
      organization_id: world.organizationId,
      event_id: world.eventId,
      user_id: me.id,
      status: "reserved",
      items: [
        {
          ...{ ticket_type_id: world.typeId, hold_id: holdId, quantity: 3 },
          ...{ unit_price: "150.00", amount: "450.00", returned_quantity: 0 },
        },
      ],
      total: "450.00",
      returned_total: "0.00",
      currency: "ZAR",
      contact: null,
      locale: "en",
      expires_at: expect.stringMatching(ISO),
      created_at: expect.stringMatching(ISO),
      updated_at: expect.stringMatching(ISO),
    });
    const path = `/v1/orders/${String(order["id"])}`;
    expect(started.headers.get("Location")).toBe(path);
    const again = await ask("POST", "/v1/checkouts", { token: me.token, key: "c", json: { hold_ids: [holdId] } });
    expect([again.status, again.headers.get("Idempotency-Replayed"), await idOf(again)]).toEqual([
      201,
      "true",
      order["id"],
    ]);
    const read = await ask("GET", path, { token: me.token });
    expect(await bodyOf(read)).toEqual(order);
    expect(read.headers.get("ETag")).toBe(started.headers.get("ETag"));
    const confirmed = await ask("POST", `${path}/confirm`, { token: world.owner.token });
    expect([confirmed.status, (await bodyOf(confirmed))["status"]]).toEqual([200, "confirmed"]);
    expect(confirmed.headers.get("ETag"), "a version of its own").not.toBe(started.headers.get("ETag"));
    const history = await bodyOf(await ask("GET", `${path}/history`, { token: world.owner.token }));
    expect(history["data"]).toMatchObject([
      { kind: "checkout", hold_id: holdId, order_id: order["id"], quantity: 3, actor: me.id },
      { kind: "confirm", hold_id: holdId, order_id: order["id"], quantity: 3, actor: world.owner.id },
    ]);
    expect(await bodyOf(await ask("POST", `${path}/cancel`, { token: me.token }))).toMatchObject({
      status: 409,
      code: "order_not_reserved",
      order_status: "confirmed",
    });
  });

  it("[O1] takes 1 to 10 holds, each named once, and nothing of money", async () => {
    const { token } = world.shopper;
    const some = `hold_${"0".repeat(52)}`;
    const others = Array.from({ length: 11 }, (_, index) => `hold_${String(index).padStart(52, "0")}`);
    for (const json of [
      { hold_ids: [] },
      { hold_ids: [some, some] },
      { hold_ids: others },
      { hold_ids: [some], total: "1.00" },
      {},
    ]) {
      expect(await refusalOf(ask("POST", "/v1/checkouts", { token, key: "k", json }))).toBe("400 invalid_request");
    }
    const malformed = await ask("POST", "/v1/checkouts", { token, key: "k", json: { hold_ids: ["hold_x"] } });
    expect(await bodyOf(malformed.clone())).toMatchObject({ hold_id: "hold_x" });
    expect(await refusalOf(malformed)).toBe("404 not_found");
  });

  it("[O1] names the hold that is unknown, also when its ticket type is", async () => {
    const { token } = world.shopper;
    const own = await idOf(hold(world.typeId, token));
    const unknown = [`hold_${"0".repeat(52)}`, own.slice(0, 31) + "0".repeat(26)];
    for (const id of unknown) {
      const answer = await ask("POST", "/v1/checkouts", { token, key: "unknown", json: { hold_ids: [own, id] } });
      expect(await bodyOf(answer)).toMatchObject({ status: 404, code: "not_found", hold_id: id });
    }
  });

  it("[T3] [H10] of another's hold is 404, and so is its order to strangers and other organisations", async () => {
    const me = await shopper();
    const holdId = await idOf(hold(world.typeId, me.token));
    const stranger = await shopper();
    const checkout = { key: "c", json: { hold_ids: [holdId] } };
    expect(await bodyOf(await ask("POST", "/v1/checkouts", { token: stranger.token, ...checkout }))).toMatchObject({
      status: 404,
      hold_id: holdId,
    });
    const path = `/v1/orders/${await idOf(ask("POST", "/v1/checkouts", { token: me.token, ...checkout }))}`;
    const other = await apiKey((await seedType(1)).organizationId, "owner");
    expect(await refusalOf(ask("GET", path, { token: stranger.token }))).toBe("404 not_found");
    expect(await refusalOf(ask("POST", `${path}/cancel`, { token: stranger.token }))).toBe("404 not_found");
    expect(await refusalOf(ask("GET", path, { token: other.token }))).toBe("404 not_found");
    expect(await refusalOf(ask("POST", `${path}/confirm`, { token: other.token }))).toBe("404 not_found");
    expect(await refusalOf(ask("POST", `${path}/cancel`, { token: other.token }))).toBe("404 not_found");
    expect(await refusalOf(ask("POST", `${path}/confirm`, { token: me.token }))).toBe("403 forbidden");
    expect(await bodyOf(await ask("POST", `${path}/cancel`, { token: me.token }))).toMatchObject({
      status: "cancelled",
    });
  });
});

describe("the history of an order", () => {
  it("[T3] [T6] is for who may view the organisation's orders, not for a shopper, scanner or stranger", async () => {
    const me = await shopper();
    const holdId = await idOf(hold(world.typeId, me.token));
    const asked = ask("POST", "/v1/checkouts", { token: me.token, key: "c", json: { hold_ids: [holdId] } });
    const path = `/v1/orders/${await idOf(asked)}/history`;
    const viewer = await apiKey(world.organizationId, ["view_orders"]);
    const answer = await ask("GET", path, { token: viewer.token });
    expect(answer.status).toBe(200);
    const { data } = (await bodyOf(answer)) as { data: Record<string, unknown>[] };
    expect(data).toMatchObject([
      { kind: "checkout", actor: me.id, request_id: (await asked).headers.get("X-Request-Id") },
    ]);
    const scans = await apiKey(world.organizationId, ["perform_scans", "manage_ticketing_and_pricing"]);
    const other = await apiKey((await seedType(1)).organizationId, "owner");
    expect(await refusalOf(ask("GET", path, { token: scans.token }))).toBe("403 forbidden");
    expect(await refusalOf(ask("GET", path, { token: me.token }))).toBe("403 forbidden");
    expect(await refusalOf(ask("GET", path, { token: other.token }))).toBe("404 not_found");
    for (const unknown of ["ord_x", `ord_${world.typeId.slice(3)}${"0".repeat(26)}`, `ord_${"0".repeat(52)}`]) {
      expect(await refusalOf(ask("GET", `/v1/orders/${unknown}/history`, { token: viewer.token }))).toBe(
        "404 not_found",
      );
    }
  });
});

describe("the list of orders", () => {
  it("[K5] says as of when it is, page by page: the time at which D1 was read", async () => {
    const { organizationId } = await seedType(1);
    const { token } = await apiKey(organizationId, ["view_orders"]);
    for (const query of ["", "?event_id=evt_malformed"]) {
      const before = Date.now();
      const answer = await bodyOf(await ask("GET", `/v1/orders${query}`, { token }));
      expect(answer).toEqual({ data: [], next_cursor: null, as_of: expect.stringMatching(ISO), behind: false });
      const asOf = Date.parse(String(answer["as_of"]));
      expect([asOf >= before, asOf <= Date.now()]).toEqual([true, true]);
    }
  });

  it("[T2] is the key's organisation's alone, newest first, in pages, by filters that bind its cursor", async () => {
    const { typeId, organizationId, eventId } = await seedType(10);
    const { token } = await apiKey(organizationId, "staff");
    const made: string[] = [];
    for (let index = 0; index < 3; index += 1) {
      const me = await shopper();
      const holdId = await idOf(hold(typeId, me.token));
      made.unshift(
        await idOf(ask("POST", "/v1/checkouts", { token: me.token, key: "c", json: { hold_ids: [holdId] } })),
      );
    }
    const list = async (query: string) => {
      const answer = await ask("GET", `/v1/orders${query}`, { token });
      const { data, next_cursor } = await bodyOf(answer);
      expect(answer.status).toBe(200);
      return { ids: (data as { id: string }[]).map(({ id }) => id), cursor: next_cursor as string | null };
    };
    // The list is a projection: an order is in it a second or so after it was made.
    await expect.poll(async () => (await list("")).ids.toSorted()).toEqual(made.toSorted());
    const first = await list("?limit=2");
    const second = await list(`?limit=2&cursor=${first.cursor}`);
    expect([...first.ids, ...second.ids].sort()).toEqual([...made].sort());
    expect([first.ids.length, second.ids.length, second.cursor]).toEqual([2, 1, null]);
    expect(await refusalOf(ask("GET", `/v1/orders?cursor=${first.cursor}&status=reserved`, { token }))).toBe(
      "400 invalid_request",
    );
    expect((await list(`?status=reserved&event_id=${eventId}`)).ids).toHaveLength(3);
    expect((await list("?status=confirmed")).ids).toEqual([]);
    expect((await list("?event_id=evt_malformed")).ids).toEqual([]);
    expect((await list("?since=2020-01-01T00:00:00%2B02:00")).ids).toHaveLength(3);
    expect((await list("?until=2020-01-01T00:00:00Z")).ids).toEqual([]);
    expect(await refusalOf(ask("GET", "/v1/orders?since=2020-01-01T00:00:00", { token }))).toBe("400 invalid_request");
  });
});
