// The arithmetic of the bench: a figure that is judged wrongly is worse than none.

import { createServer } from "node:net";
import { describe, expect, it } from "vitest";
import { type BilledCounts, costLines } from "../bench/billed-counts.ts";
import { holdRequest, openConnection } from "../bench/connection.ts";
import type { Measured } from "../bench/load.ts";
import { fileTimes, selfTimes, sourceNames } from "../bench/profile-tables.ts";
import { median, ratioOf } from "../bench/rounds.ts";
import { hasReached, judge, toMarkdown, toText } from "../bench/table.ts";

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

describe("tables", () => {
  const table = { head: ["what", "per second"], rows: [["inventory", "7"]] };
  it("stand in columns on the terminal", () => {
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
  it("takes answers of known length and in chunks, however they are cut, and reads what to wait", async () => {
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
