// The arithmetic of the bench: a figure that is judged wrongly is worse than none.

import { createServer } from "node:net";
import { describe, expect, it } from "vitest";
import { readCode } from "../../../src/domain/door/tickets/code.ts";
import { MAX_BODY_BYTES, MAX_UPLOADS } from "../../../src/domain/limits.ts";
import { type BilledCounts, costLines } from "../../bench/report/billed-counts.ts";
import { holdRequest, openConnection, postRequest } from "../../bench/load/connection.ts";
import { type DoorCounted, judgeCounts, judgeTold } from "../../bench/report/door-figures.ts";
import { serialAt, unsignedTicketsOf } from "../../bench/rig/door-stage.ts";
import type { Measured } from "../../bench/load/load.ts";
import { fileTimes, selfTimes, sourceNames } from "../../bench/report/profile-tables.ts";
import { median, ratioOf } from "../../bench/report/rounds.ts";
import type { Judged } from "../../bench/report/report.ts";
import { queuedRows } from "../../bench/scenarios/door/uploads.ts";
import { hasReached, judge, toMarkdown, toText } from "../../bench/report/table.ts";
import { mostInASecond, shareOf } from "../../bench/report/timings.ts";
import { idOf } from "../../support/builders.ts";

const measured = (perSecond: number): Measured => ({
  perSecond,
  answersPerSecond: perSecond,
  cycles: perSecond,
  p50: 1,
  p99: 2,
  statuses: {},
});

describe("medians and ratios", () => {
  it("the median is the middle, or between the two middles", () => {
    expect(median([9, 1, 5])).toBe(5);
    expect(median([9, 1, 5, 6])).toBe(5.5);
    expect(median([])).toBeNaN();
  });

  it("a ratio compares round by round: a round that was slow for both changes nothing", () => {
    const one = { name: "one", rounds: [measured(100), measured(10), measured(90)] };
    const other = { name: "other", rounds: [measured(200), measured(20), measured(100)] };
    expect(ratioOf(one, other)).toBe(0.5);
    const shorter = { name: "other", rounds: [measured(200)] };
    expect(ratioOf(one, shorter)).toBeNaN();
  });
});

describe("what must be reached", () => {
  it("is reached at the figure itself, and missed just below it", () => {
    expect(judge(0.9, { reach: 0.9 })).toEqual(["0.90", "≥ 0.90", "reached"]);
    expect(judge(0.8999, { reach: 0.9 })).toEqual(["0.90", "≥ 0.90", "MISSED"]);
  });

  it("where less is better, is reached at the figure itself, and missed just above it", () => {
    expect(judge(500, { reach: 500, most: true, digits: 0 })).toEqual(["500", "≤ 500", "reached"]);
    expect(hasReached(500.1, { reach: 500, most: true })).toBe(false);
  });

  it("a figure that is none is missed on both sides", () => {
    expect(hasReached(Number.NaN, { reach: 0.9 })).toBe(false);
    expect(hasReached(Number.NaN, { reach: 2, most: true })).toBe(false);
  });
});

describe("times", () => {
  it("a share of latencies is the value below which it lies, in whatever order they came", () => {
    const latencies = Array.from({ length: 200 }, (_, n) => 200 - n);
    expect([0.5, 0.99, 1].map((share) => shareOf(latencies, share))).toEqual([101, 199, 200]);
    expect(shareOf([], 0.5)).toBeNaN();
  });

  it("a second is any, and half-open: what comes a second later is in the next", () => {
    expect(mostInASecond([0, 500, 999, 1_000, 1_499])).toBe(4);
    expect(mostInASecond([0, 1_000, 2_000])).toBe(1);
    expect(mostInASecond([])).toBe(0);
  });
});

