// Shows the orders: found by what a person has in hand, filtered by the address (rule C8), page by page.

import { useLocation } from "preact-iso";
import { useEffect, useState } from "preact/hooks";
import { usePages, useRead } from "../../data/queries.ts";
import { go } from "../../data/navigation.ts";
import { texts } from "../../language.ts";
import {
  addressWith,
  exportOf,
  filtersIn,
  ORDER_STATUSES,
  type OrderFilters,
  type OrderStatus,
  ordersQuery,
} from "../../decisions/order-filters.ts";
import { may } from "../../data/session.ts";
import { FailedReads } from "../../parts/loaded.tsx";
import { More } from "../../parts/more.tsx";
import { Screen } from "../../parts/screen.tsx";
import { FoundOrders, ListedOrders } from "./orders-list.tsx";

export function Orders() {
  const { list } = texts().sales;
  const { query } = useLocation();
  const filters = filtersIn(query);
  const lookup = ordersQuery(filters);
  // A download by the browser itself, so that its size does not matter.
  const file = exportOf(filters);
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
          {file !== null && (
            <a class="button button-quiet" href={file} download>
              {list.export}
            </a>
          )}
        </>
      }
    >
      <Filters filters={filters} />
      {lookup.by === "nothing" && <p class="notice">{list.needsEvent}</p>}
      {lookup.by === "list" && <ListedOrders filters={filters} query={lookup.query} />}
      {lookup.by === "search" && <FoundOrders filters={filters} query={lookup.query} />}
    </Screen>
  );
}

function Filters({ filters }: { readonly filters: OrderFilters }) {
  const t = texts();
  const { list, statusOf } = t.sales;
  const [search, setSearch] = useState(filters.search);
  // The address changes too when somebody goes back in the history.
  useEffect(() => setSearch(filters.search), [filters.search]);
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
          maxLength={200}
          autocomplete="off"
          aria-describedby="search-hint"
          onInput={(e) => setSearch(e.currentTarget.value)}
        />
        <small id="search-hint">{list.searchHint}</small>
      </div>
      <EventFilter chosen={filters.eventId} choose={(eventId) => show({ eventId })} />
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

type EventFilterProps = { readonly chosen: string | null; choose(eventId: string | null): void };

/** The newest events, further ones a page at a time, and the one that is chosen, however old it is. */
function EventFilter({ chosen, choose }: EventFilterProps) {
  const { list } = texts().sales;
  const events = usePages("GET /v1/events", { query: { limit: 100 } });
  const rows = events.rows ?? [];
  const isListed = chosen === null || events.rows === undefined || rows.some(({ id }) => id === chosen);
  const older = useRead("GET /v1/events/{id}", { id: chosen ?? "" }, { isOff: isListed }).answer?.body;
  return (
    <div class="field">
      <label for="of-event">{list.event}</label>
      <select id="of-event" onChange={(e) => choose(e.currentTarget.value || null)}>
        <option value="">{list.everyEvent}</option>
        {[...rows, ...(older && !isListed ? [older] : [])].map(({ id, name }) => (
          <option key={id} value={id} selected={id === chosen}>
            {name}
          </option>
        ))}
      </select>
      <FailedReads reads={[events]} />
      <More more={events.more} label={list.olderEvents} isLink />
    </div>
  );
}

const statusIn = (text: string): OrderStatus | null => ORDER_STATUSES.find((status) => status === text) ?? null;
