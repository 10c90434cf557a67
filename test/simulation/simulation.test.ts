// Runs the simulated worlds as tests: thousands of seeds in which every rule must hold, and planted bugs which must be
// detected. They run in Node processes of their own, since a world replaces time, chance and sockets.
// @module-tag slow

import { spawn } from "node:child_process";
import { describe, expect, test } from "vitest";
import { LEDGER_KINDS } from "../../src/domain/ledger/chain.ts";
import { ORDER_STATUSES } from "../../src/domain/orders/order.ts";
import { must } from "../../src/domain/result.ts";
import { PROJECT } from "../support/server/commands.ts";
import type { Caught, Told } from "./mutants/catching.ts";
import { KEPT_SEEDS } from "./world/kept-seeds.ts";
import { MUTANTS } from "./mutants/mutants.ts";
import { THEMES } from "./world/themes.ts";

const SEEDS = 5_000;
/** Each planted bug must be caught by a world that caught it before, or within so many others. */
const SEEDS_A_BUG = 2_000;

type Ended = { readonly status: number | null; readonly lines: readonly string[]; readonly said: string };

function simulate(...args: readonly string[]): Promise<Ended> {
  const script = "test/simulation/simulate.ts";
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", script, "--json", ...args], {
    cwd: PROJECT,
    // None: each bug has modules of its own, which no other process loads.
    env: { ...process.env, NODE_DISABLE_COMPILE_CACHE: "1" },
  });
  process.once("exit", () => child.kill());
  let said = "";
  let log = "";
  child.stdout.on("data", (chunk: Buffer) => {
    said += chunk.toString("utf8");
  });
  child.stderr.on("data", (chunk: Buffer) => {
    log += chunk.toString("utf8");
  });
  return new Promise((resolve) =>
    child.once("close", (status) => {
      const lines = said.split("\n").filter((line) => line.startsWith("{"));
      resolve({ status, lines, said: said + log });
    }),
  );
}

function parse<T>({ lines }: Ended): T[] {
  // The one cast: simulate.ts prints lines of just this shape.
  return lines.map((line) => JSON.parse(line) as T);
}

/** In all worlds together each of `MUST_HAPPEN` happens at least so often: the rarest, too many people inside, some 18 times. */
const AT_LEAST = SEEDS / 200;
/** Worlds in which these did not happen, each many times, would prove nothing. */
const MUST_HAPPEN = [
  ...LEDGER_KINDS.map((kind) => `row: ${kind}`),
  ...ORDER_STATUSES.filter((status) => status !== "reserved").map((status) => `order: ${status}`),
  "row: expire of many",
  "an attempt is void",
  ...["a call is lost", "an answer is lost", "an answer never comes", "D1 away", "a Worker dies", "terms again"],
  ...["a transaction fails", "an object ends", "an object ends and loses a write", "a clock jumps"],
  ...["an object sleeps", "an object sleeps with sockets"],
  ...["D1 is restored", "the projection is lost"],
  ...THEMES.map((theme) => `theme: ${theme}`),
  ...["a mail comes", "a mail comes again", "a stranger tries", "a key comes with another body"],
  ...["an organisation: suspend", "a type is deleted", "a deleted type is asked for", "a frame of a feed"],
  ...[
    "a feed cannot store",
    "a notice is answered",
    "a heartbeat is answered",
    "an order of two organisations is asked for",
  ],
  ...[
    "a key is used again after a day",
    "a key is used again before it is forgotten",
    "a checkout's key is used again after a day",
    "a checkpoint",
    "orders are cut",
  ],
  ...["door: entry alone", "door: exit alone", "door: entry override", "door: undo", "door: count", "door: terms"],
  ...["door: revoke", "door: sweep", "door: set", "who is inside is corrected: sweep", "the terms of a door change"],
  ...["admitted", "readmitted", "exited", "already_inside", "used", "void", "superseded", "blocked", "gate_closed"].map(
    (verdict) => `verdict: ${verdict}`,
  ),
  ...["gate_full", "venue_full", "not_open_yet", "event_over", "repeat"].map((verdict) => `verdict: ${verdict}`),
  ...["alone: admitted", "alone: already_inside", "upload: taken", "upload: repeat", "a verdict is given again"],
  ...["conflict: double_entry", "conflict: over_capacity", "conflict: clock_off"],
  ...["a bundle is as the door is", "a feed has the counts of its door", "a door is long closed"],
  ...["an alarm is late", "an alarm is dropped", "an alarm comes twice", "an alarm is tried again"],
];

// Side by side: the worlds use two cores, and the bugs are tried meanwhile.
describe.concurrent("in simulated worlds", () => {
  describe("[H1] [H3] [H5] [H7] [H8] [H9] [H11] [O2] [O3] [O4] [O6] [K5] [K6] [L1] [L2] [L3] a sale", () => {
    test("[X3] [X6] [D1] [D4] [D5] [D6] [D10] [D11] [D19] [N9] every rule holds in every world", {
      timeout: 1_800_000,
    }, async () => {
      const ended = await simulate("--seeds", String(SEEDS), "--processes", "2");
      expect(ended.status, ended.said).toBe(0);
      const reached = parse<{ reached: Record<string, number> }>(ended)[0]?.reached ?? {};
      for (const what of MUST_HAPPEN) expect(reached[what] ?? 0, what).toBeGreaterThanOrEqual(AT_LEAST);
    });
  });

  describe("planted bugs", () => {
    let caught: Promise<Map<string, Caught | null>> | null = null;

    async function catchAll() {
      const ended = await simulate("--mutants", "--known", "--seeds", String(SEEDS_A_BUG));
      const found = parse<Told>(ended);
      if (found.length === 0) throw new Error(ended.said);
      return new Map(found.map((each) => [each.mutant, each.caught]));
    }

    test.each(Object.keys(MUTANTS))("[H1] the worlds catch %s", { timeout: 1_800_000 }, async (name) => {
      caught ??= catchAll();
      const found = (await caught).get(name);
      expect(found, `not caught in ${SEEDS_A_BUG} worlds`).toBeTruthy();
      const slowly = found?.isKept ? "" : ` (no kept seed does: \`npm run simulate -- --mutants --keep\` finds others)`;
      console.info(`${name}: caught by seed ${found?.seed}${slowly}: ${found?.failure.slice(0, 140)}`);
    });
  });

  describe("seeds that once found something", () => {
    let played: Promise<Ended> | null = null;

    async function playKept(seed: string) {
      played ??= simulate("--kept");
      const ended = await played;
      const kept = parse<{ seed: number; failure: string | null; digest: string }>(ended);
      return must(
        kept.find((each) => String(each.seed) === seed),
        ended.said,
      );
    }

    test.each(Object.entries(KEPT_SEEDS))("[H1] seed %s, which found this: %s", async (seed) => {
      expect(await playKept(seed)).toMatchObject({ failure: null });
    });

    test("[H1] a world is the same whenever it is played, alone or after others", async () => {
      const seed = must(Object.keys(KEPT_SEEDS).at(-1), "some are kept");
      const [alone] = parse<{ digest: string }>(await simulate("--seed", seed));
      expect((await playKept(seed)).digest).toBe(must(alone, "it is told as JSON").digest);
    });
  });
});
