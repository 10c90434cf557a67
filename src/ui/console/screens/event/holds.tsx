// Lists what is in baskets now, straight from the inventories of the event's ticket types.

import { useRoute } from "preact-iso";
import type { Operations } from "../../../../client/client.ts";
import { callApi } from "../../data/api.ts";
import { readAgain, usePages, useRead } from "../../data/queries.ts";
import { announce } from "../../data/navigation.ts";
import { texts } from "../../language.ts";
import { may } from "../../data/session.ts";
import { useVenue, zoneOf } from "../../data/venues.ts";
import { ButtonWithQuestion, type Question } from "../../parts/forms/confirm.tsx";
import { Empty, FailedReads, Loaded } from "../../parts/loaded.tsx";
import { More } from "../../parts/more.tsx";
import { Screen } from "../../parts/screen.tsx";
import { clock } from "../../parts/format.ts";

type Hold = Operations["GET /v1/holds"]["answer"]["data"][number];

export function Holds() {
  const { params } = useRoute();
  const id = params["id"] ?? "";
  const t = texts().sales.holds;
  const event = useRead("GET /v1/events/{id}", { id });
  const types = useRead("GET /v1/events/{id}/ticket-types", { id, query: { limit: 100 } });
  const holds = usePages("GET /v1/holds", { query: { event_id: id, limit: 50 } }, { everyMs: 5_000 });
  const names = new Map(types.answer?.body.data.map((type) => [type.id, type.name] as const));
  const venue = useVenue(event.answer?.body.venue_id);
  const zone = zoneOf(venue);
  return (
    <Screen
      title={t.title}
      lead={t.lead}
      back={{ href: `/console/events/${id}`, text: event.answer?.body.name ?? texts().menu.events }}
    >
      <FailedReads reads={[event, types, venue]} />
      <Loaded read={holds}>
        {() => (
          <>
            {holds.rows?.length === 0 && <Empty title={t.none} />}
            <ul class="plain lines card card-quiet">
              {holds.rows?.map((hold) => (
                <OneHold key={hold.id} hold={hold} name={names.get(hold.ticket_type_id) ?? ""} zone={zone} />
              ))}
            </ul>
            <More more={holds.more} />
          </>
        )}
      </Loaded>
    </Screen>
  );
}

function OneHold({ hold, name, zone }: { readonly hold: Hold; readonly name: string; readonly zone: string }) {
  const t = texts().sales.holds;
  const what = `${hold.quantity} × ${name}`;
  return (
    <li class="row row-apart">
      <span>
        <span class="strong">{what}</span>{" "}
        <span class="small muted">
          {t.sources[hold.source]} · {t.since.toLowerCase()} {clock(Date.parse(hold.first_placed_at), zone)} ·{" "}
          {t.until.toLowerCase()} {clock(Date.parse(hold.held_until), zone)}
        </span>
      </span>
      {may("hold.release") && <ButtonWithQuestion kind="link" label={t.release} question={releasing(hold, what)} />}
    </li>
  );
}

function releasing({ id }: Hold, what: string): Question {
  const t = texts().sales.holds;
  return {
    title: t.release,
    does: t.releaseMore(what),
    button: t.release,
    isDanger: true,
    act: async () => {
      const released = await callApi("DELETE /v1/holds/{id}", { id });
      if (!released.ok) return released.problem;
      await readAgain("GET /v1/holds");
      announce(t.released);
      return null;
    },
  };
}
