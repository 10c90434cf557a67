// Every scenario of the bench, in the order in which they run: a new one is one line here.

import type { Scenario } from "./scenario.ts";
import { hotType } from "./scenarios/hot-type.ts";

export const SCENARIOS: readonly Scenario[] = [hotType];

/** Only with `--peers`, or by name: they need PostgreSQL and Redis. */
export const PEERS: readonly Scenario[] = [];
