// Shows one venue: its details, and its gates.

import { useRoute } from "preact-iso";
import { useState } from "preact/hooks";
import type { Operations } from "../../../../client/client.ts";
import { callApi, bodyOf, etagOf } from "../../data/api.ts";
import { readAgain, useRead } from "../../data/queries.ts";
import { announce } from "../../data/navigation.ts";
import { texts } from "../../language.ts";
import { may } from "../../data/session.ts";
import type { Venue } from "../../data/venues.ts";
import { ButtonWithQuestion, type Question } from "../../parts/forms/confirm.tsx";
import { EditForm } from "../../parts/forms/edit-form.tsx";
import { Loaded } from "../../parts/loaded.tsx";
import { Screen } from "../../parts/screen.tsx";
import { count } from "../../parts/format.ts";
import { venueSpecs } from "../../parts/forms/specs.ts";
import { Gates } from "./venue-gates.tsx";

type VenueChange = Operations["PATCH /v1/venues/{id}"]["ask"]["body"];

export function VenueScreen() {
  const { params } = useRoute();
  const id = params["id"] ?? "";
  const t = texts().house.venues;
  const venue = useRead("GET /v1/venues/{id}", { id });
  const body = venue.answer?.body;
  return (
    <Screen
      key={id}
      title={body?.name ?? t.title}
      back={{ href: "/console/venues", text: t.title }}
      beside={body?.status === "archived" && <span class="tag">{t.archived}</span>}
    >
      <Loaded read={venue}>
        {({ body }) => (
          <>
            <Details venue={body} />
            <Gates venue={body} />
          </>
        )}
      </Loaded>
    </Screen>
  );
}

async function anew(): Promise<void> {
  await readAgain("GET /v1/venues", "GET /v1/venues/{id}");
}

function Details({ venue }: { readonly venue: Venue }) {
  const t = texts();
  const { venues } = t.house;
  const [isOpen, setOpen] = useState(false);
  if (isOpen) return <Change venue={venue} close={() => setOpen(false)} />;
  return (
    <section class="card stack" aria-labelledby="details">
      <h2 id="details">{venues.details}</h2>
      <p class="kept-lines">
        {[venue.address, venue.city, venue.country].join(", ")}
        <br />
        <span class="muted">
          {venues.capacity(count(venue.capacity))} · {venue.timezone.replaceAll("_", " ")}
        </span>
      </p>
      {may("venue.write") && (
        <div class="row">
          <button type="button" class="button-quiet" onClick={() => setOpen(true)}>
            {t.form.edit}
          </button>
          <ButtonWithQuestion kind="link" label={archiving(venue).button} question={archiving(venue)} />
        </div>
      )}
    </section>
  );
}

function Change({ venue, close }: { readonly venue: Venue; close(): void }) {
  const t = texts();
  const { id } = venue;
  return (
    <section class="card stack" aria-label={t.house.venues.details}>
      <EditForm
        id={`change-${id}`}
        specs={venueSpecs()}
        base={{ values: venue, etag: etagOf(venue) }}
        write={(changes, ifMatch) =>
          callApi("PATCH /v1/venues/{id}", { id, ifMatch, body: bodyOf<VenueChange>(changes) })
        }
        readNow={async () => {
          const now = await callApi("GET /v1/venues/{id}", { id });
          return now.ok ? { values: now.body, etag: etagOf(now.body) } : null;
        }}
        cancel={close}
        saved={(isChanged) => {
          void anew();
          announce(isChanged ? t.form.saved : t.form.nothing, isChanged ? "good" : "plain");
          close();
        }}
      />
    </section>
  );
}

function archiving(venue: Venue): Question {
  const { venues } = texts().house;
  const isArchived = venue.status === "archived";
  const input = { id: venue.id, ifMatch: etagOf(venue) };
  return {
    title: `${isArchived ? venues.restore : venues.archive}: ${venue.name}`,
    does: isArchived ? "" : venues.archiveMore(venue.name),
    button: isArchived ? venues.restore : venues.archive,
    act: async () => {
      const moved = await (isArchived
        ? callApi("POST /v1/venues/{id}/restore", input)
        : callApi("DELETE /v1/venues/{id}", input));
      if (!moved.ok) return moved.problem;
      await anew();
      announce(venues.done);
      return null;
    },
  };
}
