// Moves a draft to another venue. Its times stay what the clocks show: a show at seven is at seven there, too.

import { useState } from "preact/hooks";
import type { Operations } from "../../../../client/client.ts";
import { callApi, etagOf } from "../../data/api.ts";
import { readAgain, usePages } from "../../data/queries.ts";
import { go, announce } from "../../data/navigation.ts";
import { texts } from "../../language.ts";
import { may } from "../../data/session.ts";
import type { TicketType } from "../../data/ticket-types.ts";
import type { Venue } from "../../data/venues.ts";
import { movedSale, movedTimes } from "../../decisions/event/zoned-time.ts";
import { Loaded } from "../../parts/loaded.tsx";
import { More } from "../../parts/more.tsx";
import { count, refusal } from "../../parts/format.ts";

type Event = Operations["GET /v1/events/{id}"]["answer"];
type Props = { readonly event: Event; readonly venue: Venue; readonly types: readonly TicketType[] };

export function MoveStep({ event, venue, types }: Props) {
  const { setup } = texts().event;
  const venues = usePages("GET /v1/venues", { query: { limit: 48, status: "active" } });
  const others = (venues.rows ?? []).filter(({ id }) => id !== venue.id);
  return (
    <>
      <section class="card stack">
        <p class="strong">{venue.name}</p>
        <p class="muted">{setup.isHere}</p>
        <div>
          <a class="button" href={`/console/events/${event.id}/setup/times`}>
            {setup.keepVenue}
          </a>
        </div>
      </section>
      <Loaded read={venues}>
        {() => (
          <>
            <ul class="plain grid">
              {others.map((other) => (
                <li key={other.id}>
                  <Other event={event} venue={venue} types={types} other={other} />
                </li>
              ))}
            </ul>
            <More more={venues.more} />
            {may("venue.write") && (
              <p>
                <a href="/console/venues">{texts().house.venues.add}</a>
              </p>
            )}
          </>
        )}
      </Loaded>
    </>
  );
}

/**
 * Runs after the event has moved, so that a refusal of that leaves nothing half moved. Resolves with the names of the
 * types that were refused.
 */
async function moveSales(types: readonly TicketType[], from: string, to: string): Promise<readonly string[]> {
  const behind: string[] = [];
  for (const type of types) {
    const body = movedSale(type, from, to);
    if (Object.keys(body).length === 0) continue;
    const moved = await callApi("PATCH /v1/ticket-types/{id}", { id: type.id, ifMatch: etagOf(type), body });
    if (!moved.ok) behind.push(type.name);
  }
  return behind;
}

function Other({ event, venue, types, other }: Props & { readonly other: Venue }) {
  const { setup } = texts().event;
  const [isBusy, setBusy] = useState(false);
  const move = async (): Promise<void> => {
    setBusy(true);
    const body = { venue_id: other.id, ...movedTimes(event, venue.timezone, other.timezone) };
    const moved = await callApi("PATCH /v1/events/{id}", { id: event.id, ifMatch: etagOf(event), body });
    const behind = moved.ok ? await moveSales(types, venue.timezone, other.timezone) : [];
    await readAgain("GET /v1/events/{id}", "GET /v1/events", "GET /v1/events/{id}/ticket-types");
    setBusy(false);
    if (!moved.ok) return announce(refusal(moved.problem), "bad");
    go(`/console/events/${event.id}/setup/times`, setup.moved(other.name));
    if (behind.length > 0) announce(setup.salesBehind(behind.join(", ")), "bad");
  };
  return (
    <div class="card card-quiet stack stack-tight">
      <span class="strong">{other.name}</span>
      <span class="small muted">
        {other.city} · {setup.fits(count(other.capacity))}
      </span>
      {other.capacity < event.capacity ? (
        <span class="small muted">{setup.tooSmall(count(event.capacity))}</span>
      ) : (
        <div>
          <button type="button" class="button-link small" disabled={isBusy} onClick={() => void move()}>
            {setup.chooseVenue}
            <span class="unseen"> {other.name}</span>
          </button>
        </div>
      )}
    </div>
  );
}
