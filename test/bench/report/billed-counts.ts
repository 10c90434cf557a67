// Lists the counts that the platform bills and its list prices; only here a count becomes money.

/** Where the counting Worker returns them. */
export const COUNTS_PATH = "/bench/counts";
/** Where it deletes what a ticket type keeps for a day, as if that were over, and runs a minute of the cron, `ahead` ms from now. */
export const DELETE_PATH = "/bench/delete";
export const MINUTE_PATH = "/bench/minute";

export type BilledCounts = {
  workerRequests: number;
  /** Calls of objects; each run of an alarm is one more. */
  objectRequests: number;
  alarmRuns: number;
  /** Written and read in objects; each alarm that is set is one more row written. */
  rows: number;
  read: number;
  alarms: number;
  d1Statements: number;
  d1RowsRead: number;
  d1RowsWritten: number;
  kvOperations: number;
  /** Those of `d1Statements` that objects sent. */
  objectStatements: number;
  /** Lines of the log; the platform writes none of its own (`invocation_logs`). */
  logLines: number;
  mails: number;
  /** For how long objects had a call or an alarm under way, or waited for another object: each by itself. */
  objectMs: number;
  /** Those of `rows` and `alarms` that belong to doors. */
  doorRows: number;
  doorAlarms: number;
};

/** Measured apart from the counts, on the Worker as it is deployed. */
export type Times = {
  /** CPU time of a request, ms: of Worker, objects and D1 together, since one process is all of them here. */
  readonly cpuMsPerRequest: number;
  /** For how long an object is awake for one cycle. */
  readonly objectSeconds: number;
};

/** Dollars for a million: list prices of the platform's paid plan, without what the plan includes. */
const PRICES = {
  workerRequest: 0.3,
  cpuMs: 0.02,
  objectRequest: 0.15,
  rowWritten: 1,
  rowRead: 0.001,
  objectGbSecond: 12.5,
  logLine: 0.6,
  kvRead: 0.5,
  mail: 350,
} as const;
/** An awake object is billed for 128 MB. */
const OBJECT_GB = 0.128;

export type CostLine = {
  readonly what: string;
  /** How many of it one cycle takes. */
  readonly count: number;
  /** Dollars for a million of it. */
  readonly price: number;
};

/** Cost of a million cycles = the sum of count × price over these lines, since a price is for a million. */
export function costLines(counts: BilledCounts, cycles: number, { cpuMsPerRequest, objectSeconds }: Times): CostLine[] {
  const each = (count: number) => count / cycles;
  const requests = each(counts.workerRequests);
  return [
    { what: "Worker requests", count: requests, price: PRICES.workerRequest },
    { what: "Worker CPU, ms", count: requests * cpuMsPerRequest, price: PRICES.cpuMs },
    {
      what: "object requests, alarms' runs included",
      count: each(counts.objectRequests + counts.alarmRuns),
      price: PRICES.objectRequest,
    },
    {
      what: "rows written in objects, alarms included",
      count: each(counts.rows + counts.alarms),
      price: PRICES.rowWritten,
    },
    { what: "rows read in objects", count: each(counts.read), price: PRICES.rowRead },
    { what: "rows written in D1", count: each(counts.d1RowsWritten), price: PRICES.rowWritten },
    { what: "rows read in D1", count: each(counts.d1RowsRead), price: PRICES.rowRead },
    { what: "object time, GB-s", count: objectSeconds * OBJECT_GB, price: PRICES.objectGbSecond },
    { what: "reads of KV", count: each(counts.kvOperations), price: PRICES.kvRead },
    { what: "lines of the log", count: each(counts.logLines), price: PRICES.logLine },
    { what: "mails", count: each(counts.mails), price: PRICES.mail },
  ];
}
