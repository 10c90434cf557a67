// What an inventory pushes to its event's feed, and when it does so again (rule L3).

import { describe, expect, it } from "vitest";
import { openBook } from "../../../src/domain/ledger/memory/book.ts";
import { openFeedPush } from "../../../src/inventory/projection/feed-push.ts";
import type { Feed } from "../../../src/feed/client.ts";
import { START, termsOf } from "../../support/builders.ts";

const TERMS = { terms: termsOf(), outcome: { version: 1, applied: true, total: 10 } } as const;

/** The pushes of an object that has just woken, to a feed that takes them while `up`. */
function woken() {
  const book = openBook({ terms: TERMS, head: null, activeHolds: [], ranOut: null, orders: [], claims: [] });
  const feed = { up: false, tried: 0 };
  let now = START;
  const push: Feed["push"] = () => {
    feed.tried += 1;
    return feed.up ? Promise.resolve() : Promise.reject(new Error("away"));
  };
  const pushes = openFeedPush({
    book: () => book,
    // The one cast: an inventory pushes, and nothing else here.
    feeds: () => () => ({ push }) as unknown as Feed,
    clock: () => now,
    random: () => 0,
    onFailure: () => undefined,
  });
  const settle = () => new Promise((resolve) => setTimeout(resolve, 0));
  return { pushes, feed, settle, pass: (ms: number) => (now += ms) };
}

describe("an inventory that its alarm woke", () => {
  it("[L3] pushes once, and again with a pause while that is lost, until the feed has acknowledged it", async () => {
    const { pushes, feed, settle, pass } = woken();
    expect(pushes.dueAt()).toBeNull();
    pushes.run();
    await settle();
    expect(feed.tried).toBe(1);
    expect(pushes.dueAt(), "the lost push is the alarm's again").toBe(START + 1_000);
    pass(999);
    pushes.run();
    expect(feed.tried).toBe(1);
    pass(1);
    feed.up = true;
    pushes.run();
    await settle();
    expect([feed.tried, pushes.dueAt()]).toEqual([2, null]);
    pushes.run();
    expect(feed.tried).toBe(2);
  });

  it("[L5] that was only queried pushes nothing", () => {
    const { pushes, feed } = woken();
    pushes.changed();
    expect([feed.tried, pushes.dueAt()]).toEqual([0, null]);
  });
});
