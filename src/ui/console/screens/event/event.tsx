// Shows an event while it sells: what is sold right now, its ticket types, what can be done with it, and where to go from here.

import { ErrorBoundary, lazy, useRoute } from "preact-iso";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Operations } from "../../../../client/client.ts";
import { useRead } from "../../data/queries.ts";
import { useTypes } from "../../data/ticket-types.ts";
import { announce } from "../../data/navigation.ts";
import { texts } from "../../language.ts";
import { useLiveEvent } from "../../data/live-event.ts";
import { may } from "../../data/session.ts";
import { useVenue, type Venue, zoneOf } from "../../data/venues.ts";
import { FailedReads, Loaded } from "../../parts/loaded.tsx";
import { Screen } from "../../parts/screen.tsx";
import { StatusTag } from "../../parts/marks/status-tag.tsx";
import { shortWhen } from "../../parts/format.ts";
import { Actions } from "./event-actions.tsx";
import { LiveNumbers } from "./event-live.tsx";
import { Duplicate } from "./event-duplicate.tsx";
import { EventPicture } from "./event-picture.tsx";
import { Share } from "./event-share.tsx";
import { TicketTypes } from "./event-types.tsx";
import { Warnings } from "./event-warnings.tsx";
import { ChangeEvent } from "../setup/setup-times.tsx";

/** The chart weighs more than all else here, and is loaded after it. */
const Chart = lazy(() => import("./event-chart.tsx").then(({ Chart }) => Chart));

type Event = Operations["GET /v1/events/{id}"]["answer"];

export function EventScreen() {
  const { params } = useRoute();
  const id = params["id"] ?? "";
  const event = useRead("GET /v1/events/{id}", { id });
  const body = event.answer?.body;
  const place = useVenue(body?.venue_id);
  const venue = place.answer?.body;
  const zone = zoneOf(place);
  return (
    <Screen
      key={id}
      title={body?.name ?? texts().menu.events}
      back={{ href: "/console", text: texts().home.all }}
      lead={body && `${shortWhen(body.start_time, zone)}${venue ? ` · ${venue.name}` : ""}`}
      beside={body && <StatusTag status={body.status} />}
    >
      <FailedReads reads={[place]} />
      <Loaded read={event}>{({ body }) => <OneEvent event={body} venue={venue} zone={zone} />}</Loaded>
    </Screen>
  );
}

type Props = { readonly event: Event; readonly venue: Venue | undefined; readonly zone: string };

function OneEvent({ event, venue, zone }: Props) {
  const live = useLiveEvent(event.id);
  const types = useTypes(event.id);
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Links event={event} />
      {event.status === "draft" ? null : <LiveNumbers live={live} types={types} />}
      {event.status !== "ended" && event.status !== "archived" && may("event.write") && (
        <Warnings event={event} venue={venue} types={types.rows ?? []} />
      )}
      <Share event={event} live={live} venue={venue} edit={() => setOpen(true)} />
      {isOpen && venue && (
        <>
          <Details event={event} zone={zone} close={() => setOpen(false)} />
          <EventPicture event={event} />
        </>
      )}
      {event.status !== "draft" && may("hold.list") && types.rows && (
        <ErrorBoundary>
          <Chart event={event} zone={zone} typeIds={types.rows.map(({ id }) => id)} live={live} />
        </ErrorBoundary>
      )}
      <TicketTypes event={event} zone={zone} types={types} live={live} isReady={venue !== undefined} />
      <div class="row">
        {mayChange(event) && venue && !isOpen && (
          <button type="button" class="button-quiet" onClick={() => setOpen(true)}>
            {texts().event.changeDetails}
          </button>
        )}
        <Actions event={event} />
        {may("event.write") && venue && <Duplicate event={event} zone={zone} />}
      </div>
    </>
  );
}

function Links({ event: { id, status } }: { readonly event: Event }) {
  const { links } = texts().event;
  return (
    <nav class="chips" aria-label={texts().event.actions}>
      {may("order.read") && <a href={`/console/orders?event=${id}`}>{links.orders}</a>}
      {may("hold.list") && <a href={`/console/events/${id}/holds`}>{links.holds}</a>}
      {may("door.read") && <a href={`/console/events/${id}/door`}>{links.door}</a>}
      {status === "draft" && may("event.write") && <a href={`/console/events/${id}/setup`}>{links.resume}</a>}
    </nav>
  );
}

const mayChange = ({ status }: Event): boolean => may("event.write") && status !== "archived";

function Details({ event, zone, close }: { readonly event: Event; readonly zone: string; close(): void }) {
  const t = texts().event;
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    heading.current?.focus();
    heading.current?.scrollIntoView({ block: "nearest" });
  }, []);
  return (
    <section class="card stack" aria-labelledby="details">
      <h2 id="details" tabIndex={-1} ref={heading}>
        {t.details}
      </h2>
      <ChangeEvent
        event={event}
        zone={zone}
        cancel={close}
        saved={(isChanged) => {
          close();
          announce(isChanged ? t.detailsSaved : texts().form.nothing, isChanged ? "good" : "plain");
        }}
      />
    </section>
  );
}
