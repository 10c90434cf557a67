import { describe, expect, it } from "vitest";
import { must } from "../../../src/domain/result.ts";
import { measureBundle } from "../../support/server/bundle-parts.ts";

const KB = 1_000;
const { whole, evaluated, groups } = measureBundle(must(process.env["SERVE_BUNDLE"], "the bundle is built first"));

describe("the production bundle, after gzip", () => {
  it("has at most 200 KB that are evaluated before the first storefront response", () => {
    expect(evaluated).toBeLessThanOrEqual(200 * KB);
  });

  it("has at most 600 KB in all", () => {
    expect(whole).toBeLessThanOrEqual(600 * KB);
  });

  it("loads what only organisers need when one comes, and is measured to the last dependency", () => {
    expect(groups.get("src/http")?.later).toBeGreaterThan(0);
    expect(evaluated, "what is loaded later is not in it").toBeLessThan(whole);
    for (const known of ["zod", "hono", "drizzle-orm", "src/inventory"]) {
      expect(groups.get(known)?.evaluated, known).toBeGreaterThan(1 * KB);
    }
  });
});
