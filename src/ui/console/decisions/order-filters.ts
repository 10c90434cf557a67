// The filters of the orders: as the address has them (rule C8), as a person types a search, and as the API is asked.

import { parseSerial } from "../../../domain/door/serial.ts";
import { parseReference } from "../../../domain/reference.ts";

export const ORDER_STATUSES = ["reserved", "confirmed", "cancelled", "expired"] as const;
export type OrderStatus = (typeof ORDER_STATUSES)[number];

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

/** What a person has typed into the one field of the search. A name is found within one event alone. */
export type Search =
  | { readonly kind: "none" }
  | { readonly kind: "reference" | "serial" | "email" | "name"; readonly text: string };

export function searchIn(typed: string): Search {
  const text = typed.trim().replace(/\s+/g, " ");
  if (text === "") return { kind: "none" };
  if (text.includes("@")) return { kind: "email", text: text.toLowerCase() };
  if (parseReference(text) !== null) return { kind: "reference", text };
  if (/\d/.test(text) && parseSerial(text) !== null) return { kind: "serial", text };
  return { kind: "name", text };
}

type OrderQuery = {
  readonly status?: OrderStatus;
  readonly event_id?: string;
  readonly reference?: string;
  readonly serial?: string;
  readonly email?: string;
  readonly name?: string;
};

/** What the API is asked; `needs_event`: a name, and no event is chosen. */
export function queryOf({ search, status, eventId }: OrderFilters): OrderQuery | "needs_event" {
  const typed = searchIn(search);
  const rest = { ...(status !== null && { status }), ...(eventId !== null && { event_id: eventId }) };
  switch (typed.kind) {
    case "none":
      return rest;
    case "name":
      return eventId === null ? "needs_event" : { ...rest, name: typed.text };
    case "reference":
    case "serial":
    case "email":
      return { ...rest, [typed.kind]: typed.text };
  }
}
