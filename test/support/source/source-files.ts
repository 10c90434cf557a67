// Reads the project's own source as text, for tests of its shape.

import { readdirSync, readFileSync } from "node:fs";
import { join, posix, relative, resolve } from "node:path";

const PROJECT = resolve(import.meta.dirname, "../../..");
const GENERATED = new Set(["src/worker-env.d.ts"]);
const IMPORT = /^\s*(?:import|export)\b[^;"'`]*?from\s*"([^"]+)"|\bimport\s*\(?\s*"([^"]+)"/gm;
const RULE = /^- ([A-Z]\d+) /gm;
/** A title that begins with one or more citations: [H4], [H1] [H3], or [H1, H3]. (In quotes this comment would be one.) */
const TITLE = /["'`]((?:\[[A-Z]\d+(?:, ?[A-Z]\d+)*\] ?)+)/g;
/** The first argument of a test or a group of tests, plain or `.each(…)`, or a constant named as a title. */
const WHOLE_TITLE =
  /(?:(?<=\b(?:it|test|describe)(?:\.\w+)*|[)`])\(|\btitle =)\s*(?:"((?:\\.|[^"\\\n])*)"|`((?:\\.|[^`\\])*)`)(?=[,;])/g;

export type SourceFile = { readonly path: string; readonly text: string; readonly lines: number };

/** The TypeScript files under a folder of the project, generated ones apart; paths as in `src/db/schema/catalogue.ts`. */
export function sourceFiles(folder: string): SourceFile[] {
  return readdirSync(join(PROJECT, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => /\.tsx?$/.test(name))
    .map((name) => posix.join(folder, name.replaceAll("\\", "/")))
    .filter((path) => !GENERATED.has(path))
    .sort()
    .map((path) => {
      const text = readFileSync(join(PROJECT, path), "utf8");
      return { path, text, lines: text.trimEnd().split("\n").length };
    });
}

/** What a file imports: paths of the project such as `src/domain/ids.ts`, or names of packages. */
export function importsOf(file: SourceFile): string[] {
  const code = withoutComments(file.text);
  return [...code.matchAll(IMPORT)].map(([, from, bare = ""]) => {
    const name = from ?? bare;
    if (!name.startsWith(".")) return name;
    return relative(PROJECT, resolve(PROJECT, file.path, "..", name)).replaceAll("\\", "/");
  });
}

export function withoutComments(text: string): string {
  return text.replaceAll(/\/\*[\s\S]*?\*\//g, "").replaceAll(/(^|\s)\/\/.*$/gm, "$1");
}

/** The ids of the rules in docs/rules.md. */
export function ruleIds(): string[] {
  const text = readFileSync(join(PROJECT, "docs/rules.md"), "utf8");
  return [...text.matchAll(RULE)].map(([, id = ""]) => id);
}

/** The ids that titles of tests cite. */
export function citedIds(): Set<string> {
  return new Set(sourceFiles("test").flatMap(({ text }) => [...citedIn(text)]));
}

/** The ids that the titles in a file of tests cite. */
export function citedIn(text: string): Set<string> {
  const titles = [...text.matchAll(TITLE)].map(([, ids = ""]) => ids);
  return new Set(titles.flatMap((ids) => ids.match(/[A-Z]\d+/g) ?? []));
}

/** The titles in a file of tests as they are written, so with the placeholders of those that data fill in. */
export function titlesIn(text: string): string[] {
  return [...text.matchAll(WHOLE_TITLE)].map(([, plain, template = ""]) => plain ?? template);
}
