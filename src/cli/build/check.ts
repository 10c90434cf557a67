// `npm run check`: runs all checks of the code that do not run the Worker, and then reports.

import { spawn } from "node:child_process";
import { availableParallelism } from "node:os";
import { delimiter, join } from "node:path";
import { buildUi } from "./build-ui.ts";
import { readCommandLine } from "../terminal/command-line.ts";
import { say } from "../terminal/terminal.ts";
import { PROJECT, QUIET_ENV } from "../d1/wrangler.ts";

type Command = readonly [string, ...string[]];
/** `before`: commands that run first, one after the other, and make the files that `command` checks. */
type Check = {
  readonly title: string;
  readonly before?: readonly Command[];
  readonly command: Command;
  readonly mend?: string;
};

const API = ".wrangler/openapi.json";

/** Turns off the telemetry and the update check of the API document's linter. */
const QUIET_LINTER = { REDOCLY_TELEMETRY: "off", REDOCLY_SUPPRESS_UPDATE_NOTICE: "true" };

/** The longest first, so that two that run at a time end together. */
const CHECKS: readonly Check[] = [
  { title: "architecture", command: ["vitest", "run", "--project", "unit", "test/unit/source/architecture.test.ts"] },
  { title: "lint", command: ["oxlint"], mend: "npx oxlint --fix" },
  { title: "types of the Worker and its tests", command: ["tsc", "-p", "tsconfig.json"] },
  { title: "types of commands and other tests", command: ["tsc", "-p", "tsconfig.node.json"] },
  { title: "types of what browsers run", command: ["tsc", "-p", "tsconfig.ui.json"] },
  {
    title: "generated Env",
    command: ["wrangler", "types", "src/worker-env.d.ts", "--include-runtime=false", "--strict-vars=false", "--check"],
    mend: "npm run types",
  },
  {
    title: "API document",
    before: [["node", "test/support/source/write-openapi.ts", API]],
    command: ["redocly", "lint", API],
  },
  {
    title: "types of the client",
    before: [["node", "test/support/source/write-openapi.ts", `${API}.types`]],
    command: ["node", "src/cli/build/client-types.ts", `${API}.types`, "--check"],
    mend: "npm run client",
  },
  { title: "unused code and dependencies", command: ["knip"] },
  { title: "format", command: ["biome", "format", "."], mend: "npm run format" },
];

readCommandLine(`Usage: npm run check\nRuns side by side: ${CHECKS.map(({ title }) => title).join(", ")}.`, {});
// Types, lint and the API document need the names of the files that the build makes.
await buildUi();
const waiting = [...CHECKS];
const failed: string[] = [];
await Promise.all(Array.from({ length: Math.max(2, availableParallelism()) }, work));
if (failed.length > 0) say(`\n${failed.length} of ${CHECKS.length} checks failed: ${failed.join(", ")}`);
process.exitCode = failed.length > 0 ? 1 : 0;

async function work(): Promise<void> {
  for (let check = waiting.shift(); check; check = waiting.shift()) {
    const begun = performance.now();
    const { status, output } = await run(check);
    const took = `${((performance.now() - begun) / 1_000).toFixed(1)} s`;
    if (status === 0) {
      say(`ok    ${check.title} (${took})`);
      continue;
    }
    failed.push(check.title);
    say(`FAIL  ${check.title} (${took})${check.mend ? `; to mend: ${check.mend}` : ""}\n${output.trimEnd()}\n`);
  }
}

async function run({ before = [], command }: Check): Promise<{ status: number; output: string }> {
  for (const each of before) {
    const made = await runCommand(each);
    if (made.status !== 0) return made;
  }
  return runCommand(command);
}

function runCommand([tool, ...args]: Command): Promise<{ status: number; output: string }> {
  const path = [join(PROJECT, "node_modules/.bin"), process.env["PATH"]].join(delimiter);
  const child = spawn(tool, args, {
    cwd: PROJECT,
    env: { ...process.env, ...QUIET_ENV, ...QUIET_LINTER, PATH: path, NO_COLOR: "1" },
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => {
      output += chunk.toString("utf8");
    });
  }
  return new Promise((settle, reject) => {
    child.once("error", reject);
    child.once("close", (code) => settle({ status: code ?? 1, output }));
  });
}
