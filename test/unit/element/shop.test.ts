// The element's shopper against an API that loses responses, refuses and forgets: what is sent, and what stays (rules
// S5, S7).

import { expect, test } from "vitest";
import { openClient } from "../../../src/client/client.ts";
import { parseSaved } from "../../../src/ui/element/saved-state.ts";
import { Shop, type ShopState } from "../../../src/ui/element/shop.ts";
import { EVENT, holdOf, memoryStore, SHOPPER } from "./buying.ts";

type Answer = (request: Request) => Response | Promise<Response>;
type Routes = Readonly<Record<string, Answer>>;

const problem = (status: number, code: string) =>
  Response.json({ code, status }, { status, headers: { "Content-Type": "application/problem+json" } });
const basket = (...ids: string[]) =>
  Response.json({ holds: ids.map((id) => holdOf(id)), refused: [] }, { status: 201 });

/** `paused` counts the pauses, which take no time; `sent` has each request as `method path key`. */
function openShop(
  routes: Routes,
  kept: { text: string | null } = { text: JSON.stringify(SHOPPER) },
  changed: (state: ShopState) => unknown = () => undefined,
) {
  const sent: string[] = [];
  const known: Routes = { [`GET /v1/public/events/${EVENT.id}`]: () => Response.json(EVENT), ...routes };
  const store = memoryStore(kept);
  let paused = 0;
  const send = async (request: Request) => {
    const path = `${request.method} ${new URL(request.url).pathname}`;
    sent.push(`${path} ${request.headers.get("Idempotency-Key") ?? ""}`.trim());
    const answer = known[path];
    return answer ? answer(request) : problem(404, "not_found");
  };
  const shop = new Shop({
    eventId: EVENT.id,
    store,
    clientOf: (token) =>
      openClient({ baseUrl: "https://tickets.example", fetch: send, ...(token !== null && { token }) }),
    now: () => 1_000,
    pause: () => {
      paused += 1;
      return Promise.resolve();
    },
    changed: (state) => void changed(state),
  });
  return { shop, sent, kept, store, pauses: () => paused };
}

/** A promise, and what resolves it. */
function opened(): readonly [Promise<void>, () => void] {
  let open = () => {};
  const promise = new Promise<void>((resolve) => (open = resolve));
  return [promise, () => open()];
}

const HOLD = { kind: "hold", key: "key-1", items: [{ typeId: "tt_one", quantity: 2 }] } as const;
const HOLDS = `POST /v1/events/${EVENT.id}/holds`;
const read = (id: string, changes: Parameters<typeof holdOf>[1] = {}) => ({
  [`GET /v1/holds/${id}`]: () => Response.json(holdOf(id, changes)),
});

test("[S5] the key is kept before the request leaves, and gone once there is a response", async () => {
  const seen: unknown[] = [];
  const { shop, kept } = openShop({
    [HOLDS]: () => {
      seen.push(parseSaved(kept.text).pending);
      return basket("hold_a");
    },
    ...read("hold_a"),
  });
  await shop.open();
  expect(await shop.send([HOLD])).toEqual({ done: ["hold"], refused: [] });
  expect(seen).toEqual([[HOLD]]);
  expect(parseSaved(kept.text)).toMatchObject({ pending: [], holdIds: ["hold_a"] });
  expect(shop.state.holds).toMatchObject([{ hold: { id: "hold_a" }, endsAt: 301_000 }]);
});

test("[S5] after a reload in the middle of a call the same key goes again: one hold", async () => {
  const lost = openShop({ [HOLDS]: () => new Promise<Response>(() => undefined) });
  await lost.shop.open();
  void lost.shop.send([HOLD]);
  await expect.poll(() => lost.sent.at(-1)).toBe(`${HOLDS} key-1`);
  lost.shop.close();
  const next = openShop({ [HOLDS]: () => basket("hold_a"), ...read("hold_a") }, lost.kept);
  await next.shop.open();
  expect(next.sent.filter((each) => each.startsWith("POST"))).toEqual([`${HOLDS} key-1`]);
  expect(next.shop.state.holds.map(({ hold }) => hold.id)).toEqual(["hold_a"]);
});

test("[S5] a call without a response, or one that was shed, is sent again with its key until it is", async () => {
  const answers: Answer[] = [
    () => Promise.reject(new Error("no network")),
    () => problem(503, "overloaded"),
    () => problem(409, "idempotency_in_progress"),
    () => basket("hold_a"),
  ];
  const { shop, sent, pauses } = openShop({
    [HOLDS]: (request) => (answers.shift() ?? (() => basket()))(request),
    ...read("hold_a"),
  });
  await shop.open();
  await shop.send([HOLD]);
  expect(sent.filter((each) => each.startsWith("POST"))).toEqual(Array.from({ length: 4 }, () => `${HOLDS} key-1`));
  expect([pauses(), shop.state.waiting]).toEqual([3, null]);
});

