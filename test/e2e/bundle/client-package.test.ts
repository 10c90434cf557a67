// The package of the client as somebody else has it: packed, installed into an empty folder, and its examples of
// docs/client.md run against a server.

import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { publint } from "publint";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { mayReplace } from "../../../src/cli/build/client-package.ts";
import { must } from "../../../src/domain/result.ts";
import { PROJECT } from "../../support/server/commands.ts";
import { buildShow, type Show, typeOf } from "../../support/server/catalogue/show.ts";
import { openStage, type Stage } from "../../support/server/stage.ts";

const folder = mkdtempSync(join(tmpdir(), "voelgoed-client-"));
const user = join(folder, "user");
let stage: Stage;
let show: Show;
let tarball: string;

function run(tool: string, args: readonly string[], cwd: string) {
  const { status, stdout, stderr } = spawnSync(tool, args, { cwd, encoding: "utf8", timeout: 120_000 });
  return { status, output: stdout + stderr, stdout };
}
const node = (...args: string[]) => run(process.execPath, ["--disable-warning=ExperimentalWarning", ...args], user);

/** As much of React as the example uses: an effect runs at once, and a state is the value that was set last. */
const REACT = `export const states = [];
export const useEffect = (effect) => void effect();
export const useState = (first) => [first, (value) => void states.push(value)];`;
const REACT_TYPES = `export function useEffect(effect: () => void | (() => void), on: readonly unknown[]): void;
export function useState<S>(first: S): [S, (value: S) => void];
export const states: unknown[];`;

function installReact(): void {
  const react = join(user, "node_modules/react");
  mkdirSync(react);
  writeFileSync(
    join(react, "package.json"),
    '{ "name": "react", "type": "module", "main": "index.js", "types": "index.d.ts" }',
  );
  writeFileSync(join(react, "index.js"), REACT);
  writeFileSync(join(react, "index.d.ts"), REACT_TYPES);
}

/** The code of a section of docs/client.md, for this server. */
function exampleOf(section: string): string {
  const page = readFileSync(join(PROJECT, "docs/client.md"), "utf8");
  const [, code] = new RegExp(`## ${section}\n[^]*?\`\`\`\\w+\n([^]*?)\`\`\``).exec(page) ?? [];
  const text = must(code ?? null, `docs/client.md has an example ${section}`);
  return text.replace("https://tickets.example", stage.server.baseUrl);
}

beforeAll(async () => {
  stage = await openStage();
  show = await buildShow(stage.client, stage.keys.owner, [{ total: 3 }]);
  const packed = run(
    process.execPath,
    ["--disable-warning=ExperimentalWarning", "src/cli/build/client-pack.ts", relative(PROJECT, folder)],
    PROJECT,
  );
  expect(packed.status, packed.output).toBe(0);
  tarball = packed.stdout.trim();
  mkdirSync(user);
  writeFileSync(join(user, "package.json"), '{ "name": "user", "private": true, "type": "module" }');
  const installed = run("npm", ["install", "--offline", "--no-audit", "--no-fund", tarball], user);
  expect(installed.status, installed.output).toBe(0);
});
afterAll(async () => {
  await stage.close();
  rmSync(folder, { recursive: true });
});

describe("the package", () => {
  it("is one file, and installs itself and nothing else", () => {
    expect(tarball).toMatch(/\/voelgoedevents-client-\d+\.\d+\.\d+\.tgz$/);
    expect(readdirSync(join(user, "node_modules")).filter((name) => !name.startsWith("."))).toEqual([
      "voelgoedevents-client",
    ]);
    const manifest = JSON.parse(
      readFileSync(join(user, "node_modules/voelgoedevents-client/package.json"), "utf8"),
    ) as Record<string, unknown>;
    expect(manifest).toMatchObject({ type: "module", license: "MIT" });
    for (const field of ["dependencies", "peerDependencies", "optionalDependencies", "scripts"])
      expect(manifest).not.toHaveProperty(field);
  });

  it("is made again where it is, and in no folder that has anything else", () => {
    expect(mayReplace(join(folder, "client"))).toBe(true);
    const full = join(folder, "full");
    mkdirSync(join(full, "client"), { recursive: true });
    expect([mayReplace(join(full, "client")), mayReplace(join(full, "none"))]).toEqual([true, true]);
    const note = join(full, "client/note.txt");
    writeFileSync(note, "kept");
    writeFileSync(join(full, "client/package.json"), '{ "name": "another" }');
    expect([mayReplace(join(full, "client")), mayReplace(note)]).toEqual([false, false]);
    const refused = run(
      process.execPath,
      ["--disable-warning=ExperimentalWarning", "src/cli/build/client-pack.ts", full],
      PROJECT,
    );
    expect(refused).toMatchObject({ status: 1, stdout: "" });
    expect(refused.output).toContain("is not a package of the client");
    expect(readFileSync(note, "utf8")).toBe("kept");
  });

  it("is one in which publint finds nothing, and would", async () => {
    const lint = async (pkgDir: string) => (await publint({ pkgDir, strict: true, pack: false })).messages;
    expect(await lint(join(folder, "client"))).toEqual([]);
    const broken = join(folder, "broken");
    mkdirSync(broken);
    writeFileSync(join(broken, "package.json"), '{ "name": "broken", "type": "module", "exports": "./absent.js" }');
    expect(await lint(broken)).not.toEqual([]);
  });

  it("has code for what its entry imports, and no more: no code of the server", () => {
    const inside = join(user, "node_modules/voelgoedevents-client");
    const code = readdirSync(inside, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".js"));
    expect(code.sort()).toEqual([
      ...[
        "client/client.js",
        "client/live-state.js",
        "client/live.js",
        "domain/time/backoff.js",
        "sockets/protocol.js",
      ],
    ]);
  });
});

