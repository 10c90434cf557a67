// Lists the orders that match the filters, page by page, or those in which a code was found.

import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { usePages, useRead } from "../../data/queries.ts";
import { texts } from "../../language.ts";
import {
  addressWith,
  type FindQuery,
  isLeft,
  type ListQuery,
  NO_FILTERS,
  type OrderFilters,
} from "../../decisions/order-filters.ts";
import { Empty, Loaded } from "../../parts/loaded.tsx";
import { More } from "../../parts/more.tsx";
import { clock } from "../../parts/format.ts";
import { OrdersTable, type ShownOrder } from "./orders-table.tsx";

const SOON_MS = 2_000;
const NOW_AND_THEN_MS = 15_000;

export function ListedOrders({ filters, query }: { readonly filters: OrderFilters; readonly query: ListQuery }) {
  const [everyMs, setEveryMs] = useState(SOON_MS);
  const orders = usePages("GET /v1/orders", { query: { limit: 25, ...query } }, { everyMs });
  const rows = orders.rows?.map((order): ShownOrder => ({ order, ticket: null })) ?? [];
  useEffect(() => setEveryMs(rows.length === 0 ? SOON_MS : NOW_AND_THEN_MS), [rows.length]);
  return (
    <Loaded read={orders}>
      {({ body }) => (
        <Shown filters={filters} rows={rows} body={body}>
          <More more={orders.more} />
        </Shown>
      )}
    </Loaded>
  );
}

export function FoundOrders({ filters, query }: { readonly filters: OrderFilters; readonly query: FindQuery }) {
  const { list } = texts().sales;
  const [everyMs, setEveryMs] = useState(SOON_MS);
  const found = useRead("GET /v1/search", { query }, { everyMs });
  const rows = found.answer?.body.data.filter(({ order }) => isLeft(filters, order)) ?? [];
  useEffect(() => setEveryMs(rows.length === 0 ? SOON_MS : NOW_AND_THEN_MS), [rows.length]);
  return (
    <Loaded read={found}>
      {({ body }) => (
        <Shown filters={filters} rows={rows} body={body}>
          {body.more && <p class="notice small">{list.moreFound}</p>}
        </Shown>
      )}
    </Loaded>
  );
}

type Aged = { readonly as_of: string; readonly behind: boolean };
type ShownProps = {
  readonly filters: OrderFilters;
  readonly rows: readonly ShownOrder[];
  readonly body: Aged;
  readonly children: ComponentChildren;
};

/** The list is a second or so behind the sale, so it is read again soon for the newest orders. */
function Shown({ filters, rows, body, children }: ShownProps) {
  const t = texts();
  const { list } = t.sales;
  const isFiltered = addressWith(filters) !== addressWith(NO_FILTERS);
  if (rows.length === 0)
    return (
      <Empty title={isFiltered ? list.noneFound : list.none} lead={isFiltered ? list.noneFoundMore : list.noneMore}>
        {isFiltered && <a href="/console/orders">{t.list.clear}</a>}
      </Empty>
    );
  return (
    <div class="stack">
      <OrdersTable rows={rows} isOfOne={filters.eventId !== null} />
      {children}
      <p class="small muted">
        {list.asOf(clock(Date.parse(body.as_of)))}. {body.behind && list.behind}
      </p>
    </div>
  );
}
