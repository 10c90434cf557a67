// Composes the report: what each scenario measured, and one table of targets, for the terminal and as Markdown.

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { arch, availableParallelism, cpus, platform, release } from "node:os";
import { judge, type Target, toMarkdown, toText } from "./table.ts";
import type { Scenario, ScenarioOptions, ScenarioResult, Table } from "../scenario.ts";

export type Ran = { readonly scenario: Scenario; readonly flushMs: number; readonly result: ScenarioResult };

/** The scenario's name, and by how much each flush to disk was slowed. */
export function titleOf({ scenario, flushMs }: Omit<Ran, "result">): string {
  return scenario.name + flushText(flushMs);
}

function flushText(flushMs: number): string {
  return flushMs > 0 ? `, flushes ${flushMs} ms slower` : "";
}

/** A scenario's table with this head is part of the one table of results. */
export const RESULT_HEAD = ["what", "measured against", "figure", "reach", "verdict"] as const;

export type Judged = { readonly what: string; readonly against: string; readonly figure: number } & Target;

/** What a scenario must reach, for the one table of results. */
export function results(judged: readonly Judged[]): Table {
  const rows = judged.map(({ what, against, figure, ...target }) => [what, against, ...judge(figure, target)]);
  return { head: RESULT_HEAD, rows };
}

const isResults = ({ head }: Table): boolean => head.join() === RESULT_HEAD.join();

/** What one scenario measured, without what goes to the one table. */
export function detailsText(ran: Ran): string {
  const { scenario, result } = ran;
  const details = result.tables.filter((table) => !isResults(table)).map(toText);
  return [`${titleOf(ran)}: ${scenario.describe}`, ...details, ...result.notes].join("\n");
}

export function resultsOf(ran: readonly Ran[]): Table {
  const rows = ran.flatMap(({ flushMs, result }) =>
    result.tables
      .filter(isResults)
      .flatMap((table) => table.rows)
      .map(([what = "", ...cells]) => [what + flushText(flushMs), ...cells]),
  );
  return { head: RESULT_HEAD, rows };
}

/** The machine and the run, in one line: no figure means anything without them. */
export function describeRun({ rounds, seconds }: Pick<ScenarioOptions, "rounds" | "seconds">): string {
  const model = cpus()[0]?.model.trim() ?? "unknown";
  return (
    `${availableParallelism()} cores (${model}), ${platform()} ${release()} ${arch()}, Node ${process.versions.node}, ` +
    `load on the same machine; medians of ${rounds} rounds of ${seconds} s in turn, ${new Date().toISOString().slice(0, 10)}.`
  );
}

const BEGIN = "<!-- bench: begin -->";
const END = "<!-- bench: end -->";

/** Writes the report into `file`: between its two marks when it has them, else as the whole of it. */
export function writeMarkdown(file: string, ran: readonly Ran[], options: Parameters<typeof describeRun>[0]): void {
  const details = ran.map((each) => {
    const { scenario, result } = each;
    const tables = result.tables.filter((table) => !isResults(table)).map(toMarkdown);
    return [`### ${titleOf(each)}`, `${scenario.describe}.`, ...tables, ...result.notes].join("\n\n");
  });
  const report = [describeRun(options), toMarkdown(resultsOf(ran)), ...details].join("\n\n");
  const before = existsSync(file) ? readFileSync(file, "utf8") : "";
  const [begin, end] = [before.indexOf(BEGIN), before.indexOf(END)];
  const inPlace = begin >= 0 && end > begin;
  const head = inPlace ? before.slice(0, begin) : "";
  const tail = inPlace ? before.slice(end + END.length) : "\n";
  writeFileSync(file, `${head}${BEGIN}\n\n${report}\n\n${END}${tail}`);
}
