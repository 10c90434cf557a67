// What the pages of the shop load beside their HTML, after gzip: on a slow network each KB is 5 ms.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { buildUi, UI } from "../../../src/cli/build/build-ui.ts";
import { type AssetName, assetPath } from "../../../src/http/pages/assets.ts";

await buildUi();

/** The file with all that its script imports, at once or later, except the Afrikaans texts. */
function filesOf(path: string, found = new Set<string>()): Set<string> {
  if (found.has(path) || path.includes("/af-")) return found;
  found.add(path);
  const text = readFileSync(join(UI, path), "utf8");
  for (const [, file = ""] of text.matchAll(/["'`]\.\/([\w.-]+\.js)["'`]/g)) filesOf(`/ui/${file}`, found);
  return found;
}

const sizeOf = (...names: AssetName[]): number =>
  [...new Set(names.flatMap((name) => [...filesOf(assetPath(name))]))].reduce(
    (sum, path) => sum + gzipSync(readFileSync(join(UI, path)), { level: 9 }).length,
    0,
  );

test("[S17] a page loads at most 16 KB of sheets, script and words, and a page by link 6 KB", () => {
  expect(filesOf(assetPath("shop-script.js")).size).toBeGreaterThan(2);
  expect(sizeOf("sheet.css", "shop.css", "shop-script.js")).toBeLessThanOrEqual(16_000);
  expect(sizeOf("sheet.css", "shop.css", "by-link.js")).toBeLessThanOrEqual(6_000);
});
