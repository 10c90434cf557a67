// `npm run bench -- --profile FILE`: where the CPU time of the Worker goes while one hot ticket type is held. Writes a
// .cpuprofile (Chrome DevTools and speedscope open it) and tells the functions with the most self time.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { buildShow, typeOf } from "../support/show.ts";
import { type CallFrame, type CpuProfile, profileWhile, withInspector } from "./inspector.ts";
import { bundleOf, openSide, progress, runLoad, scratch, withSides } from "./rig.ts";
import type { ScenarioOptions, Table } from "./scenario.ts";

const CONNECTIONS = 128;
const SHOWN = 20;

export async function profileHotType(file: string, { seconds }: ScenarioOptions): Promise<readonly Table[]> {
  const { port, env } = await withInspector(scratch());
  return withSides([() => openSide("inventory", "real", { env })], async ([side]) => {
    const { client, server, tokens } = side;
    const types = [1, 2].map(() => ({ total: 99_000, maxPerOrder: 100 }));
    const show = await buildShow(client, server.demo.api_keys.owner, types);
    const load = (index: number) =>
      runLoad({
        baseUrl: server.baseUrl,
        kind: "hold",
        paths: [`/v1/ticket-types/${typeOf(show, index)}/holds`],
        tokens,
        connections: CONNECTIONS,
        seconds,
        name: `profile-${index}`,
      });
    progress("warming up");
    await load(0);
    progress("profiling");
    const profile = await profileWhile(port, () => load(1));
    writeFileSync(file, JSON.stringify(profile));
    const sourceOf = sourceNames(readFileSync(join(await bundleOf("real"), "index.js"), "utf8"));
    return [selfTimes(profile, sourceOf, SHOWN), fileTimes(profile, sourceOf, SHOWN)];
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