test("[S5] a press after a long time without a response sends the same call, and no second one", async () => {
  let isAway = true;
  const { shop, sent } = openShop({
    [HOLDS]: () => (isAway ? problem(503, "overloaded") : basket("hold_a")),
    ...read("hold_a"),
  });
  await shop.open();
  expect(await shop.send([HOLD])).toEqual({ done: [], refused: [] });
  expect(shop.state.waiting).not.toBeNull();
  isAway = false;
  expect(await shop.send([{ ...HOLD, key: "key-2" }])).toEqual({ done: ["hold"], refused: [] });
  expect(new Set(sent.filter((each) => each.startsWith("POST")))).toEqual(new Set([`${HOLDS} key-1`]));
});

test("[S7] what another tab has changed is found: the hold that took the place, and the order made", async () => {
  const other = holdOf("hold_b", { replaces: "hold_a", quantity: 1 });
  const kept = { text: JSON.stringify({ ...SHOPPER, holdIds: ["hold_a"] }) };
  const { shop } = openShop(
    { ...read("hold_a", { status: "cancelled", replaced_by: "hold_b" }), ...read("hold_b", other) },
    kept,
  );
  await shop.open();
  expect(shop.state.holds.map(({ hold }) => [hold.id, hold.quantity])).toEqual([["hold_b", 1]]);
  expect(parseSaved(kept.text).holdIds).toEqual(["hold_b"]);
  const ordered = openShop(
    {
      ...read("hold_b", { status: "converted", order_id: "ord_1" }),
      "GET /v1/orders/ord_1": () => Response.json({ reference: "7K3F-9QZ2-M4Z" }),
    },
    kept,
  );
  await ordered.shop.open();
  expect(ordered.shop.state).toMatchObject({ holds: [], order: { id: "ord_1", reference: "7K3F-9QZ2-M4Z" } });
});

test("[S5] it is busy until what was held is read, so that no press in between holds once more", async () => {
  const [read, answerRead] = opened();
  const { shop, sent } = openShop({
    [HOLDS]: () => basket("hold_a"),
    "GET /v1/holds/hold_a": () => read.then(() => Response.json(holdOf("hold_a"))),
  });
  await shop.open();
  const sending = shop.send([HOLD]);
  await expect.poll(() => sent.at(-1)).toBe("GET /v1/holds/hold_a");
  expect(shop.state.isBusy).toBe(true);
  answerRead();
  await sending;
  expect(shop.state).toMatchObject({ isBusy: false, holds: [{ hold: { id: "hold_a" } }] });
});

test("[S7] a hold without a response stays as it was shown, and is requested again", async () => {
  let misses = 0;
  const { shop, sent, pauses } = openShop(
    { "GET /v1/holds/hold_a": () => (misses-- > 0 ? problem(503, "overloaded") : Response.json(holdOf("hold_a"))) },
    { text: JSON.stringify({ ...SHOPPER, holdIds: ["hold_a"] }) },
  );
  await shop.open();
  misses = 3;
  await shop.refresh();
  expect(shop.state.holds.map(({ hold }) => hold.id)).toEqual(["hold_a"]);
  await expect.poll(() => sent.length).toBe(6);
  await expect.poll(() => [pauses(), shop.state.waiting, shop.state.holds.length]).toEqual([3, null, 1]);
});

test("[S7] [S8] a hold that took another's place is shown as the response had it, when it cannot be read", async () => {
  const { shop, pauses } = openShop(
    {
      "GET /v1/holds/hold_a": () => Response.json(holdOf("hold_a")),
      "GET /v1/holds/hold_b": () => problem(503, "overloaded"),
      "POST /v1/ticket-types/tt_one/holds": () => Response.json(holdOf("hold_b", { quantity: 1 }), { status: 201 }),
    },
    { text: JSON.stringify({ ...SHOPPER, holdIds: ["hold_a"] }) },
  );
  await shop.open();
  await shop.send([{ kind: "swap", key: "key-1", typeId: "tt_one", replaces: "hold_a", quantity: 1 }]);
  expect(shop.state.holds.map(({ hold }) => [hold.id, hold.quantity])).toEqual([["hold_b", 1]]);
  await expect.poll(pauses).toBe(11);
});

test("[S7] after a reload whose reads fail the basket comes back, and until then it says so", async () => {
  const seen: unknown[] = [];
  let misses = 2;
  const { shop } = openShop(
    { "GET /v1/holds/hold_a": () => (misses-- > 0 ? problem(503, "overloaded") : Response.json(holdOf("hold_a"))) },
    { text: JSON.stringify({ ...SHOPPER, holdIds: ["hold_a"] }) },
    ({ waiting, holds }) => seen.push([waiting !== null, holds.length]),
  );
  await shop.open();
  await expect.poll(() => shop.state.holds.length).toBe(1);
  expect(seen.slice(1)).toEqual([
    [true, 0],
    [true, 0],
    [false, 1],
  ]);
});

