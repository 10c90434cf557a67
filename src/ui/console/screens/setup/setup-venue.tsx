// Draws the first step: choose a venue, or add one.

import type { Operations } from "../../../../client/client.ts";
import { callApi, bodyOf } from "../../data/api.ts";
import { readAgain, usePages } from "../../data/queries.ts";
import { go } from "../../data/navigation.ts";
import { texts } from "../../language.ts";
import { may } from "../../data/session.ts";
import { CreateForm } from "../../parts/forms/create-form.tsx";
import { Empty, Loaded } from "../../parts/loaded.tsx";
import { More } from "../../parts/more.tsx";
import { Screen } from "../../parts/screen.tsx";
import { count } from "../../parts/format.ts";
import { NEW_VENUE, venueSpecs } from "../../parts/forms/specs.ts";
import { Steps } from "../../parts/marks/steps.tsx";

type VenueInput = Operations["POST /v1/venues"]["ask"]["body"];

export function VenueStep() {
  const t = texts();
  const { setup } = t.event;
  const venues = usePages("GET /v1/venues", { query: { limit: 48, status: "active" } });
  const active = venues.rows ?? [];
  return (
    <Screen title={setup.venue} lead={active.length > 0 && setup.venueLead}>
      <Steps at="venue" hrefs={{}} />
      <Loaded read={venues}>
        {() => (
          <>
            <ul class="plain grid">
              {active.map(({ id, name, city, capacity }) => (
                <li key={id}>
                  <a class="card card-quiet event-card" href={`/console/new/${id}`}>
                    <span class="strong">{name}</span>
                    <span class="small muted">
                      {city} · {setup.fits(count(capacity))}
                    </span>
                    <span class="small link">{setup.chooseVenue}</span>
                  </a>
                </li>
              ))}
            </ul>
            <More more={venues.more} />
            {may("venue.write") ? <NewVenue isOpen={active.length === 0} /> : active.length === 0 && <NoVenue />}
          </>
        )}
      </Loaded>
    </Screen>
  );
}

function NoVenue() {
  const { venues } = texts().house;
  return <Empty title={venues.none} lead={texts().refusal.forbidden} />;
}

function NewVenue({ isOpen }: { readonly isOpen: boolean }) {
  const { setup } = texts().event;
  return (
    <details class="card card-quiet" open={isOpen}>
      <summary class="strong">{setup.newVenue}</summary>
      <CreateForm
        id="venue"
        specs={venueSpecs()}
        initial={NEW_VENUE}
        button={setup.addVenue}
        create={(values, idempotencyKey) =>
          callApi("POST /v1/venues", { idempotencyKey, body: bodyOf<VenueInput>(values) })
        }
        made={({ body }) => {
          void readAgain("GET /v1/venues");
          go(`/console/new/${body.id}`);
        }}
      />
    </details>
  );
}
