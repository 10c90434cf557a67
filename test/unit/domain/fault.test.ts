import { DrizzleQueryError } from "drizzle-orm/errors";
import { expect, test } from "vitest";
import { describeFault } from "../../../src/domain/fault.ts";

test("[X1] a query that failed is logged with D1's message, without the values that it was sent with", () => {
  const failed = new DrizzleQueryError("insert", ["a private note"], new Error("D1_ERROR: away"));
  expect(describeFault(failed)).toBe("Error: D1_ERROR: away");
});
