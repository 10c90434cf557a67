// Shows the address to sell from, and what is still to do until it sells (rule C12).

import type { Operations } from "../../../../client/client.ts";
import { useRead } from "../../data/queries.ts";
import { texts } from "../../language.ts";
import type { LiveEvent } from "../../data/live-event.ts";
import { may, sessionState } from "../../data/session.ts";
import type { Venue } from "../../data/venues.ts";
import { sumOf } from "../../decisions/event/amounts.ts";
import { Copy } from "../../parts/copy.tsx";
import { FailedReads } from "../../parts/loaded.tsx";
import { Checklist, type Line } from "../../parts/marks/checklist.tsx";

type Event = Operations["GET /v1/events/{id}"]["answer"];
type Props = { readonly event: Event; readonly live: LiveEvent; readonly venue: Venue | undefined; edit(): void };

export function Share({ event, live, venue, edit }: Props) {
  const isPublic = event.status === "published" || event.status === "live";
  return (
    <>
      {isPublic && <Address event={event} />}
      {may("event.write") && isPublic && <Todo event={event} live={live} venue={venue} edit={edit} />}
    </>
  );
}

function Address({ event }: { readonly event: Event }) {
  const t = texts();
  const now = sessionState.value;
  const slug = now.kind === "in" ? now.me.organization.slug : "";
  const href = `/e/${slug}/${event.slug}`;
  return (
    <section class="card card-quiet row row-apart" aria-label={t.event.share}>
      <span class="code small">{location.origin.replace(/^https?:\/\//, "") + href}</span>
      <span class="row">
        <Copy text={location.origin + href} label={t.form.copy} />
        <a class="button button-quiet" href={href} target="_blank" rel="noopener">
          {t.event.open}
        </a>
      </span>
    </section>
  );
}

/** Not shown once all of it is done. */
function Todo({ event, live, venue, edit }: Props) {
  const { task, checklist } = texts().event;
  const gates = useRead("GET /v1/venues/{id}/gates", { id: event.venue_id, query: { limit: 1 } });
  const snapshot = live.state.value;
  if (!gates.answer || snapshot === null) return <FailedReads reads={[gates]} />;
  const items: readonly Line[] = [
    { text: task.publish, isDone: true },
    { text: task.payment, isDone: event.payment_instructions !== null, act: edit },
    {
      text: task.gates,
      isDone: gates.answer.body.data.length > 0,
      ...(venue && { href: `/console/venues/${venue.id}` }),
    },
    { text: task.sale, isDone: sumOf(snapshot.ticketTypes.values()).sold > 0 },
  ];
  if (items.every(({ isDone }) => isDone)) return null;
  return (
    <section class="card card-quiet stack" aria-labelledby="todo">
      <h2 id="todo" class="small-heading">
        {checklist}
      </h2>
      <Checklist items={items} />
    </section>
  );
}
