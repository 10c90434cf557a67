// What the console weighs, as a browser loads it: after gzip, its first screen, and each further one.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { beforeAll, expect, test } from "vitest";
import { buildUi, UI, UI_PATHS } from "../../../src/cli/build/build-ui.ts";

const KB = 1_024;
/** Each file with those that it imports at once, and those that it imports when they are needed. */
type Chunk = { readonly bytes: number; readonly at_once: readonly string[]; readonly later: readonly string[] };
const chunks = new Map<string, Chunk>();
let entry = "";

beforeAll(async () => {
  await buildUi();
  const paths = JSON.parse(readFileSync(UI_PATHS, "utf8")) as Record<string, string>;
  entry = paths["console.js"] ?? "";
  read(entry);
});

function read(path: string): Chunk {
  const known = chunks.get(path);
  if (known) return known;
  const text = readFileSync(join(UI, path), "utf8");
  const named = (pattern: RegExp) => [...text.matchAll(pattern)].map(([, file = ""]) => `/ui/${file}`);
  const chunk = {
    bytes: gzipSync(text, { level: 9 }).length,
    at_once: named(/(?:from|import)\s*["`]\.\/([\w.-]+\.js)["`]/g),
    later: named(/import\(\s*["`]\.\/([\w.-]+\.js)["`]/g),
  };
  chunks.set(path, chunk);
  for (const other of [...chunk.at_once, ...chunk.later]) read(other);
  return chunk;
}

/** The files that are loaded with this one. */
function withImports(path: string, found = new Set<string>()): Set<string> {
  if (found.has(path)) return found;
  found.add(path);
  for (const other of read(path).at_once) withImports(other, found);
  return found;
}

const sizeOf = (paths: Iterable<string>) => [...paths].reduce((sum, path) => sum + read(path).bytes, 0);

test("[C11] the first screen weighs at most 60 KB, each further one 25 more, and the chart 30", () => {
  const languages = [...chunks.keys()].filter((path) => /\/(?:en|af)-/.test(path));
  expect(languages.length).toBe(2);
  const language = Math.max(...languages.map((path) => read(path).bytes));
  const first = withImports(entry);
  expect((sizeOf(first) + language) / KB).toBeLessThanOrEqual(60);
  const screens = [...chunks.keys()].filter(
    (path) => !languages.includes(path) && [...chunks.values()].some(({ later }) => later.includes(path)),
  );
  expect(screens.length).toBeGreaterThan(10);
  const heavy = screens
    .map((path) => ({ path, kb: sizeOf([...withImports(path)].filter((each) => !first.has(each))) / KB }))
    .filter(({ path, kb }) => kb > (path.includes("event-chart") ? 30 : 25));
  expect(heavy).toEqual([]);
});
