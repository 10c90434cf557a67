// Pushes the latest counts of a ticket type to the feed of its event. It never touches the ledger.

import { type Book, occupancyOf } from "../../domain/ledger/memory/book.ts";
import type { Feeds } from "../../feed/client.ts";
import { type LatestPush, type LatestPushDeps, openLatestPush } from "../../shared/objects/latest-push.ts";

export type FeedPushDeps = Pick<LatestPushDeps, "clock" | "random" | "onFailure"> & {
  readonly book: () => Book;
  readonly feeds: () => Feeds;
};

export function openFeedPush({ book, feeds, ...deps }: FeedPushDeps): LatestPush {
  return openLatestPush({
    ...deps,
    book,
    async push() {
      const { terms } = book();
      const occupancy = occupancyOf(book());
      if (terms && occupancy) await feeds()(terms.terms.eventId).push(terms.terms.ticketTypeId, occupancy);
    },
  });
}