test("[S7] of two reads at a time the one that began last is shown, whichever comes last", async () => {
  const [read, answerRead] = opened();
  const answers: Answer[] = [
    () => Response.json(holdOf("hold_a")),
    () => read.then(() => Response.json(holdOf("hold_a"))),
    () => Response.json(holdOf("hold_a", { quantity: 1 })),
  ];
  const { shop } = openShop(
    { "GET /v1/holds/hold_a": (request) => (answers.shift() ?? (() => basket()))(request) },
    { text: JSON.stringify({ ...SHOPPER, holdIds: ["hold_a"] }) },
  );
  await shop.open();
  const [first, second] = [shop.refresh(), shop.refresh()];
  await second;
  answerRead();
  await first;
  expect(shop.state.holds.map(({ hold }) => hold.quantity)).toEqual([1]);
});

test("[O9] [S9] more time is requested with a key each time; the eleventh refusal leaves the hold", async () => {
  let extended = 0;
  const extend = "POST /v1/holds/hold_a/extend";
  const { shop, sent } = openShop(
    {
      ...read("hold_a"),
      [extend]: () => (++extended > 10 ? problem(409, "extension_refused") : Response.json(holdOf("hold_a"))),
    },
    { text: JSON.stringify({ ...SHOPPER, holdIds: ["hold_a"] }) },
  );
  await shop.open();
  const outcomes: string[] = [];
  for (let n = 1; n <= 11; n++) {
    const { done, refused } = await shop.send([{ kind: "extend", key: `key-${n}`, holdId: "hold_a" }]);
    outcomes.push(done[0] ?? refused[0]?.facts.code ?? "");
  }
  expect(outcomes).toEqual([...Array.from({ length: 10 }, () => "extend"), "extension_refused"]);
  expect(new Set(sent.filter((each) => each.startsWith(extend))).size).toBe(11);
  expect(shop.state.holds.map(({ hold }) => hold.status)).toEqual(["active"]);
});

test("[S10] what ran out stays, so that it can be requested again; what was given back does not", async () => {
  const kept = { text: JSON.stringify({ ...SHOPPER, holdIds: ["hold_a", "hold_b", "hold_c"] }) };
  const { shop } = openShop(
    { ...read("hold_a", { status: "expired" }), ...read("hold_b", { status: "cancelled" }) },
    kept,
  );
  await shop.open();
  expect(shop.state.holds.map(({ hold }) => hold.id)).toEqual(["hold_a"]);
});

test("[S12] what is refused is facts and not sent again, and what is left of the calls goes on", async () => {
  const release = { kind: "release", holdId: "hold_b" } as const;
  const { shop, sent } = openShop({
    [HOLDS]: () => problem(409, "sold_out"),
    "DELETE /v1/holds/hold_b": () => Response.json(holdOf("hold_b", { status: "cancelled" })),
  });
  await shop.open();
  const outcome = await shop.send([HOLD, release]);
  expect(outcome).toMatchObject({ done: ["release"], refused: [{ facts: { code: "sold_out" } }] });
  expect(sent.filter((each) => !each.startsWith("GET"))).toEqual([`${HOLDS} key-1`, "DELETE /v1/holds/hold_b"]);
});

test("a token that is worth nothing any more is replaced, once", async () => {
  let isNew = false;
  const { shop, kept } = openShop({
    "POST /v1/shoppers": () => Response.json({ token: "vgs_two" }, { status: 201 }),
    [HOLDS]: (request) => {
      isNew = request.headers.get("Authorization") === "Bearer vgs_two";
      return isNew ? basket("hold_a") : problem(401, "unauthenticated");
    },
    ...read("hold_a"),
  });
  await shop.open();
  await shop.send([HOLD]);
  expect([isNew, parseSaved(kept.text).token]).toEqual([true, "vgs_two"]);
});

test("[S7] a token that another tab has replaced meanwhile takes nothing of that tab's with it", async () => {
  const { shop, kept, store } = openShop({
    [HOLDS]: (request) => {
      if (request.headers.get("Authorization") === "Bearer vgs_two") return basket("hold_a");
      store.change((now) => ({ ...now, token: "vgs_two", holdIds: ["hold_b"] }));
      return problem(401, "unauthenticated");
    },
    ...read("hold_a"),
    ...read("hold_b"),
  });
  await shop.open();
  expect((await shop.send([HOLD])).done).toEqual(["hold"]);
  expect(parseSaved(kept.text)).toMatchObject({ token: "vgs_two", holdIds: ["hold_b", "hold_a"] });
});

test("[S3] an event that is not there is shown as missing, and nothing is requested any more", async () => {
  const { shop, sent } = openShop({ [`GET /v1/public/events/${EVENT.id}`]: () => problem(404, "not_found") });
  await shop.open();
  expect([shop.state.failed, sent.length]).toEqual(["gone", 1]);
});
