// Decides when a page without a socket polls, and when it gives a socket up (rule S11).

import type { Connection } from "../../client/live.ts";
import type { ServerFrame } from "../../sockets/protocol.ts";
import type { Counts } from "./sale-state.ts";

const FIRST_MS = 4_000;
const LONGEST_MS = 60_000;
/** A socket that failed so often in a row is taken to be blocked here, by the host's policy or by a proxy. */
const GIVEN_UP = 3;

type KnownCounts = NonNullable<Counts> & { readonly seq?: number };
/** Counts by the ids of ticket types. A type without counts is shown as the catalogue last had it. */
export type CountsById = ReadonlyMap<string, KnownCounts>;

/** The counts after a frame: a snapshot has all types, and older counts change nothing. */
export function countsAfter(counts: CountsById, frame: ServerFrame): CountsById {
  if (frame.type !== "snapshot" && frame.type !== "occupancy") return counts;
  const next = new Map(frame.type === "snapshot" ? [] : counts);
  for (const each of frame.ticket_types) {
    const current = counts.get(each.id);
    next.set(each.id, current && (current.seq ?? 0) > each.seq ? current : each);
  }
  return next;
}

/** The pause after poll number `polls`: longer each time, and randomised, so that a crowd does not poll at once. */
export function pollPauseMs(polls: number, random: number): number {
  return Math.round(Math.min(LONGEST_MS, FIRST_MS * 1.5 ** polls) * (0.75 + random / 2));
}

/** Polling makes no sense after an end that we chose, or when the event is over. */
export function shouldPoll(connection: Connection): boolean {
  if (connection.state === "waiting") return connection.attempts >= GIVEN_UP;
  return (
    connection.state === "ended" && connection.code !== 1000 && connection.code !== 4410 && connection.status !== 404
  );
}