describe("the types", () => {
  function check(code: string, resolution: "bundler" | "nodenext") {
    writeFileSync(join(user, "checked.ts"), code);
    const kind = resolution === "bundler" ? ["--module", "esnext"] : ["--module", "nodenext"];
    const options = ["--strict", "--noEmit", "--target", "es2022", "--lib", "es2022,dom", "--types", ""];
    const how = ["--moduleResolution", resolution, ...kind];
    return run(join(PROJECT, "node_modules/.bin/tsc"), ["--ignoreConfig", ...options, ...how, "checked.ts"], user);
  }

  it.each(["bundler", "nodenext"] as const)("of every example compile, resolved as by %s", (resolution) => {
    installReactOnce();
    for (const section of ["In a browser", "In React"]) {
      const { status, output } = check(exampleOf(section), resolution);
      expect(status, output).toBe(0);
    }
  });

  it("refuse a route that is not there, and a field that a response does not have", () => {
    const start = 'import { openClient } from "voelgoedevents-client";\nconst api = openClient({ baseUrl: "" });\n';
    const call = (route: string, field: string) =>
      `${start}const me = await api.call("${route}", {});\nexport const it = me.ok ? me.body.${field} : null;\n`;
    expect(check(call("GET /v1/me", "permissions"), "bundler").status).toBe(0);
    expect(check(call("GET /v1/nobody", "permissions"), "bundler").output).toContain("GET /v1/nobody");
    expect(check(call("GET /v1/me", "password"), "bundler").output).toContain("password");
  });
});

let hasReact = false;
function installReactOnce(): void {
  if (!hasReact) installReact();
  hasReact = true;
}

describe("the example", () => {
  it("for Node sells two tickets, and says when there are not so many", () => {
    writeFileSync(join(user, "sell.js"), exampleOf("In Node"));
    const sold = node("sell.js", stage.server.baseUrl, typeOf(show));
    expect(sold.output).toMatch(/^[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{3} \d+\.\d\d\n$/);
    const refused = node("sell.js", stage.server.baseUrl, typeOf(show));
    expect([refused.status, refused.output]).toEqual([1, expect.stringContaining("Error: sold_out")]);
  });

  it("for a browser shows what is left, by its name", () => {
    writeFileSync(join(user, "browser.ts"), exampleOf("In a browser"));
    const drive = `import { showTickets } from "./browser.ts";
const into = { set textContent(text) { if (text !== "") { console.log(text); process.exit(0); } } };
await showTickets(process.argv[2], into);`;
    writeFileSync(join(user, "drive-browser.js"), drive);
    expect(node("drive-browser.js", show.eventId).output).toMatch(/^.+: \d\n$/);
  });

  it("for React has the state of an event", () => {
    installReactOnce();
    writeFileSync(join(user, "react.ts"), exampleOf("In React"));
    const drive = `import { states } from "react";
import { useEventState } from "./react.ts";
const first = useEventState(process.argv[2]);
const timer = setInterval(() => {
  if (states.length === 0) return;
  console.log(first, states[0].event.id);
  process.exit(0);
}, 20);`;
    writeFileSync(join(user, "drive-react.js"), drive);
    expect(node("drive-react.js", show.eventId).output).toBe(`null ${show.eventId}\n`);
  });

  it.each(["In a browser", "In Node", "In React"])("%s has about twelve lines", (section) => {
    expect(exampleOf(section).trim().split("\n").length).toBeLessThanOrEqual(16);
  });
});
