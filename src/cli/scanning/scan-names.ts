// Reads the names of an event's gates and ticket types, and its time zone. What cannot be read is shown by its id.

import { type Client, openClient } from "../../client/client.ts";
import type { Names } from "./scan-screen.ts";

const READ_MS = 3_000;

/**
 * Never throws, since a scan is worth more than a name. `token` sees the gates of the event's venue, a device's only its
 * own.
 */
export async function readNames(baseUrl: string, token: string, eventId: string): Promise<Names> {
  const names = new Map<string, string>();
  const signal = AbortSignal.timeout(READ_MS);
  const client = openClient({ baseUrl, token });
  const [timeZone] = await Promise.all([
    readTimeZone(client, eventId, signal).catch(() => null),
    readGates(client, eventId, names, signal).catch(() => null),
    readTypes(client, eventId, names, signal).catch(() => null),
  ]);
  return { names, timeZone };
}

type Into = Map<string, string>;
const PAGE = { limit: 100 };

/**
 * The time zone of an event that the public sees; a device can read it nowhere else. Without it, the clock of this machine,
 * which is at the venue, shows the same.
 */
async function readTimeZone(client: Client, id: string, signal: AbortSignal): Promise<string | null> {
  const event = await client.call("GET /v1/public/events/{id}", { id }, signal);
  return event.ok && event.body ? event.body.venue.timezone : null;
}

async function readGates(client: Client, eventId: string, names: Into, signal: AbortSignal): Promise<void> {
  const event = await client.call("GET /v1/events/{id}", { id: eventId }, signal);
  if (!event.ok) return;
  const gates = await client.call("GET /v1/venues/{id}/gates", { id: event.body.venue_id, query: PAGE }, signal);
  if (gates.ok) for (const { id, name } of gates.body.data) names.set(id, name);
}

async function readTypes(client: Client, eventId: string, names: Into, signal: AbortSignal): Promise<void> {
  const types = await client.call("GET /v1/events/{id}/ticket-types", { id: eventId, query: PAGE }, signal);
  if (types.ok) for (const { id, name } of types.body.data) names.set(id, name);
}
