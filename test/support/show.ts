// Makes an event on sale over HTTP, as an organiser does.

import type { Answer, Client } from "./client.ts";
import { must } from "../../src/domain/result.ts";
import type { Resource, TicketType } from "./wire.ts";

export type TypeInput = {
  readonly total: number;
  readonly maxPerOrder?: number;
  readonly price?: string;
  readonly admission?: object;
};
export type Show = { readonly venueId: string; readonly eventId: string; readonly typeIds: readonly string[] };

const HOUR = 3_600_000;

export const iso = (ms: number): string => new Date(ms).toISOString();

const CAPACITY = 1_000_000;

/** A venue of 1,000,000 places. */
export async function buildVenue(client: Client, ownerKey: string): Promise<string> {
  const venue = await created<Resource>(client, ownerKey, "/v1/venues", {
    name: "The Arena",
    address: "1 Stadium Road",
    city: "Pretoria",
    country: "ZA",
    timezone: "Africa/Johannesburg",
    capacity: CAPACITY,
  });
  return venue.id;
}

/**
 * A published event of 1,000,000 places with these ticket types, on sale since an hour ago: at a venue of its own, unless
 * `at` names one. `changes`: of the event.
 */
export async function buildShow(
  client: Client,
  ownerKey: string,
  types: readonly TypeInput[],
  { at, changes = {} }: { readonly at?: string; readonly changes?: object } = {},
): Promise<Show> {
  const now = Date.now();
  const venueId = at ?? (await buildVenue(client, ownerKey));
  const event = await created<Resource>(client, ownerKey, "/v1/events", {
    venue_id: venueId,
    name: "The Show",
    start_time: iso(now + 24 * HOUR),
    end_time: iso(now + 30 * HOUR),
    sale_start: iso(now - HOUR),
    sale_end: iso(now + 24 * HOUR),
    capacity: CAPACITY,
    ...changes,
  });
  const typeIds: string[] = [];
  for (const { total, maxPerOrder = 10, price = "150.00", admission = null } of types) {
    const name = `Type ${typeIds.length + 1}`;
    const input = { name, price, total_quantity: total, max_per_order: maxPerOrder, admission };
    typeIds.push((await created<TicketType>(client, ownerKey, `/v1/events/${event.id}/ticket-types`, input)).id);
  }
  expectStatus(await client.ask("POST", `/v1/events/${event.id}/publish`, { token: ownerKey }), 200);
  return { venueId, eventId: event.id, typeIds };
}

export async function created<T>(client: Client, token: string, path: string, json: unknown): Promise<T> {
  return expectStatus(await client.ask<T>("POST", path, { token, json }), 201);
}

/** The body of an answer that must have this status. */
export function expectStatus<T>(answer: Answer<T>, status: number): T {
  if (answer.status !== status)
    throw new Error(`${answer.status} in place of ${status}: ${JSON.stringify(answer.body)}`);
  return answer.body;
}

export function typeOf(show: Show, index = 0): string {
  return must(show.typeIds[index], "the show has this type");
}
