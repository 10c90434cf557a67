import { sql } from "drizzle-orm";
import { DrizzleQueryError } from "drizzle-orm/errors";
import { expect, test } from "vitest";
import { openDb } from "../../src/db/client.ts";
import { describeFault } from "../../src/domain/fault.ts";

test("[X1] a query that failed is told by what D1 said of it, without what it was sent with", () => {
  const failed = new DrizzleQueryError("insert", ["a private note"], new Error("D1_ERROR: away"));
  expect(describeFault(failed)).toBe("Error: D1_ERROR: away");
});

test("[X1] so is one whose connection was lost, which is wrapped once more on its way", async () => {
  const lost = () => Promise.reject(new Error("Network connection lost."));
  const bare = { bind: () => bare, run: lost, all: lost, raw: lost, first: lost };
  // The one cast: of D1 the query needs no more.
  const db = openDb({ prepare: () => bare } as unknown as D1Database);
  const seen: unknown = await db.run(sql`SELECT ${"a private note"}`).catch((fault: unknown) => fault);
  expect(describeFault(seen)).toBe("Error: Network connection lost.");
});
