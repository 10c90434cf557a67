import { DrizzleQueryError } from "drizzle-orm/errors";
import { expect, test } from "vitest";
import { answered } from "../../src/db/deadline.ts";
import { describeFault } from "../../src/domain/fault.ts";

test("[X1] a query that failed is told by what D1 said of it, without what it was sent with", () => {
  const failed = new DrizzleQueryError("insert", ["a private note"], new Error("D1_ERROR: away"));
  expect(describeFault(failed)).toBe("Error: D1_ERROR: away");
});

test("[X1] so is one whose connection was lost, which is wrapped once more on its way", async () => {
  const failed = new DrizzleQueryError("insert", ["a private note"], new Error("Network connection lost."));
  const seen: unknown = await answered(Promise.reject(failed)).catch((fault: unknown) => fault);
  expect(describeFault(seen)).toBe("Error: Network connection lost.");
});
