// Baskets over HTTP: holds of several ticket types of one event by one request (rule O10).

import { evictDurableObject } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import { must } from "../../../src/domain/result.ts";
import { countsOf, objectOf, seedShow } from "../support/fixture.ts";
import { apiKey, ask, bodyOf, refusalOf, shopper } from "../support/http.ts";
import { kindsOf } from "../support/object.ts";

/** An event with types of these totals, in the order of their ids. */
async function openShow(...totals: number[]) {
  const show = await seedShow(totals.map(() => ({ total: 10 })));
  const types = [...show.typeIds].sort();
  const me = await shopper();
  for (const [index, total] of totals.entries()) {
    const taken = 10 - total;
    const other = await shopper();
    const type = must(types[index], "a type for each total");
    if (taken > 0) {
      const path = `/v1/ticket-types/${type}/holds`;
      expect((await ask("POST", path, { token: other.token, key: "k", json: { quantity: taken } })).status).toBe(201);
    }
  }
  const basket = (json: object, key: string = crypto.randomUUID(), token = me.token) =>
    ask("POST", `/v1/events/${show.eventId}/holds`, { token, key, json });
  const items = (...quantities: number[]) =>
    quantities.map((quantity, index) => ({ ticket_type_id: types[index], quantity })).reverse();
  const heldOf = async () => Promise.all(types.map(async (type) => (await countsOf(type)).available));
  return { ...show, types, me, basket, items, heldOf };
}

describe("a basket", () => {
  it("[O10] is 201 with its holds in the order of the types' ids, and repeats with the holds as they are", async () => {
    const { types, me, basket, items, heldOf } = await openShow(10, 10, 10);
    const json = { items: items(1, 2, 3), all_or_nothing: true };
    const first = await basket(json, "once");
    expect([first.status, first.headers.has("Idempotency-Replayed")]).toEqual([201, false]);
    const body = await bodyOf(first);
    expect(body).toMatchObject({
      refused: [],
      holds: types.map((ticket_type_id, index) => ({
        ticket_type_id,
        user_id: me.id,
        quantity: index + 1,
        status: "active",
        source: "web",
      })),
    });
    for (const type of types) await evictDurableObject(objectOf(type));
    const again = await basket(json, "once");
    expect([again.status, again.headers.get("Idempotency-Replayed")]).toEqual([201, "true"]);
    const ids = (of: Record<string, unknown>) => (of["holds"] as { id: string }[]).map(({ id }) => id);
    expect(ids(await bodyOf(again))).toEqual(ids(body));
    expect(await heldOf()).toEqual([9, 8, 7]);
    for (const other of [
      { ...json, all_or_nothing: false },
      { ...json, items: items(1, 2) },
      { ...json, items: items(2, 2, 3) },
    ]) {
      expect(await refusalOf(basket(other, "once"))).toBe("422 idempotency_key_reused");
    }
    const order = { token: me.token, key: "c", json: { hold_ids: ids(body) } };
    expect((await ask("POST", "/v1/checkouts", order)).status).toBe(201);
  });

  it("[O10] all or nothing is refused whole, names the item and its facts, and is refused to its repeats", async () => {
    const { types, basket, items, heldOf, eventId } = await openShow(10, 10, 1);
    const json = { items: items(1, 2, 3), all_or_nothing: true };
    const refused = await basket(json, "once");
    expect(await bodyOf(refused)).toMatchObject({
      status: 409,
      code: "basket_refused",
      refused: [{ ticket_type_id: types[2], code: "sold_out", available_quantity: 1 }],
      hold_ids: [],
      detail: expect.stringContaining("Idempotency-Key"),
    });
    expect(await heldOf()).toEqual([10, 10, 1]);
    expect(await kindsOf(must(types[0], "three types"))).toEqual(["terms", "hold", "release"]);
    expect(await bodyOf(await basket(json, "once"))).toMatchObject({
      status: 409,
      code: "basket_refused",
      refused: [{ ticket_type_id: types[2], code: null }],
      hold_ids: [],
    });
    expect((await basket({ ...json, items: items(1, 2, 1) }, "another")).status).toBe(201);
    expect(await heldOf()).toEqual([9, 8, 0]);
    expect(eventId).toMatch(/^evt_/);
  });

  it("[O10] that may be a part holds what there is, and lists the rest", async () => {
    const { types, basket, items, heldOf } = await openShow(1, 10, 10);
    const answer = await basket({ items: items(2, 2, 11), all_or_nothing: false });
    expect(answer.status).toBe(201);
    expect(await bodyOf(answer)).toMatchObject({
      holds: [{ ticket_type_id: types[1], quantity: 2 }],
      refused: [
        { ticket_type_id: types[0], code: "sold_out", available_quantity: 1 },
        { ticket_type_id: types[2], code: "quantity_out_of_bounds", max: 10 },
      ],
    });
    expect(await heldOf()).toEqual([1, 8, 10]);
  });

  it("[O10] of ten that come at once with one key is placed once, and given back by nobody else", async () => {
    const { basket, items, heldOf, types } = await openShow(10, 10, 10);
    const json = { items: items(1, 1, 1), all_or_nothing: true };
    const answers = await Promise.all(Array.from({ length: 10 }, () => basket(json, "once")));
    const told = await Promise.all(answers.map(async (answer) => (answer.status === 201 ? "201" : refusalOf(answer))));
    expect(
      answers.filter(({ status, headers }) => status === 201 && !headers.has("Idempotency-Replayed")),
    ).toHaveLength(1);
    expect([...new Set(told)].filter((each) => each !== "201")).toEqual(
      told.includes("409 idempotency_in_progress") ? ["409 idempotency_in_progress"] : [],
    );
    expect(await heldOf()).toEqual([9, 9, 9]);
    for (const type of types) expect(await kindsOf(type)).toEqual(["terms", "hold"]);
  });

  it("[O10] [T3] with a type of another event, or by another organisation's key, fails and holds nothing", async () => {
    const ours = await openShow(10, 10);
    const theirs = await openShow(10);
    const [foreign] = theirs.items(1);
    expect(await refusalOf(ours.basket({ items: [foreign], all_or_nothing: true }))).toBe("404 not_found");
    const mixed = await bodyOf(await ours.basket({ items: [...ours.items(1, 1), foreign], all_or_nothing: true }));
    const first = [...ours.types, ...theirs.types].sort()[0] === foreign?.ticket_type_id;
    expect(mixed["code"]).toBe(first ? "not_found" : "basket_refused");
    expect([await ours.heldOf(), await theirs.heldOf()]).toEqual([[10, 10], [10]]);
    const staff = await apiKey(theirs.organizationId, "owner");
    const byStaff = ours.basket({ items: ours.items(1), all_or_nothing: true }, "key", staff.token);
    expect(await refusalOf(byStaff)).toBe("404 not_found");
  });

  it("[O10] [X4] names 1 to 10 types, each once, and says whether it is all or nothing", async () => {
    const { basket, items } = await openShow(10);
    const [item] = items(1);
    for (const json of [
      { items: [], all_or_nothing: true },
      { items: [item, item], all_or_nothing: true },
      { items: Array.from({ length: 11 }, (_, n) => ({ ...item, ticket_type_id: `tt_${n}` })), all_or_nothing: true },
      { items: [item] },
    ]) {
      expect(await refusalOf(basket(json))).toBe("400 invalid_request");
    }
    expect(await refusalOf(basket({ items: [{ ...item, ticket_type_id: "tt_x" }], all_or_nothing: true }))).toBe(
      "404 not_found",
    );
  });
});
