// Reads QR codes as the scanner does: in a picture of its camera, and in what a page shows on its screen.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Locator } from "playwright-core";
import { prepareZXingModule, readBarcodes } from "zxing-wasm/reader";
import { must } from "../../../src/domain/result.ts";
import { ZXING_OPTIONS } from "../../../src/ui/scanner/reading/zxing-options.ts";
import { pictureOf, type Scene } from "./film.ts";

const wasm = createRequire(import.meta.url).resolve("zxing-wasm/reader/zxing_reader.wasm");
// From the installed package: by itself the library would fetch it from another origin.
prepareZXingModule({ overrides: { wasmBinary: new Uint8Array(readFileSync(wasm)).buffer } });

/** What the scanner's page reads in a picture of its camera; null: nothing. */
export async function readScene(scene: Scene): Promise<string | null> {
  return (await readBarcodes(pictureOf(scene), ZXING_OPTIONS))[0]?.text ?? null;
}

/** The text of the code in a picture of `shown`. */
export async function readQr(shown: Locator): Promise<string> {
  const picture = await shown.screenshot();
  const [found] = await readBarcodes(new Uint8Array(picture), { formats: ["QRCode"], maxNumberOfSymbols: 1 });
  return must(found?.text, "the picture has a code");
}
