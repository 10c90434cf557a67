// When a first feed pushes what it knows to its shards (rules L2, L3).

import { expect, it } from "vitest";
import type { FeedPorts } from "../../../src/feed/feed-ports.ts";
import { newFeedState, takeCatalogue } from "../../../src/feed/feed-state.ts";
import { openShardPush } from "../../../src/feed/shard-push.ts";
import { EVENT, ORGANIZATION, START } from "../../support/builders.ts";
import { VENUE } from "../../support/door/event-terms.ts";

/** The pushes of a feed that wakes with one shard written down. */
function woken(isRead: boolean) {
  const state = newFeedState();
  const catalogue = { position: 1, organizationId: ORGANIZATION, venueId: VENUE, gates: [], ticketTypeIds: [] };
  if (isRead) takeCatalogue(state, { ...catalogue, event: { id: EVENT, status: "live", version: 1 } });
  const pushed: number[] = [];
  const shard = (_: typeof EVENT, number: number) => ({ takeShardUpdate: () => Promise.resolve(pushed.push(number)) });
  const push = openShardPush([2], {
    // The one cast: a feed that pushes needs no more of them.
    ports: () => ({ shard }) as unknown as FeedPorts,
    state: () => state,
    clock: () => START,
    keep: () => true,
    onFailure: () => undefined,
  });
  return { push, told: pushed };
}

it("[L3] a feed that wakes has its alarm push to each shard what a life before may have died over, once", async () => {
  const { push, told } = woken(true);
  expect(push.dueAt() ?? Infinity).toBeLessThanOrEqual(START);
  push.retry();
  await Promise.resolve();
  await Promise.resolve();
  expect([told, push.dueAt()]).toEqual([[2], null]);
});

it("[L3] a feed that does not know its event yet has nothing to push, and needs no alarm for it", () => {
  const { push, told } = woken(false);
  push.retry();
  expect([told, push.dueAt()]).toEqual([[], null]);
});
