// Has the targets of the door's scenarios as figures. Measures nothing.

import { must } from "../../../src/domain/result.ts";
import type { BilledCounts } from "./billed-counts.ts";
import type { Judged } from "./report.ts";
import type { Table } from "../scenario.ts";
import { shareOf } from "./timings.ts";

type Described = {
  readonly tables: readonly Table[];
  readonly judged: readonly Judged[];
  readonly figures: Readonly<Record<string, number>>;
};

/** `told`: from when each scan was due until another scanner had it, ms, over all scans and scanners; gets sorted. */
export type Told = { readonly told: number[]; readonly framesASecond: number };

/** `what`: of how many scanners, and at which pace. */
export function judgeTold({ told, framesASecond }: Told, what: string): Described {
  const [p50, p99] = [shareOf(told, 0.5), shareOf(told, 0.99)];
  const most = must(told.at(-1), "others were told");
  const ms = { against: "ms", most: true, digits: 0 } as const;
  const frames = { against: "exact", most: true, digits: 0 } as const;
  return {
    figures: { told_p50_ms: p50, told_p99_ms: p99, told_most_ms: most, frames_a_second: framesASecond },
    tables: [
      {
        head: ["scan due → another scanner knows", "p50 ms", "p99 ms", "most ms", "frames a socket in any second"],
        rows: [[`${told.length} times`, ...[p50, p99, most, framesASecond].map((each) => each.toFixed(0))]],
      },
    ],
    judged: [
      { ...ms, what: `another scanner knows, ${what}: p99`, figure: p99, reach: 250 },
      { ...ms, what: `another scanner knows, ${what}: the latest`, figure: most, reach: 1_000 },
      { ...frames, what: "frames a socket of a scanner, the most in any second", figure: framesASecond, reach: 10 },
    ],
  };
}

/** What so many scans have taken, `within` so many seconds. */
export type ScansCounted = {
  readonly scans: number;
  readonly within: number;
  readonly counts: Pick<BilledCounts, "doorRows" | "doorAlarms" | "d1Statements">;
};
/** `burst`: while no credential was due to be checked; `evening`: longer. */
export type WayCounted = { readonly burst: ScansCounted; readonly evening: ScansCounted };
export type DoorCounted = {
  readonly http: WayCounted;
  readonly socket: WayCounted;
  readonly orders: readonly { readonly tickets: number; readonly rows: number }[];
  readonly bundles: { readonly once: number; readonly others: number };
};

export function judgeCounts({ http, socket, orders, bundles }: DoorCounted): Described {
  const ways = [
    { key: "http", name: "over HTTP", ...http },
    { key: "socket", name: "over the socket", ...socket },
  ];
  const exact = { against: "exact", most: true, digits: 3 } as const;
  const whole = { ...exact, digits: 0 };
  const each = ways.map(({ key, name, burst }) => {
    const [rows, d1] = [burst.counts.doorRows / burst.scans, burst.counts.d1Statements / burst.scans];
    return { key, name, rows, d1 };
  });
  const over = Math.max(...orders.map(({ tickets, rows }) => rows - tickets));
  return {
    figures: {
      ...Object.fromEntries(
        each.flatMap(({ key, rows, d1 }) => [
          [`rows_a_scan_${key}`, rows],
          [`d1_a_scan_${key}`, d1],
        ]),
      ),
      bundle_once_bytes: bundles.once,
      bundle_others_bytes: bundles.others,
      order_rows_less_tickets: over,
    },
    tables: [
      {
        head: ["scans", "rows in the door", "its alarms", "D1 statements"],
        rows: ways.flatMap(({ name, burst, evening }) => [
          scansRow(`${name}, no credential due`, burst),
          scansRow(name, evening),
        ]),
      },
      {
        head: ["tickets of an order", "rows that D1 writes"],
        rows: orders.map(({ tickets, rows }) => [String(tickets), String(rows)]),
      },
    ],
    judged: [
      ...each.map(({ name, rows }) => ({ ...exact, what: `rows written a scan, ${name}`, figure: rows, reach: 3 })),
      ...each.map(({ name, d1 }) => ({ ...exact, what: `D1 operations a scan, ${name}`, figure: d1, reach: 0 })),
      { ...whole, what: "bytes of a bundle of 60,000 tickets, once", figure: bundles.once, reach: 500_000 },
      { ...whole, what: "bytes of a bundle of 60,000 tickets, others", figure: bundles.others, reach: 1_000_000 },
      { ...whole, what: "D1 rows of an order with n tickets, less n", figure: over, reach: 6 },
    ],
  };
}

function scansRow(name: string, { scans, within, counts }: ScansCounted): string[] {
  const { doorRows, doorAlarms, d1Statements } = counts;
  return [`${scans} ${name}, in ${within.toFixed(1)} s`, ...[doorRows, doorAlarms, d1Statements].map(String)];
}
