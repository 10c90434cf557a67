// `npm run bench -- --profile FILE`: where the CPU time of the Worker and its objects goes while one hot ticket type is
// loaded. Writes a .cpuprofile (Chrome DevTools and speedscope open it) and tells the functions with the most self time.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cpuMsOf } from "./cpu-time.ts";
import { type CallFrame, type CpuProfile, profileWhile, withInspector } from "./inspector.ts";
import { bundleOf, openSide, progress, scratch, withSides } from "./rig.ts";
import type { ScenarioOptions, Table } from "./scenario.ts";
import { playRound, setStage } from "./stage.ts";

const CONNECTIONS = 128;
const SHOWN = 20;

export const PROFILED_LOADS = ["hold", "hold-release", "hold-order"] as const;
export type ProfiledLoad = (typeof PROFILED_LOADS)[number];

/** Also says what a request took of the process: what the profile does not see is in there, as the commits are. */
export async function profileHotType(
  file: string,
  kind: ProfiledLoad,
  { seconds }: ScenarioOptions,
): Promise<{ readonly tables: readonly Table[]; readonly note: string }> {
  const { port, env } = await withInspector(scratch());
  return withSides([() => openSide("inventory", "real", { env })], async ([side]) => {
    const stage = await setStage(side, 2);
    const asked = { kind, connections: CONNECTIONS, seconds };
    progress("warming up");
    await playRound(stage, [0], asked);
    progress("profiling");
    const { workerdPid } = side.server;
    const cpuBefore = cpuMsOf(workerdPid);
    const { result, profile } = await profileWhile(port, () => playRound(stage, [1], asked));
    const cpuMs = cpuMsOf(workerdPid) - cpuBefore;
    writeFileSync(file, JSON.stringify(profile));
    const sourceOf = sourceNames(readFileSync(join(await bundleOf("real"), "index.js"), "utf8"));
    const answers = result.answersPerSecond * seconds;
    return {
      tables: [selfTimes(profile, sourceOf, SHOWN), fileTimes(profile, sourceOf, SHOWN)],
      note:
        `${result.answersPerSecond.toFixed(0)} answers/s, ${result.perSecond.toFixed(0)} cycles/s; ` +
        `${(cpuMs / answers).toFixed(2)} ms of workerd's CPU a request, the projection after it and the profiler included.`,
    };
  });
}

/** Which source file each line of a bundle came from: esbuild names them in comments. */
export function sourceNames(bundle: string): (line: number) => string {
  const starts: { readonly line: number; readonly name: string }[] = [];
  bundle.split("\n").forEach((text, line) => {
    const name = /^\s*\/\/ (\S+\.(?:ts|tsx|js|mjs))$/.exec(text)?.[1];
    if (name) starts.push({ line, name: name.replace(/^.*node_modules\//, "") });
  });
  return (line) => starts.findLast((start) => start.line <= line)?.name ?? "index.js";
}

/** The functions with the most self time, in % of the time in which the isolate was not idle. */
export function selfTimes(profile: CpuProfile, sourceOf: (line: number) => string, shown: number): Table {
  const frames = new Map(profile.nodes.map(({ id, callFrame }) => [id, callFrame]));
  return ranking("function", profile, shown, (id) => nameOf(frames.get(id), sourceOf));
}

/** The same by source file; what the runtime does for a function (SQL, headers, hashes) counts for its caller's file. */
export function fileTimes(profile: CpuProfile, sourceOf: (line: number) => string, shown: number): Table {
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
  const parents = new Map(profile.nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id])));
  const fileOf = (id: number): string => {
    for (let at: number | undefined = id; at !== undefined; at = parents.get(at)) {
      const frame = nodes.get(at)?.callFrame;
      if (frame?.url.endsWith("index.js")) return sourceOf(frame.lineNumber);
      if (at === id && frame?.functionName.startsWith("(") && frame.functionName !== "(anonymous)") {
        return frame.functionName;
      }
    }
    return "(the runtime by itself)";
  };
  return ranking("file, with what the runtime does for it", profile, shown, fileOf);
}

function ranking(what: string, { samples, timeDeltas }: CpuProfile, shown: number, of: (id: number) => string): Table {
  const spent = new Map<string, number>();
  samples.forEach((id, index) => {
    const name = of(id);
    spent.set(name, (spent.get(name) ?? 0) + (timeDeltas[index] ?? 0));
  });
  spent.delete("(idle)");
  const all = [...spent.values()].reduce((sum, us) => sum + us, 0);
  const rows = [...spent].sort(([, a], [, b]) => b - a).slice(0, shown);
  return {
    head: [what, "ms", "%"],
    rows: rows.map(([name, us]) => [name, (us / 1_000).toFixed(0), ((us / all) * 100).toFixed(1)]),
  };
}

function nameOf(frame: CallFrame | undefined, sourceOf: (line: number) => string): string {
  if (!frame) return "(unknown)";
  const { functionName, url, lineNumber } = frame;
  if (!url.endsWith("index.js")) return `${functionName || "(anonymous)"} ${url && `(${url})`}`.trim();
  return `${functionName || "(anonymous)"} (${sourceOf(lineNumber)}, line ${lineNumber + 1} of the bundle)`;
}
