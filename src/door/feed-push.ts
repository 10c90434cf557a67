// Pushes the latest counts of a door to the feed of its event, which shows them to members. It never touches the log.

import type { DoorBook } from "../domain/door/book.ts";
import { shownCounts } from "../domain/door/counts.ts";
import type { DoorShown, Feeds } from "../live/client.ts";
import { type LatestPush, type LatestPushDeps, openLatestPush } from "../shared/latest-push.ts";

/** Who is inside as of the last row (rule D10); null for a door without terms, at which nobody was ever scanned. */
export function doorShown({ terms, head }: DoorBook): DoorShown | null {
  if (terms === null) return null;
  const shown = shownCounts(
    head.counts,
    terms.rules.gates.map(({ id }) => id),
  );
  const gates = shown.gates.map(({ id: gate_id, entries, exits, insideBy: inside_by }) => ({
    ...{ gate_id, entries, exits, inside_by },
  }));
  const capacity = { soft: terms.rules.softCapacity, hard: terms.rules.hardCapacity };
  return { seq: head.seq, inside: shown.inside, admitted: shown.admitted, capacity, gates };
}

export type FeedPushDeps = Pick<LatestPushDeps, "clock" | "random" | "onFailure"> & {
  readonly book: () => DoorBook;
  readonly feeds: () => Feeds;
};

export function openFeedPush({ book, feeds, ...deps }: FeedPushDeps): LatestPush {
  return openLatestPush({
    ...deps,
    book,
    async push() {
      const { terms } = book();
      const door = doorShown(book());
      if (terms && door) await feeds()(terms.eventId).door(door);
    },
  });
}
