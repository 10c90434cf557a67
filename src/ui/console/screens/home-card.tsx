// One event in the list: what, when, where, and how much of it is sold.

import type { Operations } from "../../../client/client.ts";
import { sumOfTypes, useTypes } from "../data/counted.ts";
import { texts } from "../data/language.ts";
import { STANDARD_ZONE, type Venue } from "../data/venues.ts";
import { Meter } from "../parts/meter.tsx";
import { clock, count, shortWhen } from "../parts/shown.ts";
import { StatusTag } from "../parts/status-tag.tsx";

type Event = Operations["GET /v1/events/{id}"]["answer"];

export function EventCard({ event, venue }: { readonly event: Event; readonly venue: Venue | undefined }) {
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
            <span class="row row-apart small">
              <span>
                {counts ? t.bar.of(count(counts.sold), count(counts.total)) : "\u00a0"}
                {counts && counts.held > 0 && <span class="muted"> · {t.bar.alsoHeld(count(counts.held))}</span>}
              </span>
              {types.readAt > 0 && <span class="muted">{t.event.live.asOf(clock(types.readAt))}</span>}
            </span>
          </>
        )}
      </a>
    </li>
  );
}
