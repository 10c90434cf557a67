// The orders: found by what a person has in hand, filtered by the address (rule C8), page by page.

import { useLocation } from "preact-iso";
import { useEffect, useState } from "preact/hooks";
import type { Operations } from "../../../client/client.ts";
import { usePages, useRead } from "../data/asking.ts";
import { go } from "../data/going.ts";
import { texts } from "../data/language.ts";
import {
  addressWith,
  filtersIn,
  NO_FILTERS,
  ORDER_STATUSES,
  type OrderFilters,
  type OrderStatus,
  queryOf,
} from "../decisions/order-filters.ts";
import { may } from "../data/session.ts";
import { Empty, Loaded } from "../parts/loaded.tsx";
import { More } from "../parts/more.tsx";
import { Screen } from "../parts/screen.tsx";
import { clock, money, shortWhen } from "../parts/shown.ts";
import { OrderTag } from "../parts/order-tag.tsx";

type Order = Operations["GET /v1/orders/{id}"]["answer"];

export function Orders() {
  const { list } = texts().sales;
  const { query } = useLocation();
  const filters = filtersIn(query);
  const asked = queryOf(filters);
  return (
    <Screen
      title={list.title}
      beside={
        <>
          {may("order.settle") && (
            <a class="button button-quiet" href="/console/orders/payments">
              {list.match}
            </a>
          )}
          <a class="button button-quiet" href={exportOf(filters)} download>
            {list.export}
          </a>
        </>
      }
    >
      <Filters key={JSON.stringify(filters)} filters={filters} />
      {asked === "needs_event" ? <p class="notice">{list.needsEvent}</p> : <List filters={filters} query={asked} />}
    </Screen>
  );
}

/** A download by the browser itself, so that its size does not matter. */
function exportOf({ status, eventId }: OrderFilters): string {
  const params = new URLSearchParams({ ...(status && { status }), ...(eventId && { event_id: eventId }) });
  return `/v1/exports/orders.csv${params.size > 0 ? `?${params.toString()}` : ""}`;
}

function Filters({ filters }: { readonly filters: OrderFilters }) {
  const t = texts();
  const { list, statusOf } = t.sales;
  const [search, setSearch] = useState(filters.search);
  const events = useRead("GET /v1/events", { query: { limit: 100 } });
  const show = (change: Partial<OrderFilters>): void => go(addressWith({ ...filters, search, ...change }));
  const submit = (event: Event): void => {
    event.preventDefault();
    show({});
  };
  return (
    <form class="filters" role="search" onSubmit={submit}>
      <div class="field filters-search">
        <label for="search">{list.searchLabel}</label>
        <input
          id="search"
          type="search"
          value={search}
          autocomplete="off"
          aria-describedby="search-hint"
          onInput={(e) => setSearch(e.currentTarget.value)}
        />
        <small id="search-hint">{list.searchHint}</small>
      </div>
      <div class="field">
        <label for="of-event">{list.event}</label>
        <select id="of-event" onChange={(e) => show({ eventId: e.currentTarget.value || null })}>
          <option value="">{list.everyEvent}</option>
          {events.answer?.body.data.map(({ id, name }) => (
            <option key={id} value={id} selected={id === filters.eventId}>
              {name}
            </option>
          ))}
        </select>
      </div>
      <div class="field">
        <label for="of-status">{list.status}</label>
        <select id="of-status" onChange={(e) => show({ status: statusIn(e.currentTarget.value) })}>
          <option value="">{list.everyStatus}</option>
          {ORDER_STATUSES.map((status) => (
            <option key={status} value={status} selected={status === filters.status}>
              {statusOf[status]}
            </option>
          ))}
        </select>
      </div>
      <button>{t.list.search}</button>
    </form>
  );
}

const statusIn = (text: string): OrderStatus | null => ORDER_STATUSES.find((status) => status === text) ?? null;

const SOON_MS = 2_000;
const NOW_AND_THEN_MS = 15_000;

type Query = Exclude<ReturnType<typeof queryOf>, "needs_event">;

function List({ filters, query }: { readonly filters: OrderFilters; readonly query: Query }) {
  const t = texts();
  const { list } = t.sales;
  const [isEmpty, setEmpty] = useState(true);
  // The list is a second or so behind the sale: what was ordered just now is looked for again soon.
  const everyMs = isEmpty ? SOON_MS : NOW_AND_THEN_MS;
  const orders = usePages("GET /v1/orders", { query: { limit: 25, ...query } }, { everyMs });
  const found = orders.rows?.length ?? 0;
  useEffect(() => setEmpty(found === 0), [found]);
  const isFiltered = addressWith(filters) !== addressWith(NO_FILTERS);
  return (
    <Loaded read={orders}>
      {({ body }) =>
        orders.rows?.length === 0 ? (
          <Empty title={isFiltered ? list.noneFound : list.none} lead={isFiltered ? list.noneFoundMore : list.noneMore}>
            {isFiltered && <a href="/console/orders">{t.list.clear}</a>}
          </Empty>
        ) : (
          <div class="stack">
            <Table orders={orders.rows ?? []} />
            <More more={orders.more} />
            <p class="small muted">
              {list.asOf(clock(Date.parse(body.as_of)))}. {body.behind && list.behind}
            </p>
          </div>
        )
      }
    </Loaded>
  );
}

function Table({ orders }: { readonly orders: readonly Order[] }) {
  const { list } = texts().sales;
  return (
    <div class="table table-cards">
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
          {orders.map((order) => (
            <Row key={order.id} order={order} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({ order }: { readonly order: Order }) {
  const { list } = texts().sales;
  const amount = order.items.reduce((sum, { quantity, returned_quantity }) => sum + quantity - returned_quantity, 0);
  return (
    <tr>
      <td>
        <a class="code" href={`/console/orders/${order.id}`}>
          {order.reference}
        </a>
      </td>
      <td data-label={list.who}>
        {order.contact ? (
          <span>
            {order.contact.name}
            <br />
            <span class="small muted">{order.contact.email}</span>
          </span>
        ) : (
          <span class="muted">{list.nobody}</span>
        )}
      </td>
      <td data-label={list.status}>
        <OrderTag status={order.status} />
      </td>
      <td class="number" data-label={list.what}>
        {amount}
      </td>
      <td class="number money" data-label={list.total}>
        {money(order.total, order.currency)}
      </td>
      <td class="small" data-label={list.when}>
        {shortWhen(order.created_at)}
      </td>
    </tr>
  );
}
