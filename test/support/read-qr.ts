// Reads the QR code that a page shows, as the camera of another phone would: from what is on the screen.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Locator } from "playwright-core";
import { prepareZXingModule, readBarcodes } from "zxing-wasm/reader";
import { must } from "../../src/domain/result.ts";

const wasm = createRequire(import.meta.url).resolve("zxing-wasm/reader/zxing_reader.wasm");
// From the installed package: by itself the library would fetch it from another origin.
prepareZXingModule({ overrides: { wasmBinary: new Uint8Array(readFileSync(wasm)).buffer } });

/** The text of the code in a picture of `shown`. */
export async function readQr(shown: Locator): Promise<string> {
  const picture = await shown.screenshot();
  const [found] = await readBarcodes(new Uint8Array(picture), { formats: ["QRCode"], maxNumberOfSymbols: 1 });
  return must(found?.text, "the picture has a code");
}
