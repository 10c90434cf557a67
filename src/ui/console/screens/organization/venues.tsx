// Lists the venues of the organisation, with a form for another.

import { useState } from "preact/hooks";
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

type VenueInput = Operations["POST /v1/venues"]["ask"]["body"];

export function Venues() {
  const t = texts().house.venues;
  const [isOpen, setOpen] = useState(false);
  const venues = usePages("GET /v1/venues", { query: { limit: 50 } });
  const mayWrite = may("venue.write");
  return (
    <Screen
      title={t.title}
      beside={
        mayWrite &&
        !isOpen && (
          <button type="button" onClick={() => setOpen(true)}>
            {t.add}
          </button>
        )
      }
    >
      {isOpen && (
        <section class="card stack" aria-label={t.add}>
          <CreateForm
            id="venue"
            specs={venueSpecs()}
            initial={NEW_VENUE}
            button={t.add}
            cancel={() => setOpen(false)}
            create={(values, idempotencyKey) =>
              callApi("POST /v1/venues", { idempotencyKey, body: bodyOf<VenueInput>(values) })
            }
            made={({ body }) => {
              void readAgain("GET /v1/venues");
              go(`/console/venues/${body.id}`, t.added);
            }}
          />
        </section>
      )}
      <Loaded read={venues}>
        {() => (
          <>
            {venues.rows?.length === 0 && <Empty title={t.none} lead={t.noneMore} />}
            <ul class="plain grid">
              {venues.rows?.map(({ id, name, city, capacity, status }) => (
                <li key={id}>
                  <a class="card card-quiet event-card" href={`/console/venues/${id}`}>
                    <span class="row row-apart">
                      <span class="strong">{name}</span>
                      {status === "archived" && <span class="tag">{t.archived}</span>}
                    </span>
                    <span class="small muted">
                      {city} · {t.capacity(count(capacity))}
                    </span>
                  </a>
                </li>
              ))}
            </ul>
            <More more={venues.more} />
          </>
        )}
      </Loaded>
    </Screen>
  );
}
