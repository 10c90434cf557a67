// What vitest.config.ts binds for tests besides the Worker's own bindings.

/// <reference types="@cloudflare/vitest-pool-workers/types" />

import type { D1Migration } from "@cloudflare/vitest-pool-workers";

declare global {
  namespace Cloudflare {
    interface Env {
      TEST_MIGRATIONS: D1Migration[];
      /** Of the shell that runs the tests; empty where it says nothing. */
      FUZZ_SEED: string;
      FUZZ_RUNS: string;
      /** How many holds a day inventory/storage/growth.test.ts fills an object with. */
      GROWTH_HOLDS: number;
      EVICTION_ROUNDS: string;
    }
  }
}
