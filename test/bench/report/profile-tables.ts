// Turns a CPU profile into tables by function and by source file.

import type { CallFrame, CpuProfile } from "../rig/inspector.ts";
import type { Table } from "../scenario.ts";

/** Which source file each line of a bundle came from: esbuild names them in comments. */
export function sourceNames(bundle: string): (line: number) => string {
  const starts: { readonly line: number; readonly name: string }[] = [];
  bundle.split("\n").forEach((text, line) => {
    const name = /^\s*\/\/ (\S+\.(?:ts|tsx|js|mjs))$/.exec(text)?.[1];
    if (name) starts.push({ line, name: name.replace(/^.*node_modules\//, "") });
  });
  return (line) => starts.filter((start) => start.line <= line).at(-1)?.name ?? "index.js";
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
