// What vitest.config.ts binds for tests besides the Worker's own bindings.

/// <reference types="@cloudflare/vitest-pool-workers/types" />

import type { D1Migration } from "@cloudflare/vitest-pool-workers";

declare global {
  namespace Cloudflare {
    interface Env {
      TEST_MIGRATIONS: D1Migration[];
      EVICTION_ROUNDS: string;
    }
  }
}
