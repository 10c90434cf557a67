// Five projects: pure rules in Node, simulated worlds in Node, the Worker inside workerd, the production bundle over
// real HTTP, and its pages in a real browser.

import { availableParallelism } from "node:os";
import { cloudflareTest, readD1Migrations } from "@cloudflare/vitest-pool-workers";
import { defineConfig } from "vitest/config";
import { buildUi } from "./src/cli/build/build-ui.ts";
import { CHROMIUM, hasChromium } from "./test/support/pages/chromium-path.ts";

// Why: without them the local runtime asks the network for request data, and traces each call to an object.
process.env["CLOUDFLARE_CF_FETCH_ENABLED"] = "false";
process.env["WRANGLER_SEND_METRICS"] = "false";
process.env["X_LOCAL_OBSERVABILITY"] = "false";
process.env["SHOPPER_TOKEN_SECRET"] = "made for these tests and used nowhere else";
process.env["ORDER_LINK_SECRET"] = "made for the order links of these tests";
process.env["TICKET_SECRET"] = "made for the tickets of these tests";
process.env["ACCOUNTS_SECRET"] = "made for these tests too, and used for accounts alone";

const root = import.meta.dirname;

// Why: tests start some eighty Node processes, and most load wrangler or Miniflare, which are megabytes to compile.
process.env["NODE_COMPILE_CACHE"] ??= `${root}/node_modules/.cache/node-compile`;

const NO_BROWSER = `There is no ${CHROMIUM}: install it (Debian: apt-get install chromium), or name another by CHROMIUM.`;
if (!hasChromium && process.env["PAGES"] === "all") throw new Error(NO_BROWSER);
if (!hasChromium) console.error(`\nTHE PAGE TESTS DO NOT RUN. ${NO_BROWSER}\n`);

// The Worker names what it makes, and the local runtime serves it.
await buildUi();

/**
 * A limit ends what never would: it is no measure of speed. Why so long: on two cores that others use too, a command
 * alone may need half a minute, and some tests run eight of them one after the other.
 */
const LIMITS = { testTimeout: 300_000, hookTimeout: 300_000 };

/** What a test puts in place of a function or a global is gone before the next one begins, however the test ended. */
const FRESH = { restoreMocks: true, unstubGlobals: true };

const EVERY_PROJECT = { ...LIMITS, ...FRESH };

/** Packages of many files, bundled once for all files of the project `workers`; not better-auth, whose parts are Node's. */
const BUNDLED = [
  ...["@hono/zod-openapi", "drizzle-orm", "drizzle-orm/d1", "drizzle-orm/sqlite-core", "drizzle-orm/sqlite-proxy"],
  ...["accepts", "body-limit", "cookie", "cors", "factory", "html", "http-exception", "route", "router"].map(
    (part) => `hono/${part}`,
  ),
  ...["hono", "marked", "uqr", "zod"],
];

/** The looks of each page: two of them, or all with PAGES=all, as in .ci/run. */
const pages = {
  test: {
    name: "pages",
    include: ["test/pages/**/*.test.ts"],
    globalSetup: ["test/support/server/build-bundle.ts"],
    sequence: { groupOrder: 1 },
    ...EVERY_PROJECT,
  },
};

export default defineConfig({
  test: {
    retry: 0,
    // Why so long: a signal that comes late on a busy machine is not a defect, one that never comes is.
    expect: { poll: { timeout: 60_000 } },
    // A file says so of itself, by `@module-tag slow`.
    tags: [{ name: "slow", description: "takes more than some seconds alone (docs/testing.md)" }],
    // Why one more than cores: many tests wait, for alarms, sleep and restarts; others may work meanwhile.
    maxWorkers: availableParallelism() + 1,
    projects: [
      {
        test: {
          name: "unit",
          include: ["test/unit/**/*.test.ts"],
          ...EVERY_PROJECT,
        },
      },
      {
        test: {
          name: "simulation",
          include: ["test/simulation/**/*.test.ts"],
          ...EVERY_PROJECT,
        },
      },
      {
        plugins: [
          cloudflareTest(async () => ({
            wrangler: { configPath: `${root}/wrangler.toml` },
            miniflare: {
              bindings: {
                PUBLIC_URL: "https://tickets.example",
                TEST_MIGRATIONS: await readD1Migrations(`${root}/migrations`),
                FUZZ_SEED: process.env["FUZZ_SEED"] ?? "",
                FUZZ_RUNS: process.env["FUZZ_RUNS"] ?? "",
                GROWTH_HOLDS: Number(process.env["GROWTH_HOLDS"] ?? 5_000),
                EVICTION_ROUNDS: process.env["EVICTION_ROUNDS"] ?? "6",
              },
            },
          })),
        ],
        test: {
          name: "workers",
          include: ["test/workers/**/*.test.ts"],
          // Why: each file has a workerd of its own, which would load these packages a file after the other.
          deps: { optimizer: { ssr: { enabled: true, include: BUNDLED } } },
          setupFiles: ["test/workers/support/setup.ts"],
          // Why: each line would be a call to Vitest, made by whoever logs. Of an object that ends meanwhile the answer never
          // comes, and Vitest waits for it, once all has passed, without a limit.
          disableConsoleIntercept: true,
          ...EVERY_PROJECT,
        },
      },
      {
        test: {
          name: "e2e",
          include: ["test/e2e/**/*.test.ts"],
          globalSetup: ["test/support/server/build-bundle.ts"],
          // Why: they start servers of their own, so they run after the others.
          sequence: { groupOrder: 1 },
          ...EVERY_PROJECT,
        },
      },
      ...(hasChromium ? [pages] : []),
    ],
  },
});
