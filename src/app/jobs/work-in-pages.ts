// How the cron's jobs work: page after page until their time is up. What hangs or fails keeps back its own page alone.

/** Whether a job's time is up: it then begins no other page. */
export type TimeIsUp = () => boolean;

/** For who works without the cron's clock: until nothing is left. */
export const untilDone: TimeIsUp = () => false;

/** Calls of one job that are under way at one time. */
export const AT_ONCE = 100;

export type Paged<Item, Outcome> = {
  /** The next page, each item once; null when there is no other. */
  readonly next: () => Promise<readonly Item[] | null>;
  /** What is done for one item; it never rejects, and takes as long as a call may (rule X2). */
  readonly each: (item: Item) => Promise<Outcome>;
  /** Takes note of a page, once each of its items has come to an end. */
  readonly settle: (page: readonly Item[], outcomes: readonly Outcome[]) => Promise<void>;
};

/**
 * Works through all pages, at most `AT_ONCE` items at one time. A page is begun as soon as every item of the one before
 * has been, so that an item that hangs takes one of these places for its time and delays no other page. When a page
 * cannot be settled no other is begun, and the fault is thrown once those under way have ended.
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

/** So many at one time; the others wait in the order in which they came. */
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
 * The pages of a list that is read by its keys, from a random place on and round: each row once, and what fails run
 * after run stands at the head of no queue. `read`: the rows after a key, up to and with `until` when that is given.
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
