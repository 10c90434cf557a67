// Calls that several requests share. It promises freshness: a request joins only a call that starts after it arrived.
// It knows nothing of what is called, and keeps no answer.

type Line<T> = { readonly current: Promise<T>; readonly since: number; next: Promise<T> | null };

/**
 * `keep` lets work go on when the request that began it goes away: a call ends with the request that made it, and
 * others wait for it.
 */
export type Asked<T> = { readonly call: () => Promise<T>; readonly keep: (work: Promise<unknown>) => void };

/** A call that lasts so long is waited for by nobody who comes later: it may never end. */
export const GIVEN_UP_MS = 5_000;

/**
 * One call in flight for each key. Who comes while one is in flight shares the next, which starts when it has ended,
 * whether or not it failed: a failure is theirs alone who shared that call.
 */
export function shareCalls<K, T>(clock: () => number): (key: K, asked: Asked<T>) => Promise<T> {
  const lines = new Map<K, Line<T>>();

  function start(key: K, call: () => Promise<T>): Promise<T> {
    const line: Line<T> = { current: call(), since: clock(), next: null };
    lines.set(key, line);
    const leave = () => {
      if (line.next === null && lines.get(key) === line) lines.delete(key);
    };
    line.current.then(leave, leave);
    return line.current;
  }

  return (key, { call, keep }) => {
    const found = lines.get(key);
    const line = found && clock() - found.since < GIVEN_UP_MS ? found : undefined;
    if (line?.next) return line.next;
    const begin = () => start(key, call);
    const mine = line ? line.current.then(begin, begin) : begin();
    if (line) line.next = mine;
    keep(mine.catch(() => undefined));
    return mine;
  };
}
