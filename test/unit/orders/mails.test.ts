// When mails of orders are sent: after the commit, at least once, and never to whom is erased. Over a real ledger.

import { describe, expect, test } from "vitest";
import { MAILS_AN_HOUR, ORDER_LINK_MS } from "../../../src/domain/limits.ts";
import { CONTACT, eraseCommand, HOUR, MINUTE, settleCommand, START } from "../../support/builders.ts";
import { memoryStore, sqlStore } from "../../support/ledger/driver.ts";
import { openPost, SHOW } from "../../support/orders/mail-post.ts";

describe.each([
  ["memory", memoryStore],
  ["SQL", sqlStore],
])("[O14] the mails of orders in %s", (_, openStore) => {
  test("go to the contact when the order is made, confirmed or cancelled, once each", async () => {
    const post = openPost(openStore);
    const [a, b] = [post.order("a"), post.order("b")];
    expect(post.dueAt()).toBe(0);
    expect(post.sent, "before the alarm").toEqual([]);
    await post.alarm();
    await post.alarm();
    post.run(settleCommand(a, "confirmed"), settleCommand(b, "cancelled"));
    await post.alarm();
    await post.alarm();
    expect(post.ids().sort()).toEqual([`${a}.confirmed`, `${a}.reserved`, `${b}.cancelled`, `${b}.reserved`].sort());
    expect(new Set(post.sent.map(({ to }) => to))).toEqual(new Set([CONTACT.email]));
    expect(post.dueAt()).toBeNull();
  });

  test("are sent again on request: once until then, as another message, by any living Worker", async () => {
    const post = openPost(openStore);
    const a = post.order("a");
    post.again(a, "too-soon");
    await post.alarm();
    expect(post.ids(), "the first is still owed").toEqual([`${a}.reserved`]);
    post.again(a, "one");
    post.again(a, "two");
    expect(post.dueAt()).toBe(0);
    post.restart();
    await post.alarm();
    await post.alarm();
    expect(post.ids()).toEqual([`${a}.reserved`, `${a}.reserved.one`]);
    post.again(a, "three");
    post.run(settleCommand(a, "confirmed"));
    await post.alarm();
    await post.alarm();
    expect(post.ids().slice(2), "it says what the order is by then").toEqual([`${a}.confirmed.three`]);
    post.again(a, "four");
    post.run(eraseCommand(a));
    await post.alarm();
    expect(post.ids().length).toBe(3);
  });

  test("are none of a commit that failed", async () => {
    const post = openPost(openStore);
    post.setFailing(true);
    expect(() => post.order("a")).toThrow();
    post.setFailing(false);
    expect(post.dueAt()).toBeNull();
    await post.alarm();
    post.restart();
    await post.alarm();
    expect(post.sent).toEqual([]);
  });

  test("are none without a contact, and none of an order that ran out", async () => {
    const post = openPost(openStore);
    post.order("a", {});
    expect(post.dueAt()).toBeNull();
    post.order("b");
    post.now += HOUR;
    post.run();
    await post.alarm();
    expect([post.sent, post.dueAt()]).toEqual([[], null]);
  });

  test("are none when the order ran out while its mail was built: at its last millisecond there is one", async () => {
    for (const [late, sent] of [
      [14 * MINUTE + 59_999, 1],
      [15 * MINUTE, 0],
    ] as const) {
      const post = openPost(openStore);
      post.order("a");
      post.show = () => {
        post.now = START + late;
        return Promise.resolve(SHOW);
      };
      await post.alarm();
      expect(post.sent).toHaveLength(sent);
    }
  });

  test("are not sent a second time by a life after this one", async () => {
    const post = openPost(openStore);
    const id = post.order("a");
    await post.alarm();
    post.restart();
    expect(post.dueAt()).toBeNull();
    await post.alarm();
    expect(post.ids()).toEqual([`${id}.reserved`]);
  });

  test("are sent again, as the same message, when the object dies between the sending and the mark", async () => {
    const post = openPost(openStore);
    const id = post.order("a");
    post.deliver = () => new Promise(() => undefined);
    await post.alarm();
    expect(post.dueAt(), "the alarm that finds it").toBe(START + 30_000);
    post.restart();
    post.deliver = () => Promise.resolve();
    expect(post.dueAt()).toBe(0);
    await post.alarm();
    expect(post.ids()).toEqual([`${id}.reserved`, `${id}.reserved`]);
    post.restart();
    expect(post.dueAt()).toBeNull();
  });

  test("[O11] never go to whom was erased, not even while the mail is being built", async () => {
    const post = openPost(openStore);
    const [a, b] = [post.order("a"), post.order("b")];
    post.run(eraseCommand(a));
    post.show = () => {
      post.run(eraseCommand(b));
      return Promise.resolve(SHOW);
    };
    await post.alarm();
    post.run(settleCommand(a, "confirmed"), settleCommand(b, "cancelled"));
    await post.alarm();
    post.restart();
    expect([post.sent, post.dueAt()]).toEqual([[], null]);
  });

  test("say what the order is by then: one that is confirmed before the first is sent has one mail", async () => {
    const post = openPost(openStore);
    const id = post.order("a");
    post.run(settleCommand(id, "confirmed"));
    await post.alarm();
    expect(post.ids()).toEqual([`${id}.confirmed`]);
  });

  test("of an order that changes while its mail is sent are followed by another", async () => {
    const post = openPost(openStore);
    const id = post.order("a");
    post.deliver = () => {
      post.deliver = () => Promise.resolve();
      post.run(settleCommand(id, "confirmed"));
      return Promise.resolve();
    };
    await post.alarm();
    expect(post.dueAt()).toBe(0);
    await post.alarm();
    expect(post.ids()).toEqual([`${id}.reserved`, `${id}.confirmed`]);
  });
});

