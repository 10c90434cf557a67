// How an order travels from its home to the other ticket types (rule O3): sent at once, sent again until each has
// acknowledged, and never taken for acknowledged when it was not.

import { describe, expect, test } from "vitest";
import { REMOTE_INTERVAL_MS } from "../../../src/domain/time/alarm.ts";
import { UNAVAILABLE } from "../../../src/domain/errors.ts";
import type { TicketTypeId } from "../../../src/domain/ids.ts";
import type { OrderStatus } from "../../../src/domain/orders/order.ts";
import { must, refuse } from "../../../src/domain/result.ts";
import { idOf, ORDER_TTL_MS, START } from "../../support/builders.ts";
import { type Home, openHome, type Sent } from "../../support/orders/home.ts";

const [NEAR, FAR] = [idOf("tt", "near"), idOf("tt", "far")];

const messages = ({ sent }: Home): [TicketTypeId, OrderStatus][] => sent.map(({ to, status }) => [to, status]);
const last = ({ sent }: Home): Sent => must(sent.at(-1), "something was sent");
/** Waits until the object has processed the replies. */
const settled = async (): Promise<void> => void (await new Promise((resolve) => setImmediate(resolve)));
const BOTH = [NEAR, FAR];

describe("an order that takes holds of other ticket types", () => {
  test("[O3] is sent at once to each of them, and to no more than them", () => {
    const home = openHome();
    const id = home.order("a", BOTH);
    expect(messages(home)).toEqual([
      [NEAR, "reserved"],
      [FAR, "reserved"],
    ]);
    expect(home.outbox().sending(id)).not.toBeNull();
  });

  test("[O3] of one ticket type is sent to nobody and nobody waits for it", () => {
    const home = openHome();
    const id = home.order("a", []);
    expect(home.sent).toEqual([]);
    expect(home.promised()).toEqual([]);
    expect(home.outbox().sending(id)).toBeNull();
    expect(home.outbox().dueAt()).toBeNull();
  });

  test.each(["confirmed", "cancelled"] as const)("[O3] [O5] is sent again when it is %s", (status) => {
    const home = openHome();
    const id = home.order("a", [NEAR]);
    home.settle(id, status);
    expect(messages(home)).toEqual([
      [NEAR, "reserved"],
      [NEAR, status],
    ]);
  });

  test("[O3] [O4] is sent again when it has expired", () => {
    const home = openHome();
    home.order("a", [NEAR]);
    home.now = START + ORDER_TTL_MS;
    home.turn();
    expect(messages(home)).toEqual([
      [NEAR, "reserved"],
      [NEAR, "expired"],
    ]);
  });

  test("[O3] is promised to each until that one has acknowledged it, and then nothing is due", async () => {
    const home = openHome();
    const id = home.order("a", BOTH);
    const seq = last(home).seq;
    expect(home.promised()).toEqual(expect.arrayContaining(BOTH.map((type) => [type, seq])));
    home.sent[0]?.answer();
    await settled();
    expect(home.promised()).toEqual([[FAR, seq]]);
    home.sent[1]?.answer();
    await home.outbox().sending(id);
    expect(home.promised()).toEqual([]);
    expect(home.outbox().sending(id)).toBeNull();
    expect(home.outbox().dueAt()).toBeNull();
    expect(home.faults).toEqual([]);
  });

  test("[O3] is pending until all of its messages, also earlier ones, have a reply, whatever it says", async () => {
    const home = openHome();
    const id = home.order("a", [NEAR]);
    home.settle(id, "confirmed");
    let waited = false;
    const waiting = must(home.outbox().sending(id), "it is on its way").then(() => (waited = true));
    last(home).lose();
    await settled();
    expect(waited).toBe(false);
    home.sent[0]?.answer();
    await waiting;
    expect(home.outbox().sending(id)).toBeNull();
  });
});

describe("an acknowledgement", () => {
  test("[O3] of an older state never drops the promise of a newer one", async () => {
    const home = openHome();
    const id = home.order("a", [NEAR]);
    home.settle(id, "confirmed");
    const { seq } = last(home);
    home.sent[0]?.answer();
    await settled();
    expect(home.promised()).toEqual([[NEAR, seq]]);
    last(home).answer();
    await settled();
    expect(home.promised()).toEqual([]);
  });

  test("[O3] that comes after the one of a newer state changes nothing", async () => {
    const home = openHome();
    const id = home.order("a", [NEAR]);
    home.settle(id, "confirmed");
    last(home).answer();
    await settled();
    home.sent[0]?.answer();
    await home.outbox().sending(id);
    expect(home.promised()).toEqual([]);
    expect(home.outbox().dueAt()).toBeNull();
  });

  test("[O3] that is lost lets the alarm send the order once more, as it is by then", async () => {
    const home = openHome();
    const id = home.order("a", [NEAR]);
    last(home).lose();
    await settled();
    expect(home.faults).toHaveLength(1);
    home.settle(id, "cancelled");
    last(home).lose();
    await settled();
    home.now = must(home.outbox().dueAt(), "it is to be sent again");
    const run = home.outbox().run();
    expect(messages(home).slice(2)).toEqual([[NEAR, "cancelled"]]);
    last(home).answer();
    await run;
    expect(home.promised()).toEqual([]);
  });

  test("[O3] that is a refusal is none", async () => {
    const home = openHome();
    home.order("a", [NEAR]);
    last(home).answer(refuse(UNAVAILABLE));
    await settled();
    expect(home.promised()).toHaveLength(1);
    expect(String(home.faults[0])).toContain("temporarily_unavailable");
    expect(home.outbox().dueAt()).toBe(START + REMOTE_INTERVAL_MS);
  });
});

