// The end of an order at ticket types that get the message late: after alarms that came late and twice, homes that died
// and messages that crossed (rules O3, O4, H5).

import { evictDurableObject } from "cloudflare:test";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { type Context } from "../../../src/app/context.ts";
import { cancelOrder, confirmOrder } from "../../../src/app/orders/settle-order.ts";
import { UNAVAILABLE } from "../../../src/domain/errors.ts";
import type { TicketTypeId } from "../../../src/domain/ids.ts";
import type { FollowCommand } from "../../../src/domain/ledger/command.ts";
import { must, refuse } from "../../../src/domain/result.ts";
import { contextFor, countsOf, inventories, objectOf } from "../support/fixture.ts";
import { alarmAt, fireAlarm, inside, kindsOf, setClock, silenceFeed, usePorts } from "../support/object.ts";
import { holdsOfTypes, orderRowsOf, passTime, reservedOrder } from "../support/order-setting.ts";

const FREE = { total: 10, sold: 0, held: 0, available: 10 };
const SOLD = { total: 10, sold: 2, held: 0, available: 8 };
const RESERVED = { total: 10, sold: 0, held: 2, available: 8 };
const AWAY = refuse(UNAVAILABLE);
const PAUSE_MIN_MS = 1_000;
const PAUSE_MAX_MS = 30_000;

type Follow = (
  order: Omit<FollowCommand, "kind">,
) => Promise<Awaited<ReturnType<ReturnType<typeof inventories>["follow"]>>>;

/** What the home sends goes through `follow`. */
function sendBy(home: TicketTypeId, follow: (to: TicketTypeId) => Follow): Promise<void> {
  return inside(home, (object) => {
    object.inventories = (typeId) => ({ ...inventories(typeId), follow: follow(typeId) });
  });
}

/** A reserved order of a home and one other type, which both know. */
async function reservedOfTwo() {
  const setting = await reservedOrder(2);
  const { home, others, order, shopper, staff } = setting;
  await expect.poll(async () => (await orderRowsOf(home)).outbox).toEqual([]);
  return {
    ...setting,
    other: must(others[0], "two types"),
    confirm: () => confirmOrder(contextFor(staff) as Context<typeof staff>, order.id),
    cancel: () => cancelOrder(contextFor(shopper), order.id),
  };
}

/** The object ends, and is woken: its alarm may have been set by a clock that the test has put ahead. */
async function endLife(home: TicketTypeId): Promise<void> {
  await inside(home, (_, state) => state.abort("gone")).catch(() => undefined);
  await inventories(home).position();
}

beforeEach(() => {
  vi.spyOn(console, "error").mockImplementation(() => {});
});

describe("alarms", () => {
  it("[H5] [O4] hours late and twice at once end an order once, at its home and at the type that follows", async () => {
    const { home, other, types, order, counts } = await reservedOfTwo();
    const late = order.expiresAt + 3 * 3_600_000;
    for (const type of types) await setClock(type, late);
    await Promise.all([fireAlarm(home), fireAlarm(other), fireAlarm(home), fireAlarm(other)]);
    await expect.poll(counts).toEqual([FREE, FREE]);
    await Promise.all([fireAlarm(other), fireAlarm(home)]);
    expect(await kindsOf(home)).toEqual(["terms", "hold", "checkout", "expire_order"]);
    expect(await kindsOf(other)).toEqual(["terms", "hold", "claim", "lapse"]);
  });

  it("[H5] [O4] an alarm is set for the end of a reserved order, also after an eviction", async () => {
    const { home, order } = await reservedOfTwo();
    await usePorts(home, { project: () => Promise.resolve() });
    await silenceFeed(home);
    await fireAlarm(home);
    const standing = await alarmAt(home);
    expect(standing).not.toBeNull();
    expect(standing).toBeLessThanOrEqual(order.expiresAt + 500);
    await evictDurableObject(objectOf(home));
    expect(await alarmAt(home)).toBeLessThanOrEqual(order.expiresAt + 500);
  });
});

