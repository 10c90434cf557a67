// Builds what browsers load, by Vite into dist/ui, and the list of its names for the Worker (src/http/pages/assets.ts). It
// builds only what has changed, and every command that needs the files calls it first.

import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import type { Rolldown } from "vite";
import * as z from "zod";
import { must } from "../../domain/result.ts";
import { buildElement, ELEMENT_PATHS } from "./build-element.ts";
import { PROJECT } from "../d1/wrangler.ts";

/** The root folder of what is served, which is `[assets]` in wrangler.toml. */
export const UI = join(PROJECT, "dist/ui");
/** Maps names to paths, such as `sheet.css` → `/ui/sheet-a1b2c3d4.css`. The file is not served itself. */
export const UI_PATHS = join(PROJECT, "dist/ui-paths.json");
/** Lists the files of the scanner's page, so that all of them are there without the network. */
export const SCANNER_FILES = join(PROJECT, "dist/scanner-files.json");
const UI_INPUTS = join(PROJECT, "dist/ui-inputs.json");

const SOURCES = "src/ui";
const CONFIGURATION = [
  "vite.config.ts",
  "package-lock.json",
  "src/cli/build/build-ui.ts",
  "src/cli/build/build-element.ts",
];

/** What the files in dist were built from: hashes of src/ui and of the sources outside it that scripts import. */
const inputs = z.object({ own: z.string(), others: z.array(z.string()), othersHash: z.string() });

/** Returns whether there was anything to build. Rejects with what Vite found wrong. */
export async function buildUi(): Promise<boolean> {
  const { data: builtFrom } = inputs.safeParse(jsonIn(UI_INPUTS));
  // Hashed before the build, so that what changes while it runs is built the next time.
  const own = hashOf(ownSources());
  if (builtFrom?.own === own && builtFrom.othersHash === hashOf(builtFrom.others) && isWhole()) return false;
  const staging = join(PROJECT, `dist/ui-${process.pid}`);
  try {
    await build(staging, own);
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
  return true;
}

async function build(staging: string, own: string): Promise<void> {
  // Imported here, since it takes half a second and mostly there is nothing to build.
  const vite = await import("vite").catch((fault: unknown) => {
    throw new Error(
      "Vite is not whole here. Run `npm ci`, without --omit=optional: its build for this machine is optional.",
      { cause: fault },
    );
  });
  const built = await vite.build({
    configFile: join(PROJECT, "vite.config.ts"),
    build: { outDir: staging, emptyOutDir: true },
  });
  if (!("output" in built)) throw new Error("Vite builds once, for one target");
  const listed = manifestIn(built.output);
  const pages = pathsIn(listed);
  const element = await buildElement(vite.build, staging, must(pages["element.css"], "vite.config.ts has its sheet"));
  const others = sourcesBeside([...built.output, ...element]);
  const paths = { ...pages, ...ELEMENT_PATHS };
  rmSync(join(staging, ".vite"), { recursive: true });
  publish(staging);
  writeWhole(UI_PATHS, paths);
  writeWhole(SCANNER_FILES, filesOf(SCANNER_PARTS, listed));
  writeWhole(UI_INPUTS, { own, others, othersHash: hashOf(others) });
}

const names = z.array(z.string()).default([]);
/** Vite's manifest: for each file, the other files by their keys in the manifest, but `css` and `assets` by their paths. */
const manifest = z.record(
  z.string(),
  z.object({
    ...{ file: z.string(), name: z.string().default(""), isEntry: z.literal(true).optional() },
    ...{ imports: names, dynamicImports: names, css: names, assets: names },
  }),
);
type Manifest = z.infer<typeof manifest>;

/** Entries of vite.config.ts. */
const SCANNER_PARTS = ["scanner", "scanner-look", "sheet", "zxing-worker"];

type Output = readonly (Rolldown.OutputChunk | Rolldown.OutputAsset)[];

function manifestIn(output: Output): Manifest {
  const listed = must(
    output.find(({ fileName }) => fileName === ".vite/manifest.json"),
    "vite.config.ts asks for a manifest",
  );
  return manifest.parse(JSON.parse("source" in listed ? String(listed.source) : listed.code));
}

function pathsIn(listed: Manifest): Record<string, string> {
  const named = Object.values(listed).flatMap(({ file, name, isEntry }) =>
    isEntry ? [[`${name}${/\.\w+$/.exec(file)?.[0] ?? ""}`, `/${file}`] as const] : [],
  );
  return Object.fromEntries(named.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The paths of these entries, and of everything that they load. */
function filesOf(entries: readonly string[], listed: Manifest): string[] {
  const found = new Set<string>();
  const waiting = Object.entries(listed).flatMap(([key, { name, isEntry }]) =>
    isEntry && entries.includes(name) ? [key] : [],
  );
  for (let key = waiting.pop(); key !== undefined; key = waiting.pop()) {
    const part = listed[key];
    if (part === undefined || found.has(part.file)) continue;
    for (const file of [part.file, ...part.css, ...part.assets]) found.add(file);
    waiting.push(...part.imports, ...part.dynamicImports);
  }
  return [...found].map((file) => `/${file}`).sort();
}

/** The sources that scripts import from elsewhere in src, such as the client and the domain. */
function sourcesBeside(output: Output): string[] {
  const modules = output.flatMap((each) => (each.type === "chunk" ? each.moduleIds : []));
  const own = modules.map((id) => relative(PROJECT, id).replaceAll("\\", "/"));
  return [...new Set(own.filter((path) => path.startsWith("src/") && !path.startsWith(`${SOURCES}/`)))].sort();
}

/**
 * Moves the files beside those that are served already, and then deletes those of other builds. The names contain a
 * hash of the content, so a concurrent build of the same sources writes the same files.
 */
function publish(staging: string): void {
  mkdirSync(UI, { recursive: true });
  const wanted = filesIn(staging);
  cpSync(staging, UI, { recursive: true });
  for (const path of filesIn(UI)) if (!wanted.includes(path)) rmSync(join(UI, path), { force: true });
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll("\\", "/"))
    .sort();
}

function ownSources(): string[] {
  return [...CONFIGURATION, ...filesIn(join(PROJECT, SOURCES)).map((path) => `${SOURCES}/${path}`)];
}

/** For a file that does not exist, hashes that it is absent. */
function hashOf(paths: readonly string[]): string {
  const hash = createHash("sha256");
  for (const path of paths) {
    const file = join(PROJECT, path);
    hash
      .update(`${path}\0`)
      .update(existsSync(file) ? readFileSync(file) : "")
      .update("\0");
  }
  return hash.digest("hex");
}

/** Whether all files that the Worker names exist. */
function isWhole(): boolean {
  const paths = z.record(z.string(), z.string()).safeParse(jsonIn(UI_PATHS));
  const ofScanner = z.array(z.string()).safeParse(jsonIn(SCANNER_FILES));
  if (!paths.success || !ofScanner.success) return false;
  const served = new Set(readdirSync(UI, { recursive: true, encoding: "utf8" }).map((path) => `/${path}`));
  return served.has("/_headers") && [...Object.values(paths.data), ...ofScanner.data].every((path) => served.has(path));
}

function jsonIn(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return null;
  }
}

/** Replaces the file as a whole: a concurrent reader finds the old text or the new one. */
function writeWhole(path: string, value: object): void {
  const draft = `${path}.${process.pid}.draft`;
  writeFileSync(draft, `${JSON.stringify(value, null, 2)}\n`);
  renameSync(draft, path);
}
