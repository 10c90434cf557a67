// Draws the second step: what it is, and when. It makes the draft, once, or changes the one that exists.

import type { Operations } from "../../../../client/client.ts";
import { callApi, bodyOf, etagOf } from "../../data/api.ts";
import { readAgain, useRead } from "../../data/queries.ts";
import { go } from "../../data/navigation.ts";
import { texts } from "../../language.ts";
import type { Venue } from "../../data/venues.ts";
import { localTime } from "../../decisions/event/zoned-time.ts";
import { CreateForm } from "../../parts/forms/create-form.tsx";
import { EditForm } from "../../parts/forms/edit-form.tsx";
import { Loaded } from "../../parts/loaded.tsx";
import { Screen } from "../../parts/screen.tsx";
import { checkEvent, eventSpecs, LATER, newEventSpecs } from "../../parts/forms/specs.ts";
import { Steps } from "../../parts/marks/steps.tsx";

type Event = Operations["GET /v1/events/{id}"]["answer"];
type EventInput = Operations["POST /v1/events"]["ask"]["body"];
type EventChange = Operations["PATCH /v1/events/{id}"]["ask"]["body"];

export function NewTimes({ venueId }: { readonly venueId: string }) {
  const t = texts();
  const { setup } = t.event;
  const venue = useRead("GET /v1/venues/{id}", { id: venueId });
  return (
    <Screen title={setup.times} lead={setup.draftNote}>
      <Steps at="times" hrefs={{ venue: "/console/new" }} />
      <Loaded read={venue}>{({ body }) => <NewEvent venue={body} />}</Loaded>
    </Screen>
  );
}

function NewEvent({ venue }: { readonly venue: Venue }) {
  const { setup, details } = texts().event;
  const { timezone: zone, capacity, id } = venue;
  const specs = newEventSpecs();
  const initial = {
    sale_start: localTime(zone, Date.now()),
    capacity: String(capacity),
    order_minutes: "15",
    hold_extension: "while_available",
  };
  return (
    <section class="card stack">
      <p class="muted small">{setup.timesAt(venue.name, zone.replaceAll("_", " "))}</p>
      <CreateForm
        id={`event-${id}`}
        specs={specs}
        initial={initial}
        zone={zone}
        button={setup.create}
        more={{ title: details, fields: LATER }}
        check={checkEvent(specs)}
        create={({ sale_end, ...values }, idempotencyKey) => {
          const body = bodyOf<EventInput>({ ...values, venue_id: id, sale_end: sale_end ?? values["start_time"] });
          return callApi("POST /v1/events", { idempotencyKey, body });
        }}
        made={({ body }) => {
          void readAgain("GET /v1/events");
          go(`/console/events/${body.id}/setup/tickets`);
        }}
      />
    </section>
  );
}

/** The details of an existing event, wherever they are changed. */
export function ChangeEvent({
  event,
  zone,
  saved,
  cancel,
}: {
  readonly event: Event;
  readonly zone: string;
  readonly saved: (isChanged: boolean) => void;
  readonly cancel?: () => void;
}) {
  const specs = eventSpecs();
  const { id } = event;
  return (
    <EditForm
      id={`change-${id}`}
      specs={specs}
      zone={zone}
      base={{ values: event, etag: etagOf(event) }}
      check={checkEvent(specs)}
      write={(changes, ifMatch) =>
        callApi("PATCH /v1/events/{id}", { id, ifMatch, body: bodyOf<EventChange>(changes) })
      }
      readNow={async () => {
        const now = await callApi("GET /v1/events/{id}", { id });
        return now.ok ? { values: now.body, etag: etagOf(now.body) } : null;
      }}
      saved={(isChanged) => {
        void readAgain("GET /v1/events/{id}", "GET /v1/events");
        saved(isChanged);
      }}
      {...(cancel && { cancel })}
    />
  );
}