describe("[O14] a mail that fails", () => {
  test("is sent again after pauses that grow, and others go on", async () => {
    const post = openPost(memoryStore, 0.999);
    const id = post.order("a");
    post.run(settleCommand(id, "confirmed"));
    post.deliver = ({ id: sent }) =>
      sent?.startsWith(id) ? Promise.reject(new Error(`no such box: ${CONTACT.email}`)) : Promise.resolve();
    const pauses: number[] = [];
    for (let n = 0; n < 12; n++) {
      await post.alarm();
      pauses.push((post.dueAt() ?? 0) - post.now);
      post.now = post.dueAt() ?? 0;
    }
    expect(pauses.slice(0, 4)).toEqual([1_999, 3_997, 7_993, 15_985]);
    expect(Math.max(...pauses)).toBeLessThanOrEqual(15 * 60_000);
    expect(post.counted, "its address is counted once").toBe(1);
    expect(post.logged.join()).not.toContain("@");
    const other = post.order("b");
    await post.alarm();
    expect(post.ids().at(-1)).toBe(`${other}.reserved`);
    post.deliver = () => Promise.resolve();
    post.now += 15 * 60_000;
    await post.alarm();
    expect(post.dueAt()).toBeNull();
  });

  test("is built and sent later when D1 is away", async () => {
    const post = openPost(memoryStore);
    const id = post.order("a");
    post.show = () => Promise.reject(new Error("D1_ERROR: away"));
    await post.alarm();
    expect([post.sent, post.dueAt()]).toEqual([[], START + 1_000]);
    post.show = () => Promise.resolve(SHOW);
    post.now += 999;
    await post.alarm();
    expect(post.sent).toEqual([]);
    post.now += 1;
    await post.alarm();
    expect(post.ids()).toEqual([`${id}.reserved`]);
  });

  test.each([
    [-1, 2],
    [0, 1],
  ])("is given up when the order's link has ended: a repeat %i ms after that makes %i mails", async (after, mails) => {
    const post = openPost(memoryStore);
    const id = post.order("a");
    post.run(settleCommand(id, "confirmed"));
    post.deliver = () => Promise.reject(new Error("full"));
    post.now = START + 241 * HOUR + ORDER_LINK_MS + after - 1_000;
    await post.alarm();
    expect([post.sent.length, post.dueAt()]).toEqual([1, post.now + 1_000]);
    post.now += 1_000;
    await post.alarm();
    expect(post.sent).toHaveLength(mails);
    post.now += HOUR;
    await post.alarm();
    await post.alarm();
    expect([post.sent.length, post.dueAt()]).toEqual([mails, null]);
  });

  test("beyond ten an hour to one address waits for the next hour, and none is lost", async () => {
    const post = openPost(memoryStore);
    const ids = Array.from({ length: MAILS_AN_HOUR + 1 }, (_, n) => post.order(`${n}`));
    post.run(...ids.map((id) => settleCommand(id, "confirmed")));
    await post.alarm();
    expect([post.sent.length, post.dueAt()]).toEqual([10, START + HOUR]);
    post.now += HOUR - 1;
    await post.alarm();
    expect(post.sent).toHaveLength(10);
    post.counted = 0;
    post.now += 1;
    await post.alarm();
    expect(new Set(post.ids()).size).toBe(11);
  });
});
