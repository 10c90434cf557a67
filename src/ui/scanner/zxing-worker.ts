// Reads QR codes by ZXing (WebAssembly) in a worker of its own, where the browser has no reader itself. A worker has the
// policy of its own file, which src/ui/public/_headers sets.

import { prepareZXingModule, readBarcodes } from "zxing-wasm/reader";
import wasmUrl from "zxing-wasm/reader/zxing_reader.wasm?url";
import type { FrameToRead, FrameRead } from "./reading/code-reader.ts";
import { ZXING_OPTIONS } from "./reading/zxing-options.ts";

prepareZXingModule({ overrides: { locateFile: () => wasmUrl } });

// The cast: in a worker, `self` is the worker's scope, whose `postMessage` goes to the page that made it.
const scope = self as unknown as {
  addEventListener(type: "message", listener: (event: MessageEvent<FrameToRead>) => void): void;
  postMessage(answer: FrameRead, transfer: readonly Transferable[]): void;
};

scope.addEventListener("message", ({ data: { id, image } }) => {
  void readText(image).then((text) => scope.postMessage({ id, text }, []));
});

/** A picture in which nothing can be read must not end the worker. */
async function readText(image: ImageData): Promise<string | null> {
  try {
    return (await readBarcodes(image, ZXING_OPTIONS))[0]?.text ?? null;
  } catch {
    return null;
  }
}
