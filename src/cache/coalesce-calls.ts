// Shares calls and their results between the requests of one isolate: concurrent calls for the same key become one, and its
// result is cached for a while. It knows nothing of what is called, and its memory is bounded.

import { dropOldest } from "../shared/drop-oldest.ts";
import { withDeadline } from "../shared/deadline.ts";

/**
 * The runtime ends a call together with the request that made it, although other requests may be waiting for its result.
 * `keep` (`waitUntil`) lets the call go on.
 */
export type SharedCall<T> = { readonly call: () => Promise<T>; readonly keep: (work: Promise<unknown>) => void };

/** A call that has taken this long may never end, so nobody waits for it any longer. */
export const GIVEN_UP_MS = 5_000;
/**
 * The most results that are cached, and the most calls that are shared. Beyond this the oldest is dropped, which costs one
 * more call.
 */
export const MAX_KEYS = 1_000;
const LATE = Symbol("late");

/** `calledAt`: when the call began, epoch ms. A result may be as old as its call. */
type Flight<T> = { readonly calledAt: number; readonly answer: Promise<T> };
type Cached<T> = { readonly calledAt: number; readonly answer: T };

export type Coalesced<K, T extends {} | null> = {
  /** Returns the cached result, or else that of the call in flight, or else makes the call. */
  read(key: K, call: SharedCall<T>): Promise<T>;
  /** The cached result; undefined when there is none. */
  cached(key: K): T | undefined;
  /** The cached result, however old it is. */
  last(key: K): T | undefined;
  /** Caches a result that was read in another way, at `calledAt`. A call that is still in flight is not cached any more. */
  put(key: K, answer: T, calledAt: number): void;
  forget(key: K): void;
};

/**
 * Makes one call at a time for each key; readers of the key share it meanwhile, and its failure. A result for which
 * `keeps` returns true is cached until `keepMs` after its call began.
 */
export function coalesceCalls<K, T extends {} | null>(
  keepMs: number,
  keeps: (answer: T) => boolean = () => true,
): Coalesced<K, T> {
  const flights = new Map<K, Flight<T>>();
  const answers = new Map<K, Cached<T>>();

  function cached(key: K): T | undefined {
    const found = answers.get(key);
    return found && isYounger(found.calledAt, keepMs) ? found.answer : undefined;
  }

  function put(key: K, answer: T, calledAt: number): void {
    flights.delete(key);
    setBounded(answers, key, { calledAt, answer });
  }

  function start(key: K, { call, keep }: SharedCall<T>): Promise<T> {
    const flight: Flight<T> = { calledAt: Date.now(), answer: call() };
    setBounded(flights, key, flight);
    const land = (answer: T | typeof LATE) => {
      if (flights.get(key) !== flight) return;
      flights.delete(key);
      if (answer !== LATE && keeps(answer)) put(key, answer, flight.calledAt);
    };
    keep(flight.answer.then(land, () => land(LATE)));
    return flight.answer;
  }

  async function read(key: K, call: SharedCall<T>): Promise<T> {
    const answer = cached(key);
    if (answer !== undefined) return answer;
    const flight = flights.get(key);
    if (!flight || !isYounger(flight.calledAt, GIVEN_UP_MS)) return start(key, call);
    // Each reader needs a timer of its own, since the runtime ends a request as hung if it waits only for another
    // request's work.
    const shared = await withDeadline(flight.answer, GIVEN_UP_MS, (): typeof LATE => LATE);
    if (shared !== LATE) return shared;
    if (flights.get(key) === flight) flights.delete(key);
    return read(key, call);
  }

  return {
    read,
    cached,
    last: (key) => answers.get(key)?.answer,
    put,
    forget(key) {
      flights.delete(key);
      answers.delete(key);
    },
  };
}

/** When the clock has jumped back, no result counts as young. */
function isYounger(calledAt: number, ms: number): boolean {
  const age = Date.now() - calledAt;
  return age >= 0 && age < ms;
}

function setBounded<K, V>(map: Map<K, V>, key: K, value: V): void {
  map.delete(key);
  map.set(key, value);
  dropOldest(map, MAX_KEYS);
}