describe("the alarm", () => {
  /** Replies to what is sent from now on, until nothing is due any more. Returns how often the alarm ran. */
  async function drain(home: Home): Promise<number> {
    for (let rounds = 0; rounds < 20; rounds += 1) {
      const due = home.outbox().dueAt();
      if (due === null) return rounds;
      home.now = Math.max(home.now, due);
      const before = home.sent.length;
      const run = home.outbox().run();
      for (const each of home.sent.slice(before)) each.answer();
      await run;
    }
    throw new Error("the outbox never comes to an end");
  }

  test("[O3] sends nothing again before its time, and at that millisecond it does", async () => {
    const home = openHome();
    home.order("a", [NEAR]);
    last(home).lose();
    await settled();
    const due = must(home.outbox().dueAt(), "it is to be sent again");
    expect(due).toBe(START + REMOTE_INTERVAL_MS);
    home.now = due - 1;
    await home.outbox().run();
    expect(home.sent).toHaveLength(1);
    home.now = due;
    void home.outbox().run();
    expect(home.sent).toHaveLength(2);
  });

  test("[O3] waits longer after each round that a ticket type stays silent, and not for ever", async () => {
    const home = openHome({ random: 0.999_999 });
    const waits: number[] = [];
    home.order("a", [NEAR]);
    for (let round = 0; round < 8; round += 1) {
      last(home).lose();
      await settled();
      const due = must(home.outbox().dueAt(), "it is to be sent again");
      waits.push(due - home.now);
      home.now = due;
      void home.outbox().run();
    }
    expect(waits).toEqual([2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000, 30_000]);
  });

  test("[O3] takes many messages that one moment of silence has lost for one silence", async () => {
    const home = openHome({ random: 0.999_999 });
    for (let n = 0; n < 50; n += 1) home.order(`${n}`, [NEAR]);
    for (const each of home.sent) each.lose();
    await settled();
    expect(must(home.outbox().dueAt(), "they are to be sent again") - home.now).toBe(2_000);
  });

  test("[O3] keeps nobody waiting for a ticket type that is silent", async () => {
    const home = openHome({ random: 0.999_999 });
    const unsent = Array.from({ length: 150 }, (_, n) => home.orderUnsent(`silent ${n}`, [NEAR]));
    home.orderUnsent("z", [FAR]);
    home.restart();
    for (let round = 0; round < 2; round += 1) {
      home.now = Math.max(home.now, must(home.outbox().dueAt(), "there is something to send"));
      const before = home.sent.length;
      const run = home.outbox().run();
      for (const each of home.sent.slice(before)) {
        if (each.to === NEAR) each.lose();
        else each.answer();
      }
      await run;
    }
    expect(home.sent.filter(({ to }) => to === FAR)).toHaveLength(1);
    expect(home.now).toBe(START);
    expect(home.promised()).toHaveLength(unsent.length);
  });

  test("[O3] sends what a life that died before it could has promised", async () => {
    const home = openHome();
    home.orderUnsent("a", BOTH);
    home.restart();
    expect(home.outbox().dueAt()).toBe(0);
    expect(await drain(home)).toBeLessThanOrEqual(2);
    expect(messages(home).sort()).toEqual(BOTH.map((type) => [type, "reserved"]).sort());
    expect(home.promised()).toEqual([]);
    expect(home.outbox().dueAt()).toBeNull();
  });

  test("[O3] comes to an end of a backlog of any length, each message sent once", async () => {
    const home = openHome();
    for (let n = 0; n < 250; n += 1) home.orderUnsent(`${n}`, [NEAR]);
    home.restart();
    await drain(home);
    expect(home.sent).toHaveLength(250);
    expect(new Set(home.sent.map(({ id }) => id)).size).toBe(250);
    expect(home.promised()).toEqual([]);
  });

  test("[O3] is set for a message on its way, since the object may die before the reply arrives", async () => {
    const home = openHome();
    const id = home.order("a", [NEAR]);
    expect(home.outbox().dueAt()).toBe(START + 6_000);
    last(home).answer();
    await home.outbox().sending(id);
    expect(home.outbox().dueAt()).toBeNull();
  });

  test("[O3] does not send beside it a message that is still on its way", async () => {
    const home = openHome();
    home.orderUnsent("left over", [FAR]);
    home.restart();
    home.order("a", [NEAR]);
    const run = home.outbox().run();
    expect(messages(home)).toEqual([
      [NEAR, "reserved"],
      [FAR, "reserved"],
    ]);
    last(home).answer();
    await run;
  });

  test("[O3] sends again what one ticket type has lost while another has not replied yet", async () => {
    const home = openHome();
    home.order("a", BOTH);
    home.sent[1]?.lose();
    await settled();
    home.now = must(home.outbox().dueAt(), "it is to be sent again");
    const run = home.outbox().run();
    expect(messages(home).slice(2)).toEqual([[FAR, "reserved"]]);
    for (const each of home.sent) each.answer();
    await run;
    await settled();
    await drain(home);
    expect(home.promised()).toEqual([]);
  });

  test("[O3] sends again what was lost also while many other messages are on their way", async () => {
    const home = openHome();
    for (let n = 0; n < 300; n += 1) home.order(`${n}`, [NEAR]);
    home.order("lost", [FAR]);
    last(home).lose();
    await settled();
    home.now = must(home.outbox().dueAt(), "it is to be sent again");
    const run = home.outbox().run();
    expect(messages(home).slice(301)).toEqual([[FAR, "reserved"]]);
    for (const each of home.sent) each.answer();
    await run;
    await settled();
    await drain(home);
    expect(home.promised()).toEqual([]);
  });
});
