// Reads the amounts of an event's ticket types from the catalogue, which is a second or so behind: always with their time.

import { useRead, type Read } from "./queries.ts";
import { type Counts, sumOf } from "../decisions/event/amounts.ts";
import type { Operations } from "../../../client/client.ts";

export type TicketType = Operations["GET /v1/ticket-types/{id}"]["answer"];

export type Types = Read<"GET /v1/events/{id}/ticket-types"> & { readonly rows: readonly TicketType[] | undefined };

/** In the order in which they were made. An event has at most a hundred. */
export function useTypes(eventId: string): Types {
  const read = useRead("GET /v1/events/{id}/ticket-types", { id: eventId, query: { limit: 100 } });
  return { ...read, rows: read.answer?.body.data.toReversed() };
}

export function countsOf(type: TicketType): Counts {
  return {
    total: type.total_quantity,
    sold: type.sold_count,
    held: type.held_count,
    available: type.available_quantity,
  };
}

export function sumOfTypes(types: readonly TicketType[]): Counts {
  return sumOf(types.map(countsOf));
}
