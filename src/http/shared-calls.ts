// Calls that several requests share. It promises freshness: a request joins only a call that starts after it arrived.
// It knows nothing of what is called, and keeps no answer.

type Line<T> = { readonly current: Promise<T>; readonly since: number; next: Promise<T> | null };

/**
 * `keep` lets work go on when the request that began it goes away: a call ends with the request that made it, and
 * others wait for it.
 */
export type Asked<T> = { readonly call: () => Promise<T>; readonly keep: (work: Promise<unknown>) => void };

/** A call that has lasted so long may never end: nobody waits for it any longer. */
export const GIVEN_UP_MS = 5_000;
const LATE = Symbol("late");

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

  async function startAfter(key: K, current: Promise<T>, call: () => Promise<T>): Promise<T> {
    try {
      await inTime(current);
    } catch {
      // Those who shared it hear of it.
    }
    return start(key, call);
  }

  return async function share(key: K, asked: Asked<T>): Promise<T> {
    const found = lines.get(key);
    const line = found && clock() - found.since < GIVEN_UP_MS ? found : undefined;
    if (line?.next) {
      const answer = await inTime(line.next);
      return answer === LATE ? share(key, asked) : answer;
    }
    const mine = line ? startAfter(key, line.current, asked.call) : start(key, asked.call);
    if (line) line.next = mine;
    asked.keep(mine.catch(() => undefined));
    return mine;
  };
}

/**
 * What `work` answers, or `LATE`. Why a timer of one's own and not only the other's: the runtime ends a request as hung
 * that waits for nothing but what another request does.
 */
async function inTime<T>(work: Promise<T>): Promise<T | typeof LATE> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const limit = new Promise<typeof LATE>((settle) => {
    timer = setTimeout(() => settle(LATE), GIVEN_UP_MS);
  });
  try {
    return await Promise.race([work, limit]);
  } finally {
    clearTimeout(timer);
  }
}
