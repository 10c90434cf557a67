// Shows one order, as its home has it: who it is for, what was ordered, what happened to it, and what can be done.

import { useRoute } from "preact-iso";
import type { Operations } from "../../../../client/client.ts";
import { type Read, useRead } from "../../data/queries.ts";
import { texts } from "../../language.ts";
import { useVenue, zoneOf } from "../../data/venues.ts";
import { FailedReads, Loaded } from "../../parts/loaded.tsx";
import { OrderTag } from "../../parts/marks/order-tag.tsx";
import { Screen } from "../../parts/screen.tsx";
import { money, when } from "../../parts/format.ts";
import type { Names, Order } from "./order-words.ts";
import { OrderActs } from "./order-acts.tsx";
import { Tickets } from "./order-tickets.tsx";
import { Timeline } from "./order-timeline.tsx";

type EventOf = Operations["GET /v1/events/{id}"]["answer"];

export function OrderScreen() {
  const { params } = useRoute();
  const id = params["id"] ?? "";
  const { order: t, list } = texts().sales;
  const order = useRead("GET /v1/orders/{id}", { id });
  const body = order.answer?.body;
  return (
    <Screen
      key={id}
      title={body ? t.title(body.reference) : list.title}
      back={{ href: "/console/orders", text: list.title }}
      beside={body && <OrderTag order={body} />}
    >
      <Loaded read={order}>{({ body }) => <OneOrder order={body} read={order} />}</Loaded>
    </Screen>
  );
}

function OneOrder({ order, read }: { readonly order: Order; readonly read: Read<"GET /v1/orders/{id}"> }) {
  const event = useRead("GET /v1/events/{id}", { id: order.event_id });
  const types = useRead("GET /v1/events/{id}/ticket-types", { id: order.event_id, query: { limit: 100 } });
  const names = new Map(types.answer?.body.data.map(({ id, name }) => [id, name] as const));
  const venue = useVenue(event.answer?.body.venue_id);
  const zone = zoneOf(venue);
  return (
    <>
      <FailedReads reads={[event, types, venue]} />
      <Facts order={order} event={event.answer?.body} names={names} zone={zone} />
      <OrderActs order={order} etag={read.answer?.etag ?? null} names={names} again={read.again} />
      {hadTickets(order) && <Tickets order={order} names={names} />}
      <Timeline order={order} zone={zone} />
    </>
  );
}

/** An order of which everything was taken back is cancelled, and its tickets are still there to be seen. */
const hadTickets = ({ status, items }: Order): boolean =>
  status === "confirmed" || items.some(({ returned_quantity }) => returned_quantity > 0);

type FactsProps = {
  readonly order: Order;
  readonly event: EventOf | undefined;
  readonly names: Names;
  readonly zone: string;
};

function Facts({ order, event, names, zone }: FactsProps) {
  const { order: t } = texts().sales;
  const { contact } = order;
  return (
    <section class="card stack">
      <dl class="facts">
        <dt>{t.for}</dt>
        <dd>
          {contact ? (
            <>
              {contact.name}
              <br />
              <a href={`mailto:${contact.email}`}>{contact.email}</a>
              {contact.phone && (
                <>
                  <br />
                  <a href={`tel:${contact.phone}`}>{contact.phone}</a>
                </>
              )}
            </>
          ) : (
            <span class="muted">{t.noContact}</span>
          )}
        </dd>
        <dt>{texts().sales.list.event}</dt>
        <dd>{event && <a href={`/console/events/${event.id}`}>{event.name}</a>}</dd>
        <dt>{t.ordered}</dt>
        <dd>{when(order.created_at, zone)}</dd>
        {order.status === "reserved" && (
          <>
            <dt>{t.waitsUntil}</dt>
            <dd>{when(order.expires_at, zone)}</dd>
          </>
        )}
      </dl>
      <ul class="plain lines" aria-label={t.what}>
        {order.items.map((item) => (
          <li class="row row-apart" key={item.hold_id}>
            <span>
              {item.quantity} × {names.get(item.ticket_type_id) ?? texts().event.type}
              {item.returned_quantity > 0 && (
                <span class="muted">
                  {" "}
                  · {t.returned}: {item.returned_quantity}
                </span>
              )}
            </span>
            <span class="money">{money(item.amount, order.currency)}</span>
          </li>
        ))}
        <li class="row row-apart strong">
          <span>{t.total}</span>
          <span class="money">{money(order.total, order.currency)}</span>
        </li>
      </ul>
    </section>
  );
}
