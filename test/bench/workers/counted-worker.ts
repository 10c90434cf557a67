// Is the deployed Worker with a counter for everything that the platform bills; GET /bench/counts returns the counts.
// Its cron and the deletion after a day run on request. For the bench only; it is slower than the deployed one.

import { runCron } from "../../../src/app/jobs/cron.ts";
import worker, { EventDoor as Door, EventFeed as Feed, TicketTypeInventory as Inventory } from "../../../src/index.ts";
import { countStorage, listenToD1, type StorageCounts } from "../../workers/support/storage/platform-counts.ts";
import { type BilledCounts, COUNTS_PATH, DELETE_PATH, MINUTE_PATH } from "../report/billed-counts.ts";

export * from "../../../src/index.ts";

/** Of the whole isolate: locally the Worker and all its objects share one. */
const counts: BilledCounts = {
  workerRequests: 0,
  objectRequests: 0,
  alarmRuns: 0,
  rows: 0,
  read: 0,
  alarms: 0,
  d1Statements: 0,
  d1RowsRead: 0,
  d1RowsWritten: 0,
  kvOperations: 0,
  objectStatements: 0,
  logLines: 0,
  mails: 0,
  objectMs: 0,
  doorRows: 0,
  doorAlarms: 0,
};
/** Doors are counted by themselves, and in the sums. */
const ofDoors: StorageCounts = { rows: 0, read: 0, alarms: 0 };

function told(): BilledCounts {
  const { rows, read, alarms } = ofDoors;
  const sums = { rows: counts.rows + rows, read: counts.read + read, alarms: counts.alarms + alarms };
  return { ...counts, ...sums, doorRows: rows, doorAlarms: alarms };
}

for (const level of ["log", "info", "warn", "error"] as const) {
  const write = console[level].bind(console);
  console[level] = (...said: unknown[]) => {
    counts.logLines += 1;
    write(...said);
  };
}

/** Adds the time until it is over, `times` over. */
function timed<T>(work: PromiseLike<T>, times = 1): Promise<T> {
  const begun = Date.now();
  const over = () => {
    counts.objectMs += times * (Date.now() - begun);
  };
  const all = Promise.resolve(work);
  all.then(over, over);
  return all;
}

const TWO_DAYS_MS = 48 * 60 * 60 * 1_000;

export class TicketTypeInventory extends Inventory {
  constructor(ctx: DurableObjectState, env: Env) {
    countStorage(ctx.storage, counts);
    super(ctx, countedEnv(env, "object"));
  }

  override alarm(): Promise<void> {
    counts.alarmRuns += 1;
    return timed(super.alarm());
  }

  /** Two days later all that is kept for a day is deleted, a step an alarm. */
  async deleteTwoDaysLater(): Promise<void> {
    const { clock } = this;
    this.clock = () => clock() + TWO_DAYS_MS;
    for (let rows = -1; rows !== counts.rows; ) {
      rows = counts.rows;
      await this.alarm();
    }
    this.clock = clock;
  }
}

export class EventFeed extends Feed {
  constructor(ctx: DurableObjectState, env: Env) {
    countStorage(ctx.storage, counts);
    super(ctx, countedEnv(env, "object"));
  }

  override alarm(): Promise<void> {
    counts.alarmRuns += 1;
    return timed(super.alarm());
  }
}

export class EventDoor extends Door {
  constructor(ctx: DurableObjectState, env: Env) {
    countStorage(ctx.storage, ofDoors);
    super(ctx, countedEnv(env, "object"));
  }

  override alarm(): Promise<void> {
    counts.alarmRuns += 1;
    return timed(super.alarm());
  }
}

/** For `inside` an object, whose statements are counted as its own as well. */
function countedEnv(env: Env, inside: "object" | "worker"): Env & { readonly MAIL: SendEmail } {
  const DB = listenToD1(env.DB, {
    onStatements: (count) => {
      counts.d1Statements += count;
      if (inside === "object") counts.objectStatements += count;
    },
    onRows: ({ read, written }) => {
      counts.d1RowsRead += read;
      counts.d1RowsWritten += written;
    },
  });
  const CATALOGUE_CACHE = countCalls(env.CATALOGUE_CACHE, () => {
    counts.kvOperations += 1;
  });
  // A binding in place of the outbox, whose rows nobody is billed for who sends mail.
  const MAIL: SendEmail = {
    send: () => {
      counts.mails += 1;
      return Promise.resolve({ messageId: "counted" });
    },
  };
  // An object that calls another is awake meanwhile, too.
  const times = inside === "object" ? 2 : 1;
  const [INVENTORY, EVENT_FEED] = [countObjects(env.INVENTORY, times), countObjects(env.EVENT_FEED, times)];
  return { ...env, DB, CATALOGUE_CACHE, INVENTORY, EVENT_FEED, MAIL, MAIL_FROM: "tickets@festival.example" };
}

function countObjects<T extends object>(namespace: T, times: number): T {
  return new Proxy(namespace, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== "function") return member;
      return (...args: unknown[]) => {
        const made: unknown = Reflect.apply(member, target, args);
        if (name !== "getByName" || typeof made !== "object" || made === null) return made;
        return countCalls(
          made,
          () => {
            counts.objectRequests += 1;
          },
          times,
        );
      };
    },
  });
}

/** By Reflect, since `apply` on the stub of an object would be a remote method. `times`: as of `timed`. */
function countCalls<T extends object>(of: T, onCall: () => void, times = 0): T {
  return new Proxy(of, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== "function") return member;
      return (...args: unknown[]) => {
        onCall();
        const answer: unknown = Reflect.apply(member, target, args);
        return times === 0 ? answer : timed(answer as PromiseLike<unknown>, times);
      };
    },
  });
}

/** Made once: what the app opens for an environment it keeps by that environment's bindings. */
let ofWorker: Env | null = null;

/** A minute of the cron, as it would run `ahead` ms from now. */
async function minuteAhead(ahead: number, env: Env, ctx: ExecutionContext): Promise<void> {
  const { now } = Date;
  Date.now = () => now() + ahead;
  counts.workerRequests += 1;
  await runCron(env, ctx).finally(() => {
    Date.now = now;
  });
}

export default {
  async fetch(request, env, ctx) {
    const { pathname, searchParams } = new URL(request.url);
    if (pathname === COUNTS_PATH) return Response.json(told());
    ofWorker ??= countedEnv(env, "worker");
    if (pathname === DELETE_PATH) {
      // The one cast: the binding names the class that is deployed, and here it is the one above.
      const object = env.INVENTORY.getByName(searchParams.get("type") ?? "") as unknown as TicketTypeInventory;
      await object.deleteTwoDaysLater();
      return Response.json(told());
    }
    if (pathname === MINUTE_PATH) {
      await minuteAhead(Number(searchParams.get("ahead")), ofWorker, ctx);
      return Response.json(told());
    }
    counts.workerRequests += 1;
    return worker.fetch(request, ofWorker, ctx);
  },
  scheduled: () => undefined,
} satisfies ExportedHandler<Env>;