describe("the door's figures", () => {
  const missed = (judged: readonly Judged[]) =>
    judged.filter(({ figure, ...target }) => !hasReached(figure, target)).map(({ what }) => what);
  const told = (p99: number, most: number, framesASecond: number) =>
    missed(judgeTold({ told: [...Array.from({ length: 198 }, () => 1), p99, most], framesASecond }, "80").judged);

  it("of pushes to others are reached at 250 ms, a second and ten frames, and missed above", () => {
    expect(told(250, 1_000, 10)).toEqual([]);
    expect(told(250.1, 1_000, 10)).toEqual(["another scanner knows, 80: p99"]);
    expect(told(250, 1_000.1, 10)).toEqual(["another scanner knows, 80: the latest"]);
    expect(told(250, 1_000, 11)).toEqual(["frames a socket of a scanner, the most in any second"]);
  });

  const scanned = (doorRows: number, d1Statements: number) => {
    const counted = (statements: number) => ({
      ...{ scans: 200, within: 1, counts: { doorRows, doorAlarms: 7, d1Statements: statements } },
    });
    return { burst: counted(d1Statements), evening: counted(40) };
  };
  const COUNTED: DoorCounted = {
    ...{ http: scanned(600, 0), socket: scanned(600, 0), bundles: { once: 500_000, others: 1_000_000 } },
    orders: [1, 100].map((tickets) => ({ tickets, rows: tickets + 6 })),
  };

  it("of counts are reached at the count itself, whatever is measured later", () => {
    expect(missed(judgeCounts(COUNTED).judged)).toEqual([]);
  });

  it.each<[string, Partial<DoorCounted>]>([
    ["rows written a scan, over HTTP", { http: scanned(601, 0) }],
    ["rows written a scan, over the socket", { socket: scanned(601, 0) }],
    ["D1 operations a scan, over HTTP", { http: scanned(600, 1) }],
    ["D1 operations a scan, over the socket", { socket: scanned(600, 1) }],
    ["bytes of a bundle of 60,000 tickets, once", { bundles: { once: 500_001, others: 1 } }],
    ["bytes of a bundle of 60,000 tickets, others", { bundles: { once: 1, others: 1_000_001 } }],
    [
      "D1 rows of an order with n tickets, less n",
      {
        orders: [
          { tickets: 1, rows: 1 },
          { tickets: 4, rows: 11 },
        ],
      },
    ],
  ])("%s: one more is missed, and alone", (what, more) => {
    expect(missed(judgeCounts({ ...COUNTED, ...more }).judged)).toEqual([what]);
  });
});

describe("tickets and queued rows of the door's scenarios", () => {
  it("are each another one, and a code that nobody signed is one that a door reads", () => {
    const tickets = unsignedTicketsOf({ eventId: idOf("evt", "bench") }, 500);
    expect(new Set(tickets.map(({ serial }) => serial)).size).toBe(500);
    for (const [n, { serial, code }] of tickets.entries()) {
      expect(serial).toBe(serialAt(n));
      expect(readCode(code)).toMatchObject({ ok: true, value: { serial, typeNumber: 1, keyNumber: 1 } });
    }
  });

  it("fit into the body of a request by the batch", () => {
    const uploads = queuedRows({ gateId: idOf("gate", "north") }, MAX_UPLOADS, 0);
    expect(JSON.stringify({ uploads }).length).toBeLessThan(MAX_BODY_BYTES);
    expect(new Set(uploads.map((row) => JSON.stringify(row))).size).toBe(MAX_UPLOADS);
  });
});

describe("tables", () => {
  const table = { head: ["what", "per second"], rows: [["inventory", "7"]] };
  it("are in columns on the terminal", () => {
    expect(toText(table)).toBe("what       per second\ninventory           7");
  });
  it("are Markdown for the documentation", () => {
    expect(toMarkdown(table)).toBe("| what | per second |\n| --- | ---: |\n| inventory | 7 |");
  });
});

