// `npm run client:pack`: makes the client's package in dist/client, and packs it beside that as npm would publish it.

import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { z } from "zod";
import { clientManifest, copyClient, copyTexts, mayReplace } from "./client-package.ts";
import { readCommandLine } from "../terminal/command-line.ts";
import { printResult, fail } from "../terminal/terminal.ts";
import { PROJECT } from "../d1/wrangler.ts";

const { positionals } = readCommandLine(
  "Usage: npm run -s client:pack [-- DIR]\nMakes the package voelgoedevents-client in DIR (default: dist), and prints its tarball.",
  {},
  1,
);
const directory = resolve(positionals[0] ?? join(PROJECT, "dist"));
const target = join(directory, "client");
const compiled = join(directory, ".client-compiled");

if (!mayReplace(target)) fail(`${target} is not a package of the client. Move it away, or name another folder.`);
rmSync(target, { recursive: true, force: true });
rmSync(compiled, { recursive: true, force: true });
mkdirSync(target, { recursive: true });
const manifest = z
  .object({ version: z.string(), license: z.string() })
  .parse(JSON.parse(readFileSync(join(PROJECT, "package.json"), "utf8")));
// Written first, so that the folder can be replaced even if this run breaks off: `mayReplace` recognises it by this file.
writeFileSync(join(target, "package.json"), `${JSON.stringify(clientManifest(manifest), null, 2)}\n`);
run(join(PROJECT, "node_modules/.bin/tsc"), ["-p", "tsconfig.client.json", "--outDir", compiled], PROJECT);
copyClient(compiled, target);
copyTexts(PROJECT, target);
rmSync(compiled, { recursive: true });
const packed = run("npm", ["pack", "--silent", "--pack-destination", directory], target);
printResult(join(directory, packed.trim()));

function run(tool: string, args: readonly string[], cwd: string): string {
  const { status, stdout, stderr, error } = spawnSync(tool, args, { cwd, encoding: "utf8" });
  if (status !== 0) fail(`${tool} failed: ${error?.message ?? stdout + stderr}`);
  return stdout;
}
