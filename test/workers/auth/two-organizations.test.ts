// Somebody who is a member of two organisations acts in one at a time: of the other's sales nothing is reached, not
// even what the same person began there with the same key (rules T2, T3, H8, H10, O6).

import { eq } from "drizzle-orm";
import { beforeEach, describe, expect, it } from "vitest";
import { members } from "../../../src/db/schema/people.ts";
import { type EventId, homeOf, type OrganizationId, parseOrderId, type TicketTypeId } from "../../../src/domain/ids.ts";
import { must } from "../../../src/domain/result.ts";
import { venueBody } from "../support/catalogue.ts";
import { db, seedShow } from "../support/fixture.ts";
import { type Asked, ask, bodyOf, idOf, refusalOf } from "../support/http.ts";
import { ledgerOf } from "../support/object.ts";
import { orderRowsOf } from "../support/order-setting.ts";
import { join, person, sessionOf, type SignedIn } from "../support/auth/people.ts";

const HOLD_KEY = "the-same-key-for-a-hold";
const ORDER_KEY = "the-same-key-for-a-checkout";

type Side = {
  readonly organizationId: OrganizationId;
  readonly eventId: EventId;
  readonly typeIds: readonly TicketTypeId[];
};

let who: SignedIn;
let first: Side;
let second: Side;

/** The hold and the order that `who` made in the first organisation, before going over to the second. */
let holdId: string;
let orderedIds: string[];
let orderId: string;

const send = (method: string, path: string, asked: Asked = {}) => ask(method, path, { ...asked, token: who.token });
const firstTypeOf = ({ typeIds }: Side) => must(typeIds[0], "each side has a type");
const place = (typeId: TicketTypeId, key: string) =>
  send("POST", `/v1/ticket-types/${typeId}/holds`, { key, json: { quantity: 1, source: "scanner" } });
const checkOut = (ids: readonly string[], key: string) =>
  send("POST", "/v1/checkouts", { key, json: { hold_ids: ids } });
const replayed = (answer: Response) => answer.headers.get("Idempotency-Replayed");

async function actIn({ organizationId }: Side): Promise<void> {
  const chosen = await send("POST", "/api/auth/active-organization", { json: { organization_id: organizationId } });
  expect(chosen.status).toBe(204);
}

/** Every row of the first side's inventories that concerns a sale. */
const traceOf = ({ typeIds }: Side) =>
  Promise.all(typeIds.map(async (id) => [await ledgerOf(id), await orderRowsOf(id)]));

