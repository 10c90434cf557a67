// `npm run bundle-size`: prints the size of the production bundle, how much of it an isolate evaluates before its first
// response, and what each dependency and folder adds. test/e2e/bundle/size.test.ts holds the limits.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildBundle } from "../../src/cli/build/bundle.ts";
import { readCommandLine } from "../../src/cli/terminal/command-line.ts";
import { measureBundle } from "../support/server/bundle-parts.ts";

readCommandLine("Usage: npm run bundle-size\nWhat the production bundle weighs after gzip, by dependency.", {});
const directory = mkdtempSync(join(tmpdir(), "voelgoed-bundle-size-"));
try {
  const fault = await buildBundle(directory);
  if (fault !== null) throw new Error(fault);
  const { whole, evaluated, groups } = measureBundle(directory);
  const largestFirst = [...groups].sort(([, a], [, b]) => b.evaluated + b.later - (a.evaluated + a.later));
  const lines = [
    line("gzip, KB", "at the start", "when asked for"),
    ...largestFirst.map(([group, size]) => line(group, kilobytes(size.evaluated), kilobytes(size.later))),
    "",
    line("evaluated before the first answer", kilobytes(evaluated), ""),
    line("whole bundle", kilobytes(whole), ""),
  ];
  process.stdout.write(`${lines.join("\n")}\n`);
} finally {
  rmSync(directory, { recursive: true, force: true });
}

function kilobytes(bytes: number): string {
  return (bytes / 1_000).toFixed(1);
}

function line(name: string, start: string, later: string): string {
  return `${name.padEnd(34)}${start.padStart(14)}${later.padStart(16)}`.trimEnd();
}
