// The deployed Worker with everything counted that the platform bills: GET /bench/counts tells, and begins anew.
// For the bench only; it is slower than the deployed one, so it is never timed.

import worker from "../../src/index.ts";
import { TicketTypeInventory as Inventory } from "../../src/index.ts";
import { countStorage, listenToD1 } from "../workers/platform-counts.ts";
import { type BilledCounts, COUNTS_PATH } from "./billed-counts.ts";

export * from "../../src/index.ts";

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
};

export class TicketTypeInventory extends Inventory {
  constructor(ctx: DurableObjectState, env: Env) {
    countStorage(ctx.storage, counts);
    super(ctx, countedEnv(env, "object"));
  }

  override alarm(): Promise<void> {
    counts.alarmRuns += 1;
    return super.alarm();
  }
}

/** For `inside` an object, whose statements are counted as its own as well. */
function countedEnv(env: Env, inside: "object" | "worker"): Env {
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
  const INVENTORY = new Proxy(env.INVENTORY, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== "function") return member;
      return (...args: unknown[]) => {
        const made: unknown = Reflect.apply(member, target, args);
        if (name !== "getByName" || typeof made !== "object" || made === null) return made;
        return countCalls(made, () => {
          counts.objectRequests += 1;
        });
      };
    },
  });
  return { ...env, DB, CATALOGUE_CACHE, INVENTORY };
}

/** Why Reflect: on the stub of an object `apply` would be one more method to call over there. */
function countCalls<T extends object>(of: T, onCall: () => void): T {
  return new Proxy(of, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== "function") return member;
      return (...args: unknown[]) => {
        onCall();
        return Reflect.apply(member, target, args) as unknown;
      };
    },
  });
}

/** Made once: what the app opens for an environment it keeps by that environment's bindings. */
let ofWorker: Env | null = null;

export default {
  async fetch(request, env, ctx) {
    if (new URL(request.url).pathname === COUNTS_PATH) return Response.json(counts);
    counts.workerRequests += 1;
    ofWorker ??= countedEnv(env, "worker");
    return worker.fetch(request, ofWorker, ctx);
  },
  scheduled: () => undefined,
} satisfies ExportedHandler<Env>;
