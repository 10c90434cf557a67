// Shows the first screen: what needs attention, and the events with how they sell. Without an event it leads to the first.

import { useLocation } from "preact-iso";
import { EVENT_STATUSES } from "../../../../domain/events/event.ts";
import { isSettled, usePages, useRead } from "../../data/queries.ts";
import { texts } from "../../language.ts";
import { may, sessionState } from "../../data/session.ts";
import { useVenues } from "../../data/venues.ts";
import { MeterKey } from "../../parts/marks/meter.tsx";
import { Empty, Loaded, Waiting } from "../../parts/loaded.tsx";
import { More } from "../../parts/more.tsx";
import { Screen } from "../../parts/screen.tsx";
import { Attention, EVERY_MS } from "./home-attention.tsx";
import { EventCard } from "./home-card.tsx";
import { FirstEvent } from "./home-first.tsx";

/** As many as a person reads at once. */
const A_PAGE = 12;

export function Home() {
  const t = texts();
  const { query } = useLocation();
  const venues = useVenues();
  const status = EVENT_STATUSES.find((each) => each === query["status"]);
  const events = usePages("GET /v1/events", { query: { limit: A_PAGE, ...(status && { status }) } });
  const attention = useRead("GET /v1/attention", {}, { everyMs: EVERY_MS });
  const now = sessionState.value;
  // Waits for both: if one came later, it would move or change what a person reads or presses.
  const isWhole = isSettled(venues.read) && isSettled(attention);
  const isFirst = status === undefined && events.rows?.length === 0;
  const create = may("event.write") && (
    <a class="button" href="/console/new">
      {t.home.create}
    </a>
  );
  return (
    <Screen
      title={t.home.title}
      lead={now.kind === "in" && t.home.hello(now.me.organization.name)}
      beside={!isFirst && create}
    >
      <Loaded read={events}>
        {() =>
          !isWhole ? (
            <Waiting />
          ) : isFirst ? (
            <FirstEvent venues={venues.byId.size} />
          ) : (
            <>
              <Attention read={attention} />
              <Filter status={status} />
              {events.rows?.length === 0 && (
                <Empty title={t.home.none}>
                  <a href="/console">{t.home.noneMore}</a>
                </Empty>
              )}
              <ul class="plain grid events">
                {events.rows?.map((event) => (
                  <EventCard key={event.id} event={event} venues={venues.read.answer ? venues.byId : null} />
                ))}
              </ul>
              <More more={events.more} />
              {events.rows && events.rows.length > 0 && <MeterKey />}
            </>
          )
        }
      </Loaded>
    </Screen>
  );
}

function Filter({ status }: { readonly status: string | undefined }) {
  const { status: called, all } = texts().home;
  return (
    <nav class="chips" aria-label={all}>
      {(["all", ...EVENT_STATUSES] as const).map((each) => (
        <a
          key={each}
          href={each === "all" ? "/console" : `/console?status=${each}`}
          aria-current={(status ?? "all") === each ? "true" : undefined}
        >
          {called[each]}
        </a>
      ))}
    </nav>
  );
}
