// Makes an event on sale over HTTP, as an organiser does.

import type { Answer, Client } from "../client.ts";
import { must } from "../../../../src/domain/result.ts";
import { eventBody, venueBody } from "./bodies.ts";
import type { Resource, TicketType } from "../wire.ts";

export type TypeInput = {
  readonly total: number;
  readonly maxPerOrder?: number;
  readonly price?: string;
  readonly admission?: object;
};
export type Show = { readonly venueId: string; readonly eventId: string; readonly typeIds: readonly string[] };

const CAPACITY = 1_000_000;

/** A venue of 1,000,000 places. */
export async function buildVenue(client: Client, ownerKey: string): Promise<string> {
  const body = venueBody({ name: "The Arena", capacity: CAPACITY });
  const venue = await created<Resource>(client, ownerKey, "/v1/venues", body);
  return venue.id;
}

/**
 * A published event of 1,000,000 places with these ticket types, on sale since an hour ago: at a venue of its own,
 * unless `at` names one. `changes`: of the event.
 */
export async function buildShow(
  client: Client,
  ownerKey: string,
  types: readonly TypeInput[],
  { at, changes = {} }: { readonly at?: string; readonly changes?: object } = {},
): Promise<Show> {
  const venueId = at ?? (await buildVenue(client, ownerKey));
  const body = eventBody(venueId, { name: "The Show", capacity: CAPACITY, ...changes });
  const event = await created<Resource>(client, ownerKey, "/v1/events", body);
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

/** Returns the body of a response that must have this status. */
export function expectStatus<T>(answer: Answer<T>, status: number): T {
  if (answer.status !== status)
    throw new Error(`${answer.status} in place of ${status}: ${JSON.stringify(answer.body)}`);
  return answer.body;
}

export function typeOf(show: Show, index = 0): string {
  return must(show.typeIds[index], "the show has this type");
}