describe.each([1, 2])("who acts in another of their organisations than that of their order of %i types", (count) => {
  beforeEach(async () => {
    first = await seedShow(Array.from({ length: count }, () => ({ total: 10 })));
    second = await seedShow([{ total: 10 }]);
    who = await sessionOf(await person());
    for (const side of [first, second]) await join(side.organizationId, who, "owner");
    await actIn(first);
    orderedIds = [];
    for (const typeId of first.typeIds) orderedIds.push(await idOf(place(typeId, HOLD_KEY)));
    orderId = await idOf(checkOut(orderedIds, ORDER_KEY));
    holdId = await idOf(place(firstTypeOf(first), "another"));
    const home = homeOf(must(parseOrderId(orderId), "it was made"));
    await expect.poll(async () => (await orderRowsOf(home)).outbox).toEqual([]);
    await actIn(second);
  });

  it("[T2] [T3] [H10] reaches no hold and no order of the first, and changes nothing there", async () => {
    const before = await traceOf(first);
    const requests: [string, string, Asked?][] = [
      ["GET", `/v1/holds/${holdId}`],
      ["DELETE", `/v1/holds/${holdId}`],
      ["GET", `/v1/holds?event_id=${first.eventId}`],
      ["GET", `/v1/ticket-types/${firstTypeOf(first)}/holds`],
      ["GET", `/v1/ticket-types/${firstTypeOf(first)}/ledger`],
      ["POST", "/v1/checkouts", { key: "a-new-one", json: { hold_ids: [holdId] } }],
      ["GET", `/v1/orders/${orderId}`],
      ["GET", `/v1/orders/${orderId}/history`],
      ["POST", `/v1/orders/${orderId}/confirm`],
      ["POST", `/v1/orders/${orderId}/cancel`],
    ];
    for (const [method, path, asked] of requests) {
      expect(await refusalOf(send(method, path, asked)), `${method} ${path}`).toBe("404 not_found");
    }
    expect(await traceOf(first)).toEqual(before);
    await actIn(first);
    expect(await bodyOf(await send("GET", `/v1/orders/${orderId}`))).toMatchObject({ status: "reserved" });
    expect(await bodyOf(await send("GET", `/v1/holds/${holdId}`))).toMatchObject({ status: "active" });
  });

  it("[T2] [H8] [O6] cannot repeat a hold or a checkout of the first, also not with its own key", async () => {
    const before = await traceOf(first);
    for (const again of [
      await place(firstTypeOf(first), HOLD_KEY),
      await checkOut(orderedIds, ORDER_KEY),
      await checkOut([holdId], ORDER_KEY),
    ]) {
      expect([replayed(again), await refusalOf(again)]).toEqual([null, "404 not_found"]);
    }
    expect(await traceOf(first)).toEqual(before);
  });

  it("[T2] [H8] [O6] makes new things of the second with the keys that were used in the first", async () => {
    const placed = await place(firstTypeOf(second), HOLD_KEY);
    expect([placed.status, replayed(placed)]).toEqual([201, null]);
    const own = await bodyOf(placed);
    expect(own).toMatchObject({ organization_id: second.organizationId, status: "active" });
    const made = await checkOut([String(own["id"])], ORDER_KEY);
    expect([made.status, replayed(made)]).toEqual([201, null]);
    const order = await bodyOf(made);
    expect(order).toMatchObject({ organization_id: second.organizationId, items: [{ hold_id: own["id"] }] });
    expect(order["id"]).not.toBe(orderId);
    const list = async () => {
      const { data } = (await bodyOf(await send("GET", "/v1/orders"))) as { data: { id: string }[] };
      return data.map(({ id }) => id);
    };
    // Nothing of the first is listed.
    await expect.poll(list).toEqual([order["id"]]);
    await actIn(first);
    await expect.poll(list).toEqual([orderId]);
  });
});

describe("who creates in another of their organisations with a key that they used in the first", () => {
  beforeEach(async () => {
    [first, second] = [await seedShow([{ total: 10 }]), await seedShow([{ total: 10 }])];
    who = await sessionOf(await person());
    for (const side of [first, second]) await join(side.organizationId, who, "owner");
    await actIn(first);
  });

  it.each([
    ["an invitation", "/v1/invitations", () => ({ email: "invited@example.com", role: "viewer" })],
    ["a venue", "/v1/venues", () => venueBody({ name: "The same hall" })],
    ["an API key", "/v1/api-keys", () => ({ name: "The same key", permissions: ["view_orders"] })],
  ])("[T2] makes %s there, whatever the body, and repeats each where it was made", async (_, path, body) => {
    const [json, key] = [body(), crypto.randomUUID()];
    const create = (asked: object) => send("POST", path, { key, json: { ...json, ...asked } });
    const made = await bodyOf(await create({}));
    expect(made).toMatchObject({ organization_id: first.organizationId });
    await actIn(second);
    const there = await create({});
    expect([there.status, replayed(there)]).toEqual([201, null]);
    const madeThere = await bodyOf(there);
    expect(madeThere).toMatchObject({ organization_id: second.organizationId });
    expect(madeThere["id"]).not.toBe(made["id"]);
    for (const [side, { id }] of [
      [first, made],
      [second, madeThere],
    ] as const) {
      await actIn(side);
      const again = await create({});
      expect([replayed(again), (await bodyOf(again))["id"]]).toEqual(["true", id]);
    }
  });

  it("[T2] [T5] reaches nothing of an organisation that they have left, by a key of theirs or by an id", async () => {
    const id = await idOf(place(firstTypeOf(first), HOLD_KEY));
    await actIn(second);
    await db.delete(members).where(eq(members.organization_id, first.organizationId));
    for (const again of [
      send("GET", `/v1/holds/${id}`),
      send("DELETE", `/v1/holds/${id}`),
      place(firstTypeOf(first), HOLD_KEY),
      checkOut([id], ORDER_KEY),
      send("POST", "/api/auth/active-organization", { json: { organization_id: first.organizationId } }),
    ])
      expect(await refusalOf(again)).toBe("404 not_found");
  });
});
