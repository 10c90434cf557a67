// Assembles the package of the client: of everything that the compiler writes, the files that its entry needs.

import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";

/** The entry, relative to the folder that the compiler writes to. */
const ENTRY = "client/client";
const IMPORTED = /(from |import\()"(\.{1,2}\/[^"]+)\.(?:ts|js)"/g;

export type Manifest = { readonly version: string; readonly license: string };

const NAME = "voelgoedevents-client";

/** Whether `folder` may be replaced: it does not exist, is empty, or has a package of the client. */
export function mayReplace(folder: string): boolean {
  try {
    if (readdirSync(folder).length === 0) return true;
    const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as { name?: unknown } | null;
    return manifest?.name === NAME;
  } catch {
    return !existsSync(folder);
  }
}

/** The package.json of the client. */
export function clientManifest({ version, license }: Manifest): object {
  const types = `./${ENTRY}.d.ts`;
  return {
    name: NAME,
    version,
    description: "The typed client of VoelgoedEvents, for browsers, Workers and Node.",
    license,
    type: "module",
    sideEffects: false,
    exports: { ".": { types, default: `./${ENTRY}.js` } },
    types,
    engines: { node: ">=20" },
  };
}

/** Copies from `compiled` into `target` what the entry imports, code and types. Returns the files, sorted. */
export function copyClient(compiled: string, target: string): string[] {
  const copied = new Set<string>();
  for (const ending of [".js", ".d.ts"]) {
    const waiting = [ENTRY + ending];
    for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
      if (copied.has(file)) continue;
      copied.add(file);
      const text = readFileSync(join(compiled, file), "utf8");
      const folder = dirname(file);
      waiting.push(...[...text.matchAll(IMPORTED)].map(([, , path = ""]) => normalize(join(folder, path)) + ending));
      const to = join(target, file);
      mkdirSync(dirname(to), { recursive: true });
      // In types the compiler leaves the names of sources, which the package does not have.
      writeFileSync(to, text.replaceAll(IMPORTED, '$1"$2.js"'));
    }
  }
  return [...copied].sort();
}

/** Copies the texts that belong to the package. */
export function copyTexts(project: string, target: string): void {
  copyFileSync(join(project, "LICENSE"), join(target, "LICENSE"));
  const page = readFileSync(join(project, "docs/client.md"), "utf8");
  // Links to other pages of the docs lead nowhere in a package.
  writeFileSync(join(target, "README.md"), page.replaceAll(/\[([^\]]+)\]\((?!https?:)[^)]+\)/g, "$1"));
}
