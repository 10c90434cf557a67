// Shows the steps of a draft: each shows what exists of it, and the first that is missing is next (rule C5).

import type { Operations } from "../../../../client/client.ts";
import { useRead } from "../../data/queries.ts";
import { type TicketType, useTypes } from "../../data/ticket-types.ts";
import { go } from "../../data/navigation.ts";
import { texts } from "../../language.ts";
import { useVenue, type Venue } from "../../data/venues.ts";
import { reachable, type Step, stepOf } from "../../decisions/event/setup-steps.ts";
import { Loaded } from "../../parts/loaded.tsx";
import { Screen } from "../../parts/screen.tsx";
import { Steps } from "../../parts/marks/steps.tsx";
import { EventPicture } from "../event/event-picture.tsx";
import { MoveStep } from "./setup-move.tsx";
import { PreviewStep } from "./setup-preview.tsx";
import { TicketsStep } from "./setup-tickets.tsx";
import { ChangeEvent } from "./setup-times.tsx";

type Event = Operations["GET /v1/events/{id}"]["answer"];

export function DraftSteps({ id, asked: requested }: { readonly id: string; readonly asked: Step | null }) {
  const { setup } = texts().event;
  const event = useRead("GET /v1/events/{id}", { id });
  const types = useTypes(id);
  const draft = event.answer?.body;
  const venue = useVenue(draft?.venue_id);
  const rows = types.rows;
  const requestedStep = (rows && reachable({ ticketTypes: rows.length }).find((step) => step === requested)) ?? null;
  const step = requestedStep ?? stepOf({ ticketTypes: rows?.length ?? 0 });
  const titles = { venue: setup.venue, times: setup.times, tickets: setup.tickets, preview: setup.preview };
  const leads = {
    venue: setup.moveLead,
    times: setup.draftNote,
    tickets: setup.ticketsLead,
    preview: setup.previewLead,
  };
  const hrefs = Object.fromEntries(
    reachable({ ticketTypes: rows?.length ?? 0 }).map((each) => [each, `/console/events/${id}/setup/${each}`]),
  );
  if (draft && draft.status !== "draft") return <NoDraft event={draft} />;
  return (
    <Screen key={step} title={rows ? titles[step] : setup.title} lead={rows && leads[step]}>
      <Steps at={step} hrefs={hrefs} />
      <Loaded read={event}>
        {({ body }) => (
          <Loaded read={types}>
            {() => (
              <Loaded read={venue}>
                {(read) => <StepOf step={step} event={body} venue={read.body} types={rows ?? []} />}
              </Loaded>
            )}
          </Loaded>
        )}
      </Loaded>
    </Screen>
  );
}

type StepProps = {
  readonly step: Step;
  readonly event: Event;
  readonly venue: Venue;
  readonly types: readonly TicketType[];
};

function StepOf({ step, event, venue, types }: StepProps) {
  const { timezone: zone } = venue;
  switch (step) {
    case "venue":
      return <MoveStep event={event} venue={venue} types={types} />;
    case "times":
      return (
        <>
          <section class="card">
            <ChangeEvent event={event} zone={zone} saved={() => go(`/console/events/${event.id}/setup/tickets`)} />
          </section>
          <EventPicture event={event} />
        </>
      );
    case "tickets":
      return <TicketsStep event={event} zone={zone} />;
    case "preview":
      return <PreviewStep event={event} venue={venue} />;
  }
}

/** Shown when the event was published meanwhile, perhaps on another machine. */
function NoDraft({ event }: { readonly event: Event }) {
  const t = texts();
  return (
    <Screen title={event.name}>
      <p>{t.event.acted.publish}</p>
      <p>
        <a class="button" href={`/console/events/${event.id}`}>
          {t.home.goOn}
        </a>
      </p>
    </Screen>
  );
}
