// Builds the production bundle, which is what `wrangler deploy` would upload, as modules for the local runtime.

import { readdirSync } from "node:fs";
import { extname, join } from "node:path";
import { buildUi } from "./build-ui.ts";
import { runWrangler } from "../d1/wrangler.ts";

export type BundleModule = { readonly type: "ESModule" | "CompiledWasm" | "Text" | "Data"; readonly path: string };

const TYPES: Readonly<Record<string, BundleModule["type"]>> = {
  ".js": "ESModule",
  ".wasm": "CompiledWasm",
  ".txt": "Text",
  ".html": "Text",
  ".sql": "Text",
  ".bin": "Data",
};

/**
 * Builds what browsers load, and the Worker into `directory`, with its source map and `bundle-meta.json`, which lists the
 * sources. Returns null when it succeeded, else what was wrong, by Vite or wrangler.
 */
export async function buildBundle(directory: string): Promise<string | null> {
  try {
    await buildUi();
  } catch (fault) {
    return fault instanceof Error ? fault.message : String(fault);
  }
  const { status, output } = await runWrangler(["deploy", "--dry-run", "--metafile", "--outdir", directory], "keep");
  return status === 0 ? null : output;
}

/** The modules of a built bundle, its entry first. */
export function bundleModules(directory: string): BundleModule[] {
  const others = readdirSync(directory, { recursive: true, encoding: "utf8" }).filter((name) => name !== "index.js");
  return ["index.js", ...others.sort()].flatMap((name) => {
    const type = TYPES[extname(name)];
    return type ? [{ type, path: join(directory, name) }] : [];
  });
}
