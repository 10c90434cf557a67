// Decides when a page without a socket polls, and when it gives a socket up (rule S11).

import type { Connection } from "../../client/live.ts";
import type { ServerFrame } from "../../sockets/protocol.ts";
import type { Counts } from "./sale-state.ts";

const FIRST_MS = 4_000;
const LONGEST_MS = 60_000;
/** A socket that failed so often in a row is refused here: by the host's policy, or by what stands between. */
const GIVEN_UP = 3;

type KnownCounts = NonNullable<Counts> & { readonly seq?: number };
/** Counts by the ids of ticket types; one that is not there yet is shown as the catalogue knew it last. */
export type CountsById = ReadonlyMap<string, KnownCounts>;

/** The counts after a frame: a snapshot has all that is shown, and what is older changes nothing. */
export function countsAfter(counts: CountsById, frame: ServerFrame): CountsById {
  if (frame.type !== "snapshot" && frame.type !== "occupancy") return counts;
  const next = new Map(frame.type === "snapshot" ? [] : counts);
  for (const each of frame.ticket_types) {
    const current = counts.get(each.id);
    next.set(each.id, current && (current.seq ?? 0) > each.seq ? current : each);
  }
  return next;
}

/** The pause before the poll after `polls` of them: longer each time, and spread, so that a crowd does not ask at once. */
export function pollPauseMs(polls: number, random: number): number {
  return Math.round(Math.min(LONGEST_MS, FIRST_MS * 1.5 ** polls) * (0.75 + random / 2));
}

/** An end by ourselves, and one since the event is over, leave nothing to ask for. */
export function shouldPoll(connection: Connection): boolean {
  if (connection.state === "waiting") return connection.attempts >= GIVEN_UP;
  return (
    connection.state === "ended" && connection.code !== 1000 && connection.code !== 4410 && connection.status !== 404
  );
}