describe("a home that dies between the end of an order and its being sent", () => {
  it.each(["confirmed", "cancelled", "expired"] as const)("[O3] sends it when it is awake again: %s", async (end) => {
    const { home, other, order, confirm, cancel } = await reservedOfTwo();
    await sendBy(home, () => () => Promise.resolve(AWAY));
    if (end === "confirmed") expect(await confirm()).toMatchObject({ ok: true });
    else if (end === "cancelled") expect(await cancel()).toMatchObject({ ok: true });
    else {
      await setClock(home, order.expiresAt);
      await fireAlarm(home);
    }
    const ended = end === "confirmed" ? SOLD : FREE;
    expect(await countsOf(home)).toEqual(ended);
    expect(await countsOf(other)).toEqual(RESERVED);
    expect((await orderRowsOf(home)).outbox).toMatchObject([{ ticket_type_id: other }]);
    await endLife(home);
    await expect.poll(() => countsOf(other)).toEqual(ended);
    await expect.poll(async () => (await orderRowsOf(home)).outbox).toEqual([]);
  });
});

describe("the pauses before an order is sent again", () => {
  it("[O3] last from a second to 30 s, however often it failed; the first message to arrive is the last", async () => {
    const { home, other, confirm } = await reservedOfTwo();
    let reachable = false;
    const sent: number[] = [];
    let now = Date.now();
    await setClock(home, now);
    await sendBy(home, (to) => (command) => {
      sent.push(now);
      return reachable ? inventories(to).follow(command) : Promise.resolve(AWAY);
    });
    const alarmAfter = async (ms: number): Promise<void> => {
      await setClock(home, now + ms);
      now += ms;
      await fireAlarm(home);
    };
    await confirm();
    expect(sent).toHaveLength(1);
    await alarmAfter(PAUSE_MIN_MS - 1);
    expect(sent, "a second has not passed").toHaveLength(1);
    await alarmAfter(PAUSE_MIN_MS + 1);
    expect(sent, "2 s are the longest first pause").toHaveLength(2);
    for (let failures = 3; failures <= 8; failures++) {
      await alarmAfter(PAUSE_MAX_MS);
      expect(sent).toHaveLength(failures);
      expect(await alarmAt(home)).toBeLessThanOrEqual(now + PAUSE_MAX_MS);
    }
    reachable = true;
    expect(await countsOf(other)).toEqual(RESERVED);
    await alarmAfter(PAUSE_MAX_MS);
    expect(await countsOf(other)).toEqual(SOLD);
    await alarmAfter(PAUSE_MAX_MS);
    expect(sent, "it was acknowledged").toHaveLength(9);
    expect((await orderRowsOf(home)).outbox).toEqual([]);
  });
});

describe("messages that cross", () => {
  it("[O3] an acknowledgement of what the order was before drops nothing of what it is now", async () => {
    const { home, others, staff, checkout } = await holdsOfTypes(2);
    const other = must(others[0], "two types");
    const older = Promise.withResolvers<void>();
    const reached = Promise.withResolvers<void>();
    await sendBy(home, (to) => async (command) => {
      if (command.order.status !== "reserved") return AWAY;
      const reply = await inventories(to).follow(command);
      reached.resolve();
      await older.promise;
      return reply;
    });
    const made = await checkout();
    const { id } = must(made.ok ? made.value.order : null, "there is room");
    await reached.promise;
    expect(await confirmOrder(contextFor(staff) as Context<typeof staff>, id)).toMatchObject({ ok: true });
    await inside(home, () => older.resolve());
    await fireAlarm(home);
    expect((await orderRowsOf(home)).outbox).toMatchObject([{ ticket_type_id: other }]);
    expect(await countsOf(other)).toEqual(RESERVED);
    await sendBy(home, (to) => inventories(to).follow);
    await passTime([home], PAUSE_MAX_MS);
    expect(await countsOf(other)).toEqual(SOLD);
    expect(await kindsOf(other)).toEqual(["terms", "hold", "claim", "confirm"]);
  });
});
