// Which ticket types a feed queries, and of which it stays unsure (rules L2, L3, L5).

import { describe, expect, it } from "vitest";
import type { TicketTypeId } from "../../../src/domain/ids.ts";
import type { Occupancy } from "../../../src/domain/ledger/command.ts";
import { type CountRefresh, openCountRefresh } from "../../../src/feed/count-refresh.ts";
import { type FeedState, newFeedState, takeCatalogue, takeOccupancy } from "../../../src/feed/feed-state.ts";
import type { FeedPorts } from "../../../src/feed/feed-ports.ts";
import { EVENT, idOf, ORGANIZATION, START } from "../../support/builders.ts";
import { VENUE } from "../../support/door/event-terms.ts";

const [NAMED, DELETED] = [idOf("tt", "named"), idOf("tt", "deleted")];
const counts = (id: TicketTypeId, seq: number): Occupancy => ({
  ...{ id, seq, status: "available", total: 4, sold: 0, held: 0, withdrawn: 0, available: 4 },
});

/** A feed that queries, and the replies of its types by their ids, one after the other. */
function asks(answers: Record<string, (Occupancy | "gone" | null)[]>, named: TicketTypeId[] = [NAMED]) {
  const state: FeedState = newFeedState();
  const name = (position: number, ticketTypeIds: TicketTypeId[]) =>
    takeCatalogue(state, {
      ...{ position, organizationId: ORGANIZATION, venueId: VENUE, gates: [], ticketTypeIds },
      event: { id: EVENT, status: "live", version: 1 },
    });
  name(1, named);
  const queried: string[] = [];
  const ports = {
    counts: (id: TicketTypeId) => Promise.resolve(queried.push(id)).then(() => answers[id]?.shift() ?? null),
  };
  const asking: CountRefresh = openCountRefresh([], {
    // The one cast: of an event without a door a feed calls nothing else.
    ports: () => ports as unknown as FeedPorts,
    state: () => state,
    clock: () => START,
    changed: () => undefined,
    onUnsureChanged: () => undefined,
    onFailure: () => undefined,
  });
  const push = (id: TicketTypeId, seq: number) => {
    const isNew = !state.types.has(id);
    takeOccupancy(state, id, counts(id, seq));
    asking.notePushed(id, isNew);
  };
  return { state, asked: queried, asking, push, name };
}

describe("[L3] a feed", () => {
  it("takes the reply of a type that D1 names, and queries no more", async () => {
    const { asked, asking } = asks({ [NAMED]: [counts(NAMED, 1)] });
    await asking.missing();
    await asking.missing();
    expect([asked, asking.unsure(), asking.dueAt()]).toEqual([[NAMED], [], null]);
  });

  it("[L5] queries a type that D1 does not name again, whatever it replied or pushes, until it is gone", async () => {
    const { state, asked, asking, push } = asks({ [DELETED]: [counts(DELETED, 2), "gone"] });
    takeOccupancy(state, DELETED, counts(DELETED, 1));
    await asking.some([DELETED]);
    push(DELETED, 3);
    expect([asking.unsure(), asking.dueAt() ?? 0]).toEqual([[DELETED], expect.toSatisfy((at) => at > START)]);
    await asking.missing();
    expect([state.types.has(DELETED), asking.unsure().includes(DELETED)]).toEqual([false, false]);
    expect(asked.filter((id) => id === DELETED)).toHaveLength(2);
  });

  it("queries a type that pushes and that it did not know, and a named one not", async () => {
    const { state, asked, push } = asks({ [DELETED]: ["gone"] });
    push(NAMED, 1);
    push(DELETED, 1);
    await expect.poll(() => state.types.has(DELETED)).toBe(false);
    expect([asked, state.types.has(NAMED)]).toEqual([[DELETED], true]);
  });

  it("is sure of a new type once D1 has named it, and it has replied", async () => {
    const { asking, push, name } = asks({ [DELETED]: [counts(DELETED, 1), counts(DELETED, 2)] });
    push(DELETED, 1);
    await expect.poll(() => asking.unsure()).toEqual([DELETED]);
    name(2, [NAMED, DELETED]);
    push(DELETED, 2);
    expect(asking.unsure()).toEqual([]);
  });
});
