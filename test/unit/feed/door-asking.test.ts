// When a feed queries its event's door, and what it makes of the reply (rules D23, L3, L5).

import { expect, it } from "vitest";
import { type CountRefresh, DOOR, openCountRefresh } from "../../../src/feed/count-refresh.ts";
import { type FeedState, newFeedState, takeCatalogue, takeDoor } from "../../../src/feed/feed-state.ts";
import type { DoorShown } from "../../../src/feed/client.ts";
import type { FeedPorts } from "../../../src/feed/feed-ports.ts";
import { EVENT, ORGANIZATION, START } from "../../support/builders.ts";
import { VENUE } from "../../support/door/event-terms.ts";

const door = (seq: number): DoorShown => ({
  ...{ seq, inside: seq, admitted: seq, capacity: { soft: 80, hard: 100 }, gates: [] },
});

/** A feed that queries, of an event without ticket types; its door replies `says`. */
function asks(says: DoorShown | "gone" | null, known: DoorShown | null = door(2)) {
  const state: FeedState = newFeedState();
  takeCatalogue(state, {
    ...{ position: 1, organizationId: ORGANIZATION, venueId: VENUE, gates: [], ticketTypeIds: [] },
    event: { id: EVENT, status: "live", version: 1 },
  });
  if (known) takeDoor(state, known);
  const queried: string[] = [];
  const ports = { door: (id: string) => Promise.resolve(queried.push(id)).then(() => says) };
  const asking: CountRefresh = openCountRefresh([], {
    // The one cast: of an event without ticket types a feed calls nothing else.
    ports: () => ports as unknown as FeedPorts,
    state: () => state,
    clock: () => START,
    changed: () => undefined,
    onUnsureChanged: () => undefined,
    onFailure: () => undefined,
  });
  return { state, asked: queried, asking };
}

it("[D23] [L3] takes the door's reply, and queries no more", async () => {
  const { state, asked, asking } = asks(door(5));
  await asking.all();
  await asking.missing();
  expect([asked, state.door, asking.dueAt()]).toEqual([[EVENT], door(5), null]);
});

it("[D23] [L2] takes no reply that was overtaken by a push", async () => {
  const { state, asking } = asks(door(1));
  await asking.all();
  expect([state.door, asking.unsure()]).toEqual([door(2), []]);
});

it("[D23] [L3] is unsure of a door that cannot be queried, until that is queried again or pushes", async () => {
  const { state, asked, asking } = asks(null);
  await asking.all();
  expect([asking.unsure(), state.door]).toEqual([[DOOR], door(2)]);
  expect(asking.dueAt()).toBeGreaterThan(START);
  await asking.missing();
  expect(asked).toHaveLength(2);
  asking.notePushed(DOOR, false);
  await asking.missing();
  expect([asked.length, asking.dueAt()]).toEqual([2, null]);
});

it("[D23] [L5] forgets a door that has nothing stored any more, in place of querying it for ever", async () => {
  const { state, asked, asking } = asks("gone");
  await asking.all();
  await asking.all();
  expect([asked.length, state.door, asking.dueAt()]).toEqual([1, null, null]);
});

it("[D23] [X5] queries no door that has never pushed", async () => {
  const { asked, asking } = asks(door(5), null);
  await asking.all();
  await asking.missing();
  expect(asked).toEqual([]);
});
