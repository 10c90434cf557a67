// Holds the pages to the code: what they name exists, and what operators and contributors search there is complete.

import { readdirSync, readFileSync } from "node:fs";
import { basename, join, posix } from "node:path";
import { expect, test } from "vitest";
import { must } from "../../../src/domain/result.ts";
import { PROJECT } from "../../support/server/commands.ts";
import { ruleTestsPage } from "../../support/source/rule-tests-page.ts";
import { citedIn, ruleIds, sourceFiles, withoutComments } from "../../support/source/source-files.ts";

type Page = { readonly path: string; readonly text: string };

const read = (path: string): string => readFileSync(join(PROJECT, path), "utf8");
const pages: readonly Page[] = ["README.md", ...readdirSync(join(PROJECT, "docs")).map((name) => `docs/${name}`)]
  .filter((path) => path.endsWith(".md"))
  .map((path) => ({ path, text: read(path) }));
const page = (path: string): string => must(pages.find((each) => each.path === path)?.text, `there is ${path}`);
const src = sourceFiles("src");

/** The files of every folder that pages name, and the folders in them with a slash at the end. */
const existing: ReadonlySet<string> = new Set(
  ["src", "test", "docs", "migrations", ".ci"].flatMap((folder) => [
    `${folder}/`,
    ...readdirSync(join(PROJECT, folder), { recursive: true, withFileTypes: true }).map((entry) => {
      const path = posix.join(entry.parentPath.slice(PROJECT.length + 1).replaceAll("\\", "/"), entry.name);
      return entry.isDirectory() ? `${path}/` : path;
    }),
  ]),
);
const baseNames = new Set([...existing, ...readdirSync(PROJECT)].map((path) => basename(path)));

function contentsOf(text: string, heading: string): string {
  const [, after = ""] = text.split(`\n## ${heading}\n`);
  expect(after, `there is a heading "${heading}"`).not.toBe("");
  return after.split("\n## ")[0] ?? "";
}

/** The names in backticks of the first column of the tables of a text. */
function firstColumn(text: string): string[] {
  const cells = [...text.matchAll(/^\| ([^|]+) \|/gm)].map(([, cell = ""]) => cell);
  return cells.flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, name = ""]) => name));
}

test("the README has at most 120 lines", () => {
  expect(page("README.md").trimEnd().split("\n").length).toBeLessThanOrEqual(120);
});

test("the client in the README is the one that the tests run", () => {
  const [, shown] = /```ts\n([^]*?)```/.exec(page("README.md")) ?? [];
  const [, ...run] = read("test/workers/http/readme-client.ts").split("\n\n");
  expect(shown).toBe(run.join("\n\n"));
});