describe("cost", () => {
  const counts: BilledCounts = {
    workerRequests: 30,
    objectRequests: 50,
    alarmRuns: 10,
    rows: 70,
    read: 1_000,
    alarms: 5,
    d1Statements: 0,
    d1RowsRead: 2_000,
    d1RowsWritten: 40,
    kvOperations: 0,
    objectStatements: 0,
    logLines: 5,
    mails: 20,
    objectMs: 0,
    doorRows: 0,
    doorAlarms: 0,
  };
  it("of a cycle is each count by its own price, alarms counted as rows and as requests", () => {
    const lines = costLines(counts, 10, { cpuMsPerRequest: 0.5, objectSeconds: 0.001 });
    expect(Object.fromEntries(lines.map(({ what, count, price }) => [what, [count, price]]))).toEqual({
      "Worker requests": [3, 0.3],
      "Worker CPU, ms": [1.5, 0.02],
      "object requests, alarms' runs included": [6, 0.15],
      "rows written in objects, alarms included": [7.5, 1],
      "rows read in objects": [100, 0.001],
      "rows written in D1": [4, 1],
      "rows read in D1": [200, 0.001],
      "object time, GB-s": [0.000128, 12.5],
      "reads of KV": [0, 0.5],
      "lines of the log": [0.5, 0.6],
      mails: [2, 350],
    });
  });
});

describe("profiles", () => {
  const bundle = "// src/a.ts\nfunction a() {}\n// node_modules/hono/dist/context.js\nfunction res() {}";
  const node = (id: number, functionName: string, url: string, lineNumber: number, children: number[]) => ({
    id,
    callFrame: { functionName, url, lineNumber },
    children,
  });
  const profile = {
    nodes: [
      node(1, "(root)", "", -1, [2, 4, 5]),
      node(2, "a", "file:///index.js", 1, [3]),
      node(3, "exec", "", -1, []),
      node(4, "res", "file:///index.js", 3, []),
      node(5, "(idle)", "", -1, []),
    ],
    samples: [2, 3, 4, 5],
    timeDeltas: [1_000, 6_000, 3_000, 90_000],
  };
  it("name the source of each function, and leave idle time out", () => {
    expect(selfTimes(profile, sourceNames(bundle), 2).rows).toEqual([
      ["exec", "6", "60.0"],
      ["res (hono/dist/context.js, line 4 of the bundle)", "3", "30.0"],
    ]);
  });
  it("count what the runtime does for a function as its file's", () => {
    expect(fileTimes(profile, sourceNames(bundle), 9).rows).toEqual([
      ["src/a.ts", "7", "70.0"],
      ["hono/dist/context.js", "3", "30.0"],
    ]);
  });
});

describe("the bench's own connection", () => {
  it("sends a body with its length, and further headers each on its line", () => {
    const request = postRequest({ host: "x", path: "/p", token: "t", body: "{}", more: "A: b\r\n" });
    expect(request).toMatch(/^POST \/p HTTP\/1\.1\r\nHost: x\r\n.*Content-Length: 2\r\n.*A: b\r\n\r\n\{\}$/s);
  });

  it("takes responses of known length and in chunks, however they are cut, and reads what to wait", async () => {
    const answers = [
      ["HTTP/1.1 201 Created\r\nContent-Le", "ngth: 5\r\n\r\nab", "cde"],
      ["HTTP/1.1 503 No\r\nRetry-After: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r", "\n\r\n"],
    ];
    const seen: string[] = [];
    const server = createServer((socket) => {
      socket.setNoDelay(true);
      socket.on("data", (text) => {
        seen.push(text.toString("utf8").split("\r\n")[0] ?? "");
        const parts = [...(answers.shift() ?? [])];
        const next = () => {
          const part = parts.shift();
          if (part !== undefined) socket.write(part, () => setImmediate(next));
        };
        next();
      });
    });
    await new Promise<void>((settle) => server.listen(0, "127.0.0.1", settle));
    const address = server.address();
    const port = typeof address === "object" && address ? address.port : 0;
    const connection = await openConnection(`http://127.0.0.1:${port}`);
    const request = holdRequest("x", "/v1/ticket-types/tt/holds", "token", "key");
    expect(await connection.ask(request)).toEqual({ status: 201, retryAfterMs: 0 });
    expect(await connection.ask(request)).toEqual({ status: 503, retryAfterMs: 2_000 });
    expect(seen).toEqual(Array(2).fill("POST /v1/ticket-types/tt/holds HTTP/1.1"));
    connection.close();
    server.close();
  });
});
