// Draws one event of the list: what, when, where, and how much of it is sold.

import type { Operations } from "../../../../client/client.ts";
import { sumOfTypes, useTypes } from "../../data/ticket-types.ts";
import { texts } from "../../language.ts";
import { STANDARD_ZONE, useVenue, type Venue } from "../../data/venues.ts";
import { Meter } from "../../parts/marks/meter.tsx";
import { clock, count, shortWhen } from "../../parts/format.ts";
import { StatusTag } from "../../parts/marks/status-tag.tsx";

type Event = Operations["GET /v1/events/{id}"]["answer"];

type Props = {
  readonly event: Event;
  /**
   * The first of the organisation's venues, by their ids; null before they are read. The card reads any other venue
   * itself.
   */
  readonly venues: ReadonlyMap<string, Venue> | null;
};

/** As high as a line of text. */
const ROOM = "\u00a0";

export function EventCard({ event, venues }: Props) {
  const listed = venues?.get(event.venue_id);
  const own = useVenue(venues === null || listed !== undefined ? undefined : event.venue_id);
  const venue = listed ?? own.answer?.body;
  const t = texts();
  const types = useTypes(event.id);
  const counts = types.rows && sumOfTypes(types.rows);
  const isDraft = event.status === "draft";
  return (
    <li>
      <a class="card event-card" href={isDraft ? `/console/events/${event.id}/setup` : `/console/events/${event.id}`}>
        <span class="row row-apart">
          <span class="strong event-name">{event.name}</span>
          <StatusTag status={event.status} />
        </span>
        <span class="small muted">
          {shortWhen(event.start_time, venue?.timezone ?? STANDARD_ZONE)}
          {venue && ` · ${venue.name}`}
        </span>
        {isDraft ? (
          <span class="small link">{t.home.resume}</span>
        ) : (
          <>
            <Meter counts={counts ?? { total: 0, sold: 0, held: 0, available: 0 }} />
            {/* A line each, which it has before its numbers come. */}
            <span class="small">
              {counts ? t.bar.of(count(counts.sold), count(counts.total)) : types.problem ? t.error.heading : ROOM}
            </span>
            <span class="small muted">
              {counts && counts.held > 0 && `${t.bar.alsoHeld(count(counts.held))} · `}
              {types.readAt > 0 ? t.event.live.asOf(clock(types.readAt)) : ROOM}
            </span>
          </>
        )}
      </a>
    </li>
  );
}
