// Warns, before people are at the doors, of what may be too much for the place of an event (rule D11). It forbids
// nothing.

import type { Operations } from "../../../../client/client.ts";
import { useRead } from "../../data/queries.ts";
import type { TicketType } from "../../data/ticket-types.ts";
import { texts } from "../../language.ts";
import type { Venue } from "../../data/venues.ts";
import { meanwhileThere, personsAdmitted, placesInside } from "../../decisions/event/crowd-warnings.ts";
import { FailedReads } from "../../parts/loaded.tsx";
import { count } from "../../parts/format.ts";

type Event = Operations["GET /v1/events/{id}"]["answer"];
type Props = {
  readonly event: Event;
  readonly venue: Venue | undefined;
  readonly types: readonly TicketType[];
};

/** How early another event may have begun that is still on; hardly any event lasts longer. */
const BEFORE_MS = 14 * 86_400_000;

export function Warnings({ event, venue, types }: Props) {
  const { warning } = texts().event;
  const { venue_id, start_time, end_time } = event;
  const starts_after = new Date(Date.parse(start_time) - BEFORE_MS).toISOString();
  const near = useRead("GET /v1/events", { query: { limit: 100, venue_id, starts_after, starts_before: end_time } });
  const meanwhile = meanwhileThere(event, near.answer?.body.data ?? []);
  const persons = personsAdmitted(types);
  const places = venue && placesInside({ event, venue });
  return (
    <>
      <FailedReads reads={[near]} />
      {places !== undefined && persons > places && (
        <p class="notice notice-warn">{warning.crowd(count(persons), count(places))}</p>
      )}
      {meanwhile.length > 0 && (
        <div class="notice notice-warn stack stack-tight">
          <p>{warning.meanwhile}</p>
          <ul class="plain">
            {meanwhile.map(({ id, name }) => (
              <li key={id}>
                <a href={`/console/events/${id}`}>{name}</a>
              </li>
            ))}
          </ul>
        </div>
      )}
    </>
  );
}
