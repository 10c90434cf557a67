// Measures what the production bundle consists of: the text of each source file in it, by its source map, and whether
// an isolate evaluates it at its start or only with a dynamic import.

import { existsSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { gzipSync } from "node:zlib";
import { decode } from "@jridgewell/sourcemap-codec";
import * as z from "zod";
import { PROJECT } from "../../../src/cli/d1/wrangler.ts";
import { must } from "../../../src/domain/result.ts";

const Meta = z.object({
  inputs: z.record(
    z.string(),
    z.object({ imports: z.array(z.object({ path: z.string(), kind: z.string(), external: z.boolean().optional() })) }),
  ),
  outputs: z.record(z.string(), z.object({ entryPoint: z.string().optional() })),
});
const SourceMap = z.object({ sources: z.array(z.string()), mappings: z.string() });

/** `group`: the package, or the folder of src/, that the file belongs to. */
type Part = { readonly group: string; readonly evaluated: boolean; readonly text: string };
/** Bytes after gzip. A group's are its own text's alone, so that the groups' sum is more than the whole. */
type Size = { readonly evaluated: number; readonly later: number };
export type BundleSize = {
  readonly whole: number;
  readonly evaluated: number;
  readonly groups: ReadonlyMap<string, Size>;
};

/** Of the bundle in `directory`, as `buildBundle` leaves it there. */
export function measureBundle(directory: string): BundleSize {
  const parts = partsOf(directory);
  const groups = new Map<string, Size>();
  for (const group of new Set(parts.map((part) => part.group))) {
    const own = parts.filter((part) => part.group === group);
    groups.set(group, {
      evaluated: gzipped(own.filter(({ evaluated }) => evaluated)),
      later: gzipped(own.filter(({ evaluated }) => !evaluated)),
    });
  }
  return { whole: gzipped(parts), evaluated: gzipped(parts.filter(({ evaluated }) => evaluated)), groups };
}

/** Pieces of the bundle in their order; joined, they are the bundle. */
function partsOf(directory: string): Part[] {
  const meta = Meta.parse(readJson(join(directory, "bundle-meta.json")));
  const { sources, mappings } = SourceMap.parse(readJson(join(directory, "index.js.map")));
  const owners = ownersOfSources(Object.keys(meta.inputs));
  const files = sources.map((source) => ownerOf(owners, resolve(directory, source)));
  const evaluated = evaluatedFiles(meta);
  const lines = readFileSync(join(directory, "index.js"), "utf8").split(/(?<=\n)/);
  const parts: Part[] = [];
  // What no file's text is, such as the bundler's own functions, counts with what is evaluated.
  let file = "";
  const add = (text: string) => {
    if (text !== "") parts.push({ group: groupOf(file), evaluated: file === "" || evaluated.has(file), text });
  };
  decode(mappings).forEach((segments, index) => {
    const line = lines[index] ?? "";
    let from = 0;
    for (const [column, source] of segments) {
      add(line.slice(from, column));
      from = column;
      file = source === undefined ? "" : must(files[source], "a segment names one of the sources");
    }
    add(line.slice(from));
  });
  return parts;
}

/**
 * By the path that the source map names, the file that was bundled: itself, or what it says in a source map of its own
 * that it was made from, which the bundler then names in its place.
 */
function ownersOfSources(inputs: readonly string[]): Map<string, string> {
  const owners = new Map<string, string>();
  for (const file of inputs) {
    const path = resolve(PROJECT, file);
    owners.set(path, file);
    if (!existsSync(`${path}.map`)) continue;
    const { sources } = SourceMap.parse(readJson(`${path}.map`));
    for (const source of sources) owners.set(resolve(dirname(path), source), file);
  }
  return owners;
}

function ownerOf(owners: ReadonlyMap<string, string>, path: string): string {
  return must(owners.get(path), `a bundled file owns ${relative(PROJECT, path)}`);
}

/** The files that are reached from the entry without a dynamic import. */
function evaluatedFiles({ inputs, outputs }: z.infer<typeof Meta>): Set<string> {
  const waiting = Object.values(outputs).flatMap(({ entryPoint }) => entryPoint ?? []);
  const reached = new Set<string>();
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (reached.has(file)) continue;
    reached.add(file);
    const { imports } = must(inputs[file], `the bundler names every file that it took: ${file}`);
    waiting.push(...imports.flatMap(({ kind, external, path }) => (kind === "dynamic-import" || external ? [] : path)));
  }
  return reached;
}

function groupOf(file: string): string {
  if (file === "") return "(bundler)";
  const [, name] = /^node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file) ?? /^(src\/[^/]+)/.exec(file) ?? [];
  return name ?? file;
}

function gzipped(parts: readonly Part[]): number {
  return parts.length === 0 ? 0 : gzipSync(parts.map(({ text }) => text).join("")).byteLength;
}

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(path, "utf8"));
}
