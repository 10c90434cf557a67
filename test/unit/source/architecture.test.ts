// Holds the shape of the source: who imports whom, how long files are, and that tests cite every rule. docs.test.ts holds
// that docs/README.md lists the folders.

import { dirname } from "node:path";
import { expect, test } from "vitest";
import {
  citedIds,
  importsOf,
  ruleIds,
  sourceFiles,
  titlesIn,
  withoutComments,
} from "../../support/source/source-files.ts";

/** May import: folders (`domain/`), files without their ending (`db/ticket-types/terms`), packages (`hono`, with what is under it). */
type Layer = { readonly owns: string; readonly may: readonly string[] };

const CLIENTS = ["inventory/client", "feed/client", "door/client"];

const LAYERS: Readonly<Record<string, Layer>> = {
  domain: { owns: "the rules, plain and without I/O", may: [] },
  shared: {
    owns: "what the rooms share: deadlines, repeats, pauses, bounded memory, hashes",
    may: ["domain/", "node:crypto"],
  },
  sockets: {
    owns: "what live objects share: protocol, sessions, conflation",
    may: ["domain/", "shared/", "db/credentials/credential-watch"],
  },
  inventory: {
    owns: "the object of a ticket type",
    may: [
      ...["domain/", "shared/", "sockets/", "feed/client", "door/client"],
      ...["client", "orders/orders", "orders/order-mail", "projection/projection", "rate-limit"].map(
        (name) => `db/${name}`,
      ),
      ...["db/ticket-types/terms", "auth/mailer", "auth/links/order-links"],
      ...["cloudflare:workers", "node:crypto"],
    ],
  },
  feed: {
    owns: "the object of an event's feed and its shards",
    may: [
      ...["domain/", "shared/", "sockets/", "inventory/client", "door/client"],
      ...["client", "credentials/credential-watch", "events/feed"].map((name) => `db/${name}`),
      "cloudflare:workers",
    ],
  },
  door: {
    owns: "the object of an event's door",
    may: [
      ...["domain/", "shared/", "sockets/", "desk/client", "feed/client", "inventory/client"],
      ...["client", "credentials/credential-watch", "door/door-counts", "door/door-terms", "tickets/tickets"].map(
        (name) => `db/${name}`,
      ),
      ...["cloudflare:workers", "node:crypto"],
    ],
  },
  desk: { owns: "the door desk", may: ["domain/", "shared/", "itty-durable", "cloudflare:workers"] },
  db: { owns: "every statement on D1", may: ["domain/", "shared/", "drizzle-orm", "node:crypto"] },
  cache: { owns: "published events and images in KV", may: ["domain/", "shared/", "db/"] },
  auth: {
    owns: "credentials to actors",
    may: ["domain/", "shared/", "db/", "better-auth", "node:buffer", "node:crypto"],
  },
  app: {
    owns: "every verb that writes, and the cron's jobs",
    may: [
      "domain/",
      "shared/",
      "db/",
      "cache/",
      "auth/",
      ...CLIENTS,
      "door/codes/typed-type",
      "desk/",
      "node:crypto",
      "marked",
    ],
  },
  http: {
    owns: "routes, schemas and the map from refusal to problem",
    may: [
      ...["app/", "auth/", "domain/", "shared/", "db/", "cache/", "desk/", ...CLIENTS],
      ...["door/shown-scan", "door/shown-conflict", "ui/shared/", "dist/ui-paths.json", "dist/scanner-files.json"],
      ...["hono", "@hono/zod-openapi", "uqr", "node:buffer", "node:crypto"],
    ],
  },
  client: { owns: "the typed client", may: ["sockets/protocol", "domain/time/backoff"] },
  ui: {
    owns: "what runs in a browser",
    may: [
      ...["client/", "domain/", "door/shown-scan", "sockets/protocol", "sockets/door-protocol"],
      ...["preact", "preact-iso", "@preact/signals", "@tanstack/query-core", "uplot", "uqr", "idb", "zxing-wasm"],
    ],
  },
  cli: {
    owns: "Node commands",
    may: [
      ...[
        "domain/",
        "db/schema/",
        "db/outbox/",
        "client/",
        "cache/restoring",
        "auth/people/passwords",
        "inventory/storage/sql-rows",
      ],
      ...["shared/objects/object-sql", "http/schemas/entry/door-log"],
      ...["drizzle-orm", "miniflare", "vite", "wrangler", "ws", "zod", "node:"],
    ],
  },
  index: {
    owns: "the Worker's entry",
    may: [
      ...["domain/", "inventory/", "feed/", "sockets/", "door/", "desk/", "db/", "cache/", "auth/", "app/", "http/"],
      "hono",
    ],
  },
};

const src = sourceFiles("src");

test("src/ holds only folders that the table of layers knows", () => {
  const unknown = src.filter(({ path }) => !LAYERS[layerOf(path)]).map(({ path }) => path);
  expect(unknown, "a new folder first gets its place in this table and in docs/README.md").toEqual([]);
});

test("a file imports only what its folder may import", () => {
  const strayed = src.flatMap((file) =>
    importsOf(file)
      .filter((name) => !isAllowed(layerOf(file.path), name))
      .map((name) => `${file.path} imports ${name}: ${advice(file.path, name)}`),
  );
  expect(strayed).toEqual([]);
});