test("each promise of the README names rules that the test beside it cites", () => {
  const rows = [...page("README.md").matchAll(/^\| [^|]+ \| ([A-Z]\d+(?:, [A-Z]\d+)*) \| `([^`]+)` \|$/gm)];
  expect(rows.length).toBeGreaterThanOrEqual(8);
  const known = new Set(ruleIds());
  for (const [row, ids = "", path = ""] of rows) {
    const cited = citedIn(read(path));
    for (const id of ids.split(", ")) expect([known.has(id), cited.has(id)], row).toEqual([true, true]);
  }
});

test("every link of a page leads to a file and a heading that are there", () => {
  const dead = pages.flatMap(({ path, text }) =>
    [...text.matchAll(/\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)/g)]
      .filter(([, file = "", anchor]) => {
        const target = file === "" ? path : posix.join(posix.dirname(path), file);
        if (target !== "README.md" && !existing.has(target)) return true;
        return anchor !== undefined && !headingsOf(read(target)).map(slugOf).includes(anchor);
      })
      .map(([link]) => `${path}: ${link}`),
  );
  expect(dead).toEqual([]);
});

function headingsOf(text: string): string[] {
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) => heading);
}

/** As the forges make an anchor of a heading. */
function slugOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
    .replaceAll(" ", "-");
}

test("every file and folder that a page names is there", () => {
  const missing = pages.flatMap(({ path, text }) =>
    [...new Set([...wholePaths(text), ...partPaths(text)])]
      .filter((named) => !expanded(named).every(isThere))
      .map((named) => `${path}: ${named}`),
  );
  expect(missing).toEqual([]);
});

/** Such as `src/db/schema/catalogue.ts` or `test/unit/{a,b}`, anywhere in the text. */
function wholePaths(text: string): string[] {
  const named = /(?<![\w./:-])(?:src|test|docs|migrations|\.ci)\/[\w./*{},-]*[\w*}/]/g;
  return [...text.matchAll(named)].map(([path]) => path);
}

/**
 * In backticks: `app/jobs/cron.ts` under src/, `unit/{retention,alarm}` under test/, and files such as `book.ts` by
 * their names.
 */
function partPaths(text: string): string[] {
  const rooms = new Set([...existing].map((path) => /^(src|test)\/[^/]+\//.exec(path)?.[0] ?? ""));
  return [...text.matchAll(/`([\w./*{},-]+)`/g)].flatMap(([, span = ""]) => {
    const [first = ""] = span.split("/");
    if (span.includes("/"))
      return ["src", "test"].filter((of) => rooms.has(`${of}/${first}/`)).map((of) => `${of}/${span}`);
    return /^[\w.{},-]+\.(?:ts|toml|md)$/.test(span) ? [span] : [];
  });
}

function expanded(path: string): string[] {
  const [, before, inside, after] = /^([^{]*)\{([^}]*)\}(.*)$/.exec(path) ?? [];
  if (inside === undefined) return [path];
  return inside.split(",").flatMap((part) => expanded(`${before}${part}${after}`));
}

function isThere(path: string): boolean {
  if (!path.includes("/")) return baseNames.has(path);
  const escaped = path.replace(/\/$/, "").replaceAll(/[.]/g, "\\.").replaceAll("*", "[^/]*");
  const pattern = new RegExp(`^${escaped}(?:\\.ts|\\.test\\.ts|/)?$`);
  return [...existing].some((each) => pattern.test(each));
}

const SCRIPTS = Object.keys((JSON.parse(read("package.json")) as { scripts: Record<string, string> }).scripts);

test("every `npm run` that a page, a command or the configuration names is there", () => {
  const texts = [
    ...pages,
    ...src,
    ...sourceFiles("test"),
    ...["wrangler.toml", ".ci/run"].map((path) => ({ path, text: read(path) })),
  ];
  const unknown = texts.flatMap(({ path, text }) =>
    [...text.matchAll(/\bnpm run (?:-s |--silent )*([a-z][\w:-]*)/g)]
      .filter(([, script = ""]) => !SCRIPTS.includes(script))
      .map(([command]) => `${path}: ${command}`),
  );
  expect(unknown).toEqual([]);
});

test("docs/commands.md has every script of package.json", () => {
  const named = firstColumn(contentsOf(page("docs/commands.md"), "Commands")).join("\n");
  const silent = SCRIPTS.filter((script) => !new RegExp(`\\bnpm (?:run )?(?:-s )?${script}(?![\\w:-])`).test(named));
  expect(silent).toEqual([]);
});

test("docs/glossary.md defines each term once", () => {
  const terms = [...page("docs/glossary.md").matchAll(/^\| ([^|]+) \| [A-Z]/gm)].map(([, term = ""]) => term);
  expect(terms.length).toBeGreaterThan(100);
  expect(terms.filter((term, at) => terms.indexOf(term) !== at)).toEqual([]);
});

test("docs/dependencies.md has every package and no other", () => {
  const { dependencies, devDependencies, optionalDependencies } = JSON.parse(read("package.json")) as Record<
    string,
    object
  >;
  const installed = Object.keys({ ...dependencies, ...devDependencies, ...optionalDependencies });
  const named = firstColumn(page("docs/dependencies.md"));
  const types = (name: string): string => (name.startsWith("@types/") ? "@types/*" : name);
  expect(named.sort()).toEqual([...new Set(installed.map(types))].sort());
});

test("docs/README.md lists every page and every folder of the source", () => {
  const index = page("docs/README.md");
  const linked = [...contentsOf(index, "Pages").matchAll(/^\| \[([a-z-]+\.md)\]/gm)].map(([, name]) => `docs/${name}`);
  expect([...linked, "docs/README.md", "README.md"].sort()).toEqual(pages.map(({ path }) => path).sort());
  const folders = [...existing].filter((path) => /^src\/[^/]+\/$/.test(path));
  const listed = firstColumn(contentsOf(index, "Layout"));
  expect(folders.filter((folder) => !listed.includes(folder))).toEqual([]);
});

test("docs/testing.md says the subject of every room that the tests of unit and workers have", () => {
  const rooms = [...existing].flatMap(
    (path) => /^test\/(?:unit|workers)\/(?!support\/)([^/]+)\/$/.exec(path)?.[1] ?? [],
  );
  const listed = firstColumn(contentsOf(page("docs/testing.md"), "Where a new test goes"));
  expect(listed.sort()).toEqual([...new Set(rooms)].sort());
});

test("what the code says of a page is there: the page, and its heading where one is named", () => {
  const texts = [...src, ...sourceFiles("test"), { path: "wrangler.toml", text: read("wrangler.toml") }];
  const dead = texts.flatMap(({ path, text }) =>
    [...text.matchAll(/\b(docs\/[a-z-]+\.md|README)(?:, "([A-Z][^"\\]+)")?/g)]
      .filter(([, target = "", heading]) => {
        const name = target === "README" ? "README.md" : target;
        if (!pages.some((each) => each.path === name)) return true;
        return heading !== undefined && !headingsOf(page(name)).includes(heading);
      })
      .map(([reference]) => `${path}: ${reference}`),
  );
  expect(dead).toEqual([]);
});

test("docs/rule-tests.md is as `npm run rule-tests` writes it", () => {
  expect(page("docs/rule-tests.md") === ruleTestsPage(), "run `npm run rule-tests`").toBe(true);
});

/** The commands talk to people, on their terminals. */
const server = src.filter(({ path }) => !path.startsWith("src/cli/") && !path.startsWith("src/client/"));
const LOGGED = /\bevent: "([a-z\d_]+)"|(?:\blog|Log|\bfailed|Failed|\bonFailure|\blogMailFault)\(\s*"([a-z\d_]+)"/g;
/** They write lines whose event their callers name. */
const WRITERS = new Set(["src/shared/log.ts", "src/shared/objects/call-object.ts"]);

function eventsIn(text: string): string[] {
  return [...withoutComments(text).matchAll(LOGGED)].map(
    ([, named, passed]) => named ?? must(passed, "one of the two"),
  );
}

test("docs/operations.md has every event that is logged, once, and no other", () => {
  const rows = contentsOf(page("docs/operations.md"), "Log lines").split("| `event` |")[1] ?? "";
  const named = firstColumn(rows).filter((name) => name !== "info");
  expect(named.sort()).toEqual([...new Set(server.flatMap(({ text }) => eventsIn(text)))].sort());
});

test("every line of the log is written where the test above finds its event", () => {
  const hidden = server
    .filter(({ path, text }) => !WRITERS.has(path) && /\bconsole\.\w+\(|\blogError\(/.test(withoutComments(text)))
    .filter(({ text }) => eventsIn(text).length === 0)
    .map(({ path }) => path);
  expect(hidden).toEqual([]);
});

test("docs/workflows.md has the jobs of the cron, in their order", () => {
  const [, jobs = ""] = /const JOBS\b[^{]*\{([^}]*)\}/.exec(read("src/app/jobs/cron.ts")) ?? [];
  const run = [...jobs.matchAll(/^ {2}(\w+):/gm)].map(([, name]) => name);
  expect(run.length).toBeGreaterThan(10);
  const [, table = ""] = /\| job \| \|\n([^]*?)\n\n/.exec(page("docs/workflows.md")) ?? [];
  expect(firstColumn(table)).toEqual(run);
});
