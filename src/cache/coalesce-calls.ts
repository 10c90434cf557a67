// Calls that requests of one isolate share, and their answers, which are kept for a while. It knows nothing of what is
// called, and its memory is bounded.

import { dropOldest } from "../shared/drop-oldest.ts";
import { withDeadline } from "../shared/deadline.ts";

/**
 * `keep` lets work go on when the request that began it goes away: a call ends with the request that made it, and
 * others wait for it.
 */
export type SharedCall<T> = { readonly call: () => Promise<T>; readonly keep: (work: Promise<unknown>) => void };

/** A call that has lasted so long may never end: nobody waits for it any longer. */
export const GIVEN_UP_MS = 5_000;
/** So many answers are kept, and so many calls shared; beyond it the oldest goes, which costs a call and no more. */
export const MAX_KEYS = 1_000;
const LATE = Symbol("late");

/** The times are those at which the calls began, epoch ms: an answer may be as old as its call. */
type Flight<T> = { readonly askedAt: number; readonly answer: Promise<T> };
type Kept<T> = { readonly askedAt: number; readonly answer: T };

export type Coalesced<K, T extends {} | null> = {
  /** The answer that is kept, or that of the call in flight, or that of a call of one's own. */
  read(key: K, asked: SharedCall<T>): Promise<T>;
  /** The answer that is kept; undefined when there is none. */
  kept(key: K): T | undefined;
  /** As `kept`, however old. */
  last(key: K): T | undefined;
  /** Keeps what was learnt in another way, by asking at `askedAt`; a call that is in flight is kept no more. */
  put(key: K, answer: T, askedAt: number): void;
  forget(key: K): void;
};

/**
 * One call in flight for each key, which all that come meanwhile share; a failure is theirs alone who shared it. An
 * answer is kept until `keepMs` after its call began, if it is one of those that `keeps` names.
 */
export function coalesceCalls<K, T extends {} | null>(
  keepMs: number,
  keeps: (answer: T) => boolean = () => true,
): Coalesced<K, T> {
  const flights = new Map<K, Flight<T>>();
  const answers = new Map<K, Kept<T>>();

  function kept(key: K): T | undefined {
    const found = answers.get(key);
    return found && isYounger(found.askedAt, keepMs) ? found.answer : undefined;
  }

  function put(key: K, answer: T, askedAt: number): void {
    flights.delete(key);
    setBounded(answers, key, { askedAt, answer });
  }

  function start(key: K, { call, keep }: SharedCall<T>): Promise<T> {
    const flight: Flight<T> = { askedAt: Date.now(), answer: call() };
    setBounded(flights, key, flight);
    const land = (answer: T | typeof LATE) => {
      if (flights.get(key) !== flight) return;
      flights.delete(key);
      if (answer !== LATE && keeps(answer)) put(key, answer, flight.askedAt);
    };
    keep(flight.answer.then(land, () => land(LATE)));
    return flight.answer;
  }

  async function read(key: K, asked: SharedCall<T>): Promise<T> {
    const answer = kept(key);
    if (answer !== undefined) return answer;
    const flight = flights.get(key);
    if (!flight || !isYounger(flight.askedAt, GIVEN_UP_MS)) return start(key, asked);
    // Its own timer, since the runtime ends a request as hung that waits for nothing but what another request does.
    const shared = await withDeadline(flight.answer, GIVEN_UP_MS, (): typeof LATE => LATE);
    if (shared !== LATE) return shared;
    if (flights.get(key) === flight) flights.delete(key);
    return read(key, asked);
  }

  return {
    read,
    kept,
    last: (key) => answers.get(key)?.answer,
    put,
    forget(key) {
      flights.delete(key);
      answers.delete(key);
    },
  };
}

/** A clock that went back makes nothing younger. */
function isYounger(askedAt: number, ms: number): boolean {
  const age = Date.now() - askedAt;
  return age >= 0 && age < ms;
}

function setBounded<K, V>(map: Map<K, V>, key: K, value: V): void {
  map.delete(key);
  map.set(key, value);
  dropOldest(map, MAX_KEYS);
}
