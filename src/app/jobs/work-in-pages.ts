// Works through a job of the cron, page after page until its time is up. A call that hangs or fails delays only its own page.

/** Whether a job's time is up; it then begins no further page. */
export type TimeIsUp = () => boolean;

/** For callers other than the cron: they work until nothing is left. */
export const untilDone: TimeIsUp = () => false;

/** So many calls of one job may be under way at one time. */
export const AT_ONCE = 100;

export type Paged<Item, Outcome> = {
  /** The next page, each item once; null when there is no other. */
  readonly next: () => Promise<readonly Item[] | null>;
  /** What is done for one item. It never rejects, and takes at most as long as a call may (rule X2). */
  readonly each: (item: Item) => Promise<Outcome>;
  /** Stores the outcomes of a page, once each of its items has one. */
  readonly settle: (page: readonly Item[], outcomes: readonly Outcome[]) => Promise<void>;
};

/**
 * Works through all pages, at most `AT_ONCE` items at one time. A page is begun as soon as every item of the one before
 * has begun, so that an item that hangs takes up one of these places and delays no other page. When a page cannot be
 * settled no other is begun, and the fault is thrown once those under way have ended.
 */
export async function workInPages<Item, Outcome>(
  { next, each, settle }: Paged<Item, Outcome>,
  timeIsUp: TimeIsUp,
): Promise<void> {
  const places = openPlaces(AT_ONCE);
  const begun: Promise<void>[] = [];
  const faults: unknown[] = [];

  async function work(page: readonly Item[]): Promise<void> {
    try {
      await settle(page, await Promise.all(page.map((item) => places.hold(() => each(item)))));
    } catch (fault) {
      faults.push(fault);
    }
  }

  try {
    while (faults.length === 0 && !timeIsUp()) {
      const page = await next();
      if (page === null) break;
      begun.push(work(page));
      await places.hold(() => Promise.resolve());
    }
  } finally {
    await Promise.all(begun);
  }
  if (faults.length > 0) throw faults[0];
}

/** Lets so many work at one time; the others wait in the order in which they came. */
export function openPlaces(count: number) {
  let free = count;
  const waiting: (() => void)[] = [];

  async function enter(): Promise<void> {
    if (free > 0) free -= 1;
    else await new Promise<void>((admit) => waiting.push(admit));
  }

  function leave(): void {
    const admit = waiting.shift();
    if (admit) admit();
    else free += 1;
  }

  return {
    async hold<T>(work: () => Promise<T>): Promise<T> {
      await enter();
      try {
        return await work();
      } finally {
        leave();
      }
    },
  };
}

/**
 * The pages of a list that is read by its keys, from `start` to the end and then from the beginning to `start`: each row
 * once. With a random start no row that fails in every run is always the first. `read` returns the rows after a key, up to
 * and with `until` when that is given.
 */
export function roundFrom<Row, Key extends string>(
  start: Key,
  keyOf: (row: Row) => Key,
  read: (after: Key | "", until: Key | null) => Promise<readonly Row[]>,
): () => Promise<readonly Row[] | null> {
  let after: Key | "" = start;
  let until: Key | null = null;
  return async () => {
    for (;;) {
      const rows = await read(after, until);
      const last = rows.at(-1);
      if (last !== undefined) {
        after = keyOf(last);
        return rows;
      }
      if (until !== null) return null;
      after = "";
      until = start;
    }
  };
}
