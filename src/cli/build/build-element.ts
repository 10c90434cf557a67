// Builds the element's script and style sheet, each one file at an address that never changes, since sites of others refer
// to it.

import { createHash } from "node:crypto";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { InlineConfig, Rolldown } from "vite";
import { PROJECT } from "../d1/wrangler.ts";

/** The names under which `assetPath` knows them, and the paths where they are served. */
export const ELEMENT_PATHS = { "element.js": "/element/v1.js", "element.css": "/element/v1.css" } as const;

/** The oldest browsers in which what we build runs. */
export const BROWSERS = ["chrome111", "safari16.4", "ios16.4", "firefox114"];

type Build = (config: InlineConfig) => Promise<unknown>;

/**
 * Builds into the folder of what pages load, but in a build of its own, so that it shares no chunk with pages. `sheet` is
 * the style sheet that was built for pages. Returns the chunks.
 */
export async function buildElement(
  build: Build,
  folder: string,
  sheet: string,
): Promise<readonly Rolldown.OutputChunk[]> {
  const built = await build({
    configFile: false,
    root: PROJECT,
    envPrefix: "VOELGOED_NOTHING_",
    publicDir: false,
    logLevel: "warn",
    build: {
      ...{ target: BROWSERS, reportCompressedSize: false, modulePreload: false, assetsInlineLimit: 0 },
      outDir: folder,
      emptyOutDir: false,
      // Built as a library, whose chunks are the texts of each language; it imports these as any module would.
      lib: {
        entry: join(PROJECT, "src/ui/element/voelgoed-tickets.ts"),
        formats: ["es"],
        fileName: () => "element/v1.js",
      },
      rolldownOptions: { output: { chunkFileNames: "element/v1-[name].js", minify: true } },
    },
  });
  writeFileSync(join(folder, ELEMENT_PATHS["element.css"]), insideShadow(readFileSync(join(folder, sheet), "utf8")));
  rmSync(join(folder, sheet));
  // Vite builds a library once for each of its formats.
  const chunks = (built as Rolldown.RolldownOutput[]).flatMap(({ output }) => output).filter(isChunk);
  nameVersions(folder, chunks);
  return chunks;
}

function isChunk(each: Rolldown.OutputChunk | Rolldown.OutputAsset): each is Rolldown.OutputChunk {
  return each.type === "chunk";
}

/**
 * The script imports the texts by a hash of their content, since a browser may have cached others of this address. A script
 * of an older build gets the newest texts, which contain at least what it needs.
 */
function nameVersions(folder: string, chunks: readonly Rolldown.OutputChunk[]): void {
  const script = join(folder, ELEMENT_PATHS["element.js"]);
  // Comments for bundlers are removed, since no site needs them.
  let text = readFileSync(script, "utf8").replaceAll("/* @__PURE__ */ ", "");
  for (const { fileName, isEntry, code } of chunks) {
    if (isEntry) continue;
    const name = `./${basename(fileName)}`;
    const version = createHash("sha256").update(code).digest("hex").slice(0, 8);
    text = text.replaceAll(name, `${name}?${version}`);
  }
  writeFileSync(script, text);
}

/**
 * Turns the style sheet of a page into that of a shadow root: its root is the element, and it has no body. The page around
 * it may support only light or only dark, so the element is light unless its attribute `theme` says otherwise. The reader's
 * own preference counts only with `theme=auto`.
 */
export function insideShadow(css: string): string {
  return css
    .replaceAll(/:root\[data-theme="?(light|dark)"?\]/g, ":host([theme=$1])")
    .replaceAll(":root[data-theme]", ":host([theme])")
    .replaceAll(":root", ":host")
    .replaceAll(/(?<=[{;])color-scheme:light dark/g, "color-scheme:light")
    .replaceAll(/(prefers-color-scheme: ?dark\) ?\{):host\{/g, "$1:host([theme=auto]){color-scheme:dark;")
    .replaceAll(/(?<=^|[}])(html|body)\{[^{}]*\}/g, "");
}
