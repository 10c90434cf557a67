// Pushes the latest counts of a door to the feed of its event, which shows them to members. It never touches the log.

import type { DoorBook } from "../domain/door/book.ts";
import { gateCounts } from "../domain/door/counts.ts";
import type { DoorShown, Feeds } from "../live/client.ts";
import { type LatestPush, type LatestPushDeps, openLatestPush } from "../shared/latest-push.ts";

/** Who is inside as of the last row (rule D10); null for a door without terms, which nobody has ever asked. */
export function doorShown({ terms, head }: DoorBook): DoorShown | null {
  if (terms === null) return null;
  const { seq, counts } = head;
  const known = terms.rules.gates.map(({ id }) => id);
  const gone = [...counts.gates.keys()].filter((id) => !known.includes(id)).sort();
  const gates = [...known, ...gone].map((id) => {
    const { entries, exits, insideBy } = gateCounts(counts, id);
    return { gate_id: id, entries, exits, inside_by: insideBy };
  });
  const capacity = { soft: terms.rules.softCapacity, hard: terms.rules.hardCapacity };
  return { seq, inside: counts.inside, admitted: counts.admitted, capacity, gates };
}

export type FeedPushDeps = Pick<LatestPushDeps, "clock" | "random" | "onFailure"> & {
  readonly book: () => DoorBook;
  readonly feeds: () => Feeds;
};

export function openFeedPush({ book, feeds, ...deps }: FeedPushDeps): LatestPush {
  return openLatestPush({
    ...deps,
    position: () => (book().terms === null ? null : book().head.seq),
    async push() {
      const { terms } = book();
      const door = doorShown(book());
      if (terms && door) await feeds()(terms.eventId).door(door);
    },
  });
}