test("the domain has no clock, no randomness, no promise and no I/O", () => {
  const impure = /\bDate\.now\b|\bnew Date\(\)|\bMath\.random\b|\basync\b|\bawait\b|\bPromise\b|\bfetch\(|\bcrypto\b/;
  const found = src
    .filter(({ path }) => layerOf(path) === "domain")
    .flatMap(({ path, text }) => (impure.exec(withoutComments(text)) ?? []).map((what) => `${path}: ${what}`));
  expect(found, "what varies comes into the domain as an argument").toEqual([]);
});

test("[X4] no expression of the server searches for a trailing repetition from each place of a text", () => {
  const expression = /(?<=[(,=:?&|!]\s*)\/(?![*/])((?:\\.|\[(?:\\.|[^\]\n])*\]|[^/\\\n[])+)\/[dgimsuvy]*/g;
  const server = src.filter(({ path }) => !["cli", "client"].includes(layerOf(path)));
  const found = server.flatMap(({ path, text }) =>
    [...withoutComments(text).matchAll(expression)]
      .filter(([, body = ""]) => body.split("|").some((each) => !each.startsWith("^") && /[+*]\)*\$$/.test(each)))
      .map(([literal]) => `${path}: ${literal}`),
  );
  expect(found).toEqual([]);
});

test("a file has at most 300 lines, and half of them at most 80", () => {
  const isGenerated = (path: string) => path === "src/client/wire.ts";
  const long = [...src, ...sourceFiles("test")].filter(({ path, lines }) => lines > 300 && !isGenerated(path));
  expect(long.map(({ path, lines }) => `${path}: ${lines} lines`)).toEqual([]);
  const sizes = src.map(({ lines }) => lines).sort((a, b) => a - b);
  expect(sizes[Math.floor(sizes.length / 2)]).toBeLessThanOrEqual(80);
});

test("a folder of the source or of the tests has at most a dozen files beside its folders", () => {
  const counts = new Map<string, number>();
  for (const { path } of [...src, ...sourceFiles("test")])
    counts.set(dirname(path), (counts.get(dirname(path)) ?? 0) + 1);
  const full = [...counts].filter(([, count]) => count > 12).map(([folder, count]) => `${folder}: ${count} files`);
  expect(full).toEqual([]);
});

test("each test of the projects unit, workers and e2e is in a room", () => {
  const loose = sourceFiles("test").filter(({ path }) => /^test\/(?:unit|workers|e2e)\/[^/]+$/.test(path));
  expect(
    loose.map(({ path }) => path),
    'docs/testing.md, "Where a new test goes"',
  ).toEqual([]);
});

test("a file says in its first line what it owns", () => {
  const silent = src.filter(({ text }) => !/^(\/\/|\/\*\*?) ?\S/.test(text)).map(({ path }) => path);
  expect(silent).toEqual([]);
});

test("names say what a thing is", () => {
  const vague = src.filter(({ path }) => /(^|\/)(index|utils?|helpers?|manager|service|handler)\.tsx?$/.test(path));
  expect(vague.map(({ path }) => path).filter((path) => path !== "src/index.ts")).toEqual([]);
});

/** Rules that later issues reach. It only shrinks: a rule that a test cites must leave it. */
const NOT_YET_REACHED = new Set<string>([]);

test("every rule is cited by the title of a test", () => {
  const cited = citedIds();
  const rules = ruleIds();
  expect(rules.length, "docs/rules.md lists the rules as `- H4 …`").toBeGreaterThan(50);
  const missing = rules.filter((id) => !cited.has(id) && !NOT_YET_REACHED.has(id));
  expect(missing, "no test cites these").toEqual([]);
  const reached = [...NOT_YET_REACHED].filter((id) => cited.has(id) || !rules.includes(id));
  expect(reached, "tests cite these (or rules.md has them no more): take them from NOT_YET_REACHED").toEqual([]);
  const unknown = [...cited].filter((id) => !rules.includes(id));
  expect(unknown, "tests cite rules that docs/rules.md does not have").toEqual([]);
});

test("the title of a test has fewer than 100 characters", () => {
  const tests = sourceFiles("test").filter(({ path }) => path.endsWith(".test.ts"));
  const titles = tests.flatMap(({ path, text }) => titlesIn(text).map((title) => ({ path, title })));
  expect(titles.length, "titles are found where they are written").toBeGreaterThan(3_000);
  const long = titles.filter(({ title }) => title.length >= 100);
  expect(long.map(({ path, title }) => `${path}: ${title.length} characters: ${title}`)).toEqual([]);
});

function layerOf(path: string): string {
  return path.split("/")[1]?.replace(/\.tsx?$/, "") ?? "";
}

function isAllowed(layer: string, name: string): boolean {
  const local = name.startsWith("src/") ? name.slice("src/".length).replace(/\.tsx?$/, "") : null;
  if (local?.startsWith(`${layer}/`)) return true;
  return (LAYERS[layer]?.may ?? []).some((allowed) => {
    const isFolder = allowed.endsWith("/") || allowed.endsWith(":");
    if (local !== null) return isFolder ? local.startsWith(allowed) : local === allowed;
    return isFolder ? name.startsWith(allowed) : name === allowed || name.startsWith(`${allowed}/`);
  });
}

function advice(path: string, name: string): string {
  const target = name.startsWith("src/") ? LAYERS[layerOf(name)] : undefined;
  const own = LAYERS[layerOf(path)];
  if (target) return `${layerOf(name)}/ owns ${target.owns}; code that needs it belongs in a folder that may use it`;
  if (name.startsWith("drizzle-orm")) return "a query belongs in src/db";
  return `not a package for what ${layerOf(path)}/ owns: ${own?.owns ?? "nothing"}`;
}
