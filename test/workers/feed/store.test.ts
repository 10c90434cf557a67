// What a feed stores of its state, and reads again: whatever a venue has, each row is one that the platform takes.

import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { newId } from "../../../src/app/context.ts";
import { type FeedState, type Catalogue, newFeedState } from "../../../src/feed/feed-state.ts";
import { type FeedMarks, openFeedStore } from "../../../src/feed/feed-store.ts";

const MARKS: FeedMarks = { shard: 0, shards: [2], watchUntil: 5, unsure: [newId("tt")] };

function boardOf(gates: number): FeedState & { catalogue: Catalogue } {
  const catalogue: Catalogue = {
    position: 7,
    organizationId: newId("org"),
    venueId: newId("ven"),
    event: { id: newId("evt"), status: "live", version: 1 },
    gates: Array.from({ length: gates }, (_, n) => ({
      id: newId("gate"),
      gate_code: `GATE_${String(n).padStart(20, "0")}`,
      status: "open",
      version: 1,
    })),
    ticketTypeIds: [newId("tt")],
  };
  return { ...newFeedState(), catalogue };
}

const inFeed = <T>(work: (storage: DurableObjectStorage) => T) =>
  runInDurableObject(env.EVENT_FEED.getByName(newId("evt")), (_, { storage }) => work(storage));

it("[L3] [X4] a venue with very many gates is stored, and read again as D1 lists it", async () => {
  const state = boardOf(20_000);
  const read = await inFeed((storage) => {
    openFeedStore(storage).write(state, MARKS);
    return openFeedStore(storage).load();
  });
  expect(read).toEqual({ state, marks: MARKS });
});

it("[L3] a gate that has changed or left is not there any more, and each that has not costs no row", async () => {
  const state = boardOf(40);
  const [first, second, ...others] = state.catalogue.gates;
  if (!first || !second) throw new Error("there are gates");
  const next = {
    ...state,
    catalogue: { ...state.catalogue, gates: [{ ...second, status: "closed" as const }, ...others] },
  };
  const [read, written] = await inFeed((storage) => {
    const store = openFeedStore(storage);
    store.write(state, MARKS);
    const before = storage.sql.exec<{ n: number }>("SELECT total_changes() AS n").one().n;
    store.write(next, MARKS);
    const after = storage.sql.exec<{ n: number }>("SELECT total_changes() AS n").one().n;
    return [openFeedStore(storage).load(), after - before];
  });
  expect(read.state).toEqual(next);
  expect(written, "one gate that changed, one that left").toBe(2);
});

it("[L3] what an earlier version stored, gates and catalogue in one row, is read as it was", async () => {
  const state = boardOf(3);
  const read = await inFeed((storage) => {
    openFeedStore(storage).write({ ...state, catalogue: { ...state.catalogue, gates: [] } }, MARKS);
    storage.sql.exec("UPDATE board SET body = ? WHERE kind = 'catalogue'", JSON.stringify(state.catalogue));
    return openFeedStore(storage).load();
  });
  expect(read.state).toEqual(state);
});
