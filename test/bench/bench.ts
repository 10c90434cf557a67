// `npm run bench`: runs scenarios one after the other, and prints their figures beside their targets. The report goes
// to stdout, progress to stderr. A missed target is printed as missed and fails nothing; a scenario that cannot run
// fails the whole.

import { writeFileSync } from "node:fs";
import { misuse, readCommandLine, wholeNumber } from "../../src/cli/terminal/command-line.ts";
import { slowFlushes } from "./rig/flush.ts";
import { PROFILED_LOADS, profileHotType } from "./profile.ts";
import { describeRun, detailsText, type Ran, resultsOf, titleOf, writeMarkdown } from "./report/report.ts";
import { progress } from "./progress.ts";
import type { Scenario } from "./scenario.ts";
import { PEERS, SCENARIOS } from "./scenarios.ts";
import { toText } from "./report/table.ts";

const USAGE = `Usage: npm run bench -- [options]
  --list            names the scenarios
  --scenario NAME   one of them; may be repeated
  --peers           PostgreSQL and Redis too
  --rounds N        how often each is measured (5)
  --seconds N       how long each time (4)
  --flush MS        slows each flush to disk
  --json FILE       writes the figures, for programs
  --markdown FILE   writes them as the tables of docs/performance.md
  --profile FILE    says where the time of a request goes, and writes a CPU profile
  --load NAME       of which request that is (hold)`;

const { values } = readCommandLine(USAGE, {
  scenario: { type: "string", multiple: true },
  list: { type: "boolean", default: false },
  peers: { type: "boolean", default: false },
  rounds: { type: "string", default: "5" },
  seconds: { type: "string", default: "4" },
  flush: { type: "string" },
  json: { type: "string" },
  markdown: { type: "string" },
  profile: { type: "string" },
  load: { type: "string", default: "hold" },
});
const options = { rounds: atLeastOne("rounds"), seconds: atLeastOne("seconds") };
/** What a replicated cloud disk adds to a flush, ms: the peers are compared at the machine's own flush and at this one. */
const SLOW_FLUSH_MS = 2;

// Only an orderly exit stops the servers and removes their data.
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1));

if (values.list) {
  for (const { name, describe } of [...SCENARIOS, ...PEERS]) say(`${name.padEnd(18)}${describe}`);
} else if (values.profile) {
  if (values.flush) misuse("--profile goes without --flush: a wait for the disk is no CPU time.", USAGE);
  const load = PROFILED_LOADS.find((each) => each === values.load);
  if (!load) misuse(`--load is one of ${PROFILED_LOADS.join(", ")}.`, USAGE);
  const { tables, note } = await profileHotType(values.profile, load, { ...options, flushMs: 0 });
  say([...tables.map(toText), note].join("\n\n"));
} else {
  await runAll(chosen());
}

function chosen(): readonly Scenario[] {
  const all = [...SCENARIOS, ...PEERS];
  if (!values.scenario) return values.peers ? all : SCENARIOS;
  return values.scenario.map((name) => {
    const scenario = all.find((each) => each.name === name);
    if (scenario) return scenario;
    return misuse(`No scenario is called ${name}; these are: ${all.map((each) => each.name).join(", ")}.`, USAGE);
  });
}

async function runAll(scenarios: readonly Scenario[]): Promise<void> {
  const ran: Ran[] = [];
  for (const { scenario, flushMs } of scenarios.flatMap(atEachFlush)) {
    const title = titleOf({ scenario, flushMs });
    progress(`\n${title}: ${scenario.describe}`);
    try {
      slowFlushes(flushMs);
      const each = { scenario, flushMs, result: await scenario.run({ ...options, flushMs }) };
      ran.push(each);
      say(`${detailsText(each)}\n`);
    } catch (fault) {
      // Goes on: the other scenarios' figures of a quarter of an hour are still valid.
      say(`${title}: FAILED: ${fault instanceof Error ? fault.message : String(fault)}\n`);
      process.exitCode = 1;
    }
  }
  const results = resultsOf(ran);
  if (results.rows.length > 0) say(`${toText(results)}\n`);
  say(describeRun(options));
  if (values.json) writeFileSync(values.json, `${JSON.stringify(asJson(ran), null, 2)}\n`);
  if (values.markdown) writeMarkdown(values.markdown, ran, options);
}

function atEachFlush(scenario: Scenario): { readonly scenario: Scenario; readonly flushMs: number }[] {
  const given = values.flush === undefined ? null : [wholeNumber("flush", values.flush, USAGE)];
  const flushes = given ?? (PEERS.includes(scenario) ? [0, SLOW_FLUSH_MS] : [0]);
  return flushes.map((flushMs) => ({ scenario, flushMs }));
}

function asJson(ran: readonly Ran[]): object {
  const figures = Object.fromEntries(ran.map((each) => [titleOf(each), each.result.figures]));
  return { run: describeRun(options), ...options, figures };
}

function atLeastOne(option: "rounds" | "seconds"): number {
  return Math.max(1, wholeNumber(option, values[option], USAGE));
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
