// Pushes the latest counts of a door to the feed of its event, which shows them to members. It never touches the log.

import type { DoorBook } from "../domain/door/book.ts";
import type { Feeds } from "../feed/client.ts";
import { type LatestPush, type LatestPushDeps, openLatestPush } from "../shared/objects/latest-push.ts";
import { doorShown } from "./sockets/shown-counts.ts";

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
