// Draws orders as rows: which, whose, of what event, and when, by the clocks of that event's venue.

import type { Operations } from "../../../../client/client.ts";
import { type EventNames, useNamedEvent, useEventNames } from "../../data/event-names.ts";
import { texts } from "../../language.ts";
import { FailedReads } from "../../parts/loaded.tsx";
import { OrderTag } from "../../parts/marks/order-tag.tsx";
import { money, whenThere } from "../../parts/format.ts";

type Order = Operations["GET /v1/orders/{id}"]["answer"];
type Ticket = Operations["GET /v1/search"]["answer"]["data"][number]["ticket"];
/** `ticket`: the ticket by which the order was found. */
export type ShownOrder = { readonly order: Order; readonly ticket: Ticket };

type Props = {
  readonly rows: readonly ShownOrder[];
  /** All orders are of one event, whose name is then not repeated in each row. */
  readonly isOfOne: boolean;
};

export function OrdersTable({ rows, isOfOne }: Props) {
  const { list } = texts().sales;
  const events = useEventNames();
  return (
    <div class="table table-cards">
      <FailedReads reads={events.reads} />
      <table>
        <thead>
          <tr>
            <th scope="col">{list.reference}</th>
            <th scope="col">{list.who}</th>
            <th scope="col">{list.status}</th>
            <th scope="col" class="number">
              {list.what}
            </th>
            <th scope="col" class="number">
              {list.total}
            </th>
            <th scope="col">{list.when}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <Row key={row.order.id} row={row} events={events} isOfOne={isOfOne} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

type RowProps = { readonly row: ShownOrder; readonly events: EventNames; readonly isOfOne: boolean };

function Row({ row: { order, ticket }, events, isOfOne }: RowProps) {
  const event = useNamedEvent(order.event_id, events);
  const { list } = texts().sales;
  const amount = order.items.reduce((sum, { quantity, returned_quantity }) => sum + quantity - returned_quantity, 0);
  return (
    <tr>
      <td>
        <span>
          <a class="code" href={`/console/orders/${order.id}`}>
            {order.reference}
          </a>
          {!isOfOne && event && (
            <>
              <br />
              <span class="small muted">{event.name}</span>
            </>
          )}
          {ticket && <FoundTicket ticket={ticket} />}
        </span>
      </td>
      <td data-label={list.who}>
        {order.contact ? (
          <span>
            {order.contact.name}
            <br />
            <span class="small muted breaks">{order.contact.email}</span>
          </span>
        ) : (
          <span class="muted">{list.nobody}</span>
        )}
      </td>
      <td data-label={list.status}>
        <OrderTag order={order} />
      </td>
      <td class="number" data-label={list.what}>
        {amount}
      </td>
      <td class="number money" data-label={list.total}>
        {money(order.total, order.currency)}
      </td>
      <td class="small when" data-label={list.when}>
        {whenThere(order.created_at, event?.zone)}
      </td>
    </tr>
  );
}

function FoundTicket({ ticket }: { readonly ticket: NonNullable<Ticket> }) {
  const { list, order: t } = texts().sales;
  return (
    <>
      <br />
      <span class="small">
        {list.ofTicket} <span class="code">{ticket.serial}</span>{" "}
        {ticket.status === "void" && <span class="tag tag-bad">{t.isVoid}</span>}
      </span>
    </>
  );
}
