// The element's script and its sheet, each one file under an address that stays: sites of others name them.

import { createHash } from "node:crypto";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { InlineConfig, Rolldown } from "vite";
import { PROJECT } from "./wrangler.ts";

/** As `assetPath` names them, and where they are served. */
export const ELEMENT_PATHS = { "element.js": "/element/v1.js", "element.css": "/element/v1.css" } as const;

/** The oldest browsers that what we build runs in. */
export const BROWSERS = ["chrome111", "safari16.4", "ios16.4", "firefox114"];

type Build = (config: InlineConfig) => Promise<unknown>;

/**
 * Into the folder beside what pages load, and apart from that, so that it shares no file with them; `sheet` is built there
 * already, as those of pages are. Answers what it is made of.
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
      // As a library: its chunks are the words of each language, which it imports as any module would.
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
  // A library is built once for each of its formats.
  const chunks = (built as Rolldown.RolldownOutput[]).flatMap(({ output }) => output).filter(isChunk);
  nameVersions(folder, chunks);
  return chunks;
}

function isChunk(each: Rolldown.OutputChunk | Rolldown.OutputAsset): each is Rolldown.OutputChunk {
  return each.type === "chunk";
}

/**
 * The script asks for the words that it was built with, by what is in them: a browser may have kept others of this address.
 * One that is of an older build gets the newest, which say at least as much.
 */
function nameVersions(folder: string, chunks: readonly Rolldown.OutputChunk[]): void {
  const script = join(folder, ELEMENT_PATHS["element.js"]);
  // Without the notes for bundlers, which no site has any use for.
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
 * The sheet of a page as that of a shadow root: its root is the element, and it has no body. The page around it may know one
 * of light and dark alone, so that it is light unless its attribute says otherwise; what it is for whom is the reader's only
 * where that says so.
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
