// Draws the last step: the event as people will see it, and the button that publishes it.

import type { ComponentChildren } from "preact";
import type { Operations } from "../../../../client/client.ts";
import { showSpan } from "../../../shared/time/time.ts";
import { callApi, etagOf } from "../../data/api.ts";
import { readAgain } from "../../data/queries.ts";
import { useTypes } from "../../data/ticket-types.ts";
import { go } from "../../data/navigation.ts";
import { placeIn, texts } from "../../language.ts";
import { may } from "../../data/session.ts";
import type { Venue } from "../../data/venues.ts";
import { ButtonWithQuestion, type Question } from "../../parts/forms/confirm.tsx";
import { money, when } from "../../parts/format.ts";
import { Warnings } from "../event/event-warnings.tsx";

type Event = Operations["GET /v1/events/{id}"]["answer"];

export function PreviewStep({ event, venue }: { readonly event: Event; readonly venue: Venue }) {
  const t = texts();
  const { setup, details } = t.event;
  const types = useTypes(event.id).rows ?? [];
  const { timezone: zone } = venue;
  const span = showSpan(placeIn(zone), Date.parse(event.start_time), Date.parse(event.end_time));
  return (
    <>
      <section class="card stack">
        <h2>{event.name}</h2>
        <dl class="facts">
          <Fact name={setup.when}>{span}</Fact>
          <Fact name={setup.where}>{`${venue.name}, ${venue.city}`}</Fact>
          <Fact name={setup.sale}>
            {when(event.sale_start, zone)} – {when(event.sale_end, zone)}
          </Fact>
          <Fact name={setup.payment}>{event.payment_instructions ?? <span class="muted">{setup.noPayment}</span>}</Fact>
        </dl>
        {event.description && <p class="kept-lines">{event.description}</p>}
        <ul class="plain lines">
          {types.map((type) => (
            <li class="row row-apart" key={type.id}>
              <span class="strong">{type.name}</span>
              <span>
                <span class="money">{money(type.price, type.currency)}</span>
                <span class="muted"> · {t.tickets(type.total_quantity)}</span>
              </span>
            </li>
          ))}
        </ul>
      </section>
      <Warnings event={event} venue={venue} types={types} />
      <p class="muted small">{saleText(event, zone)}</p>
      <div class="row">
        {may("event.transition") && (
          <ButtonWithQuestion kind="main" label={setup.publish} question={publishing(event)} />
        )}
        <a class="button button-quiet" href={`/console/events/${event.id}/setup/times`}>
          {details}
        </a>
        <ButtonWithQuestion kind="link" label={setup.deleteDraft} question={deleting(event)} />
      </div>
      {!may("event.transition") && <p class="notice">{t.refusal.forbidden}</p>}
    </>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ComponentChildren }) {
  return (
    <>
      <dt>{name}</dt>
      <dd class="kept-lines">{children}</dd>
    </>
  );
}

function saleText({ sale_start }: Event, zone: string): string {
  const { setup } = texts().event;
  return Date.parse(sale_start) > Date.now() ? setup.publishAt(when(sale_start, zone)) : setup.publishNow;
}

function publishing(event: Event): Question {
  const t = texts().event;
  return {
    title: t.act.publish,
    does: t.does.publish(event.name),
    button: t.act.publish,
    act: async () => {
      const published = await callApi("POST /v1/events/{id}/publish", { id: event.id, ifMatch: etagOf(event) });
      void readAgain("GET /v1/events/{id}", "GET /v1/events");
      if (!published.ok) return published.problem;
      go(`/console/events/${event.id}`, t.acted.publish);
      return null;
    },
  };
}

function deleting(event: Event): Question {
  const { setup } = texts().event;
  return {
    title: setup.deleteDraft,
    does: setup.deleteMore(event.name),
    button: setup.deleteDraft,
    isDanger: true,
    name: event.name,
    act: async () => {
      const deleted = await callApi("DELETE /v1/events/{id}", { id: event.id, ifMatch: etagOf(event) });
      if (!deleted.ok) return deleted.problem;
      void readAgain("GET /v1/events");
      go("/console", setup.deleted);
      return null;
    },
  };
}
