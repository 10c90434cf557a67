// Translates the filters of orders between the address (rule C8), the search field, and the queries of the API.

import { readSearch } from "../../../domain/orders/order-search.ts";

export const ORDER_STATUSES = ["reserved", "confirmed", "cancelled", "expired"] as const;
export type OrderStatus = (typeof ORDER_STATUSES)[number];

/** Whether an order is free, by its total as the API writes it. */
export const isFree = (total: string): boolean => Number(total) === 0;

export type OrderFilters = {
  readonly search: string;
  readonly status: OrderStatus | null;
  readonly eventId: string | null;
};

export const NO_FILTERS: OrderFilters = { search: "", status: null, eventId: null };

export function filtersIn(query: Readonly<Record<string, string | undefined>>): OrderFilters {
  return {
    search: (query["q"] ?? "").trim(),
    status: ORDER_STATUSES.find((status) => status === query["status"]) ?? null,
    eventId: query["event"] || null,
  };
}

/** The address of the list with these filters. */
export function addressWith({ search, status, eventId }: OrderFilters): string {
  const params = new URLSearchParams();
  if (search.trim() !== "") params.set("q", search.trim());
  if (status !== null) params.set("status", status);
  if (eventId !== null) params.set("event", eventId);
  return params.size === 0 ? "/console/orders" : `/console/orders?${params.toString()}`;
}

/** What a person typed into the search field. A name can be searched only within one event. */
export type Search = { readonly kind: "none" } | { readonly kind: "code" | "email" | "name"; readonly text: string };

/**
 * `code`: a reference, the serial or the whole code of a ticket, or an id. A word of letters alone is taken as a name.
 */
export function searchIn(typed: string): Search {
  const text = typed.trim().replace(/\s+/g, " ");
  if (text === "") return { kind: "none" };
  if (text.includes("@")) return { kind: "email", text: text.toLowerCase() };
  const { reference, serial, orderId, ticketId } = readSearch(text, false);
  const isCode = reference !== null || orderId !== null || ticketId !== null || (serial !== null && /\d/.test(text));
  return { kind: isCode ? "code" : "name", text };
}

/** The query of `GET /v1/orders`. */
export type ListQuery = {
  readonly status?: OrderStatus;
  readonly event_id?: string;
  readonly email?: string;
  readonly name?: string;
};
/**
 * The query of `GET /v1/search`, which tries every meaning of a code, since the serial of a ticket may also read as a
 * reference.
 */
export type FindQuery = { readonly q: string; readonly event_id?: string };

export type OrdersQuery =
  | { readonly by: "list"; readonly query: ListQuery }
  | { readonly by: "search"; readonly query: FindQuery }
  /** A name without an event, which cannot be searched. */
  | { readonly by: "nothing" };

export function ordersQuery({ search, status, eventId }: OrderFilters): OrdersQuery {
  const typed = searchIn(search);
  const ofEvent = eventId !== null && { event_id: eventId };
  const rest = { ...(status !== null && { status }), ...ofEvent };
  switch (typed.kind) {
    case "none":
      return { by: "list", query: rest };
    case "name":
      return eventId === null ? { by: "nothing" } : { by: "list", query: { ...rest, name: typed.text } };
    case "email":
      return { by: "list", query: { ...rest, email: typed.text } };
    case "code":
      return { by: "search", query: { q: typed.text, ...ofEvent } };
  }
}

/**
 * The address of a file with all orders of the list; null when a name is searched without an event, which finds none.
 */
export function exportOf(filters: OrderFilters): string | null {
  if (ordersQuery(filters).by === "nothing") return null;
  const { search, status, eventId } = filters;
  const params = new URLSearchParams();
  if (search.trim() !== "") params.set("q", search.trim().replace(/\s+/g, " "));
  if (status !== null) params.set("status", status);
  if (eventId !== null) params.set("event_id", eventId);
  return params.size === 0 ? "/v1/exports/orders.csv" : `/v1/exports/orders.csv?${params.toString()}`;
}

/** Whether an order that was found by a code passes the filters. */
export function isLeft({ status }: OrderFilters, order: { readonly status: OrderStatus }): boolean {
  return status === null || order.status === status;
}
