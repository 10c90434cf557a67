// Reads QR codes by ZXing (WebAssembly) in a worker of its own, where the browser has no reader itself. Its policy stands in
// src/ui/public/_headers, since a worker has that of its own file.

import { prepareZXingModule, readBarcodes } from "zxing-wasm/reader";
import wasmUrl from "zxing-wasm/reader/zxing_reader.wasm?url";
import type { FrameAsked, FrameRead } from "./reading/code-reader.ts";

prepareZXingModule({ overrides: { locateFile: () => wasmUrl } });

const OPTIONS = {
  formats: ["QRCode" as const],
  maxNumberOfSymbols: 1,
  tryDownscale: true,
  tryInvert: false,
  tryHarder: true,
};

// The cast: in a worker `self` is the worker's, which posts to whoever made it.
const scope = self as unknown as {
  onmessage: ((event: MessageEvent<FrameAsked>) => void) | null;
  postMessage(answer: FrameRead): void;
};

scope.onmessage = ({ data: { id, image } }) => {
  readBarcodes(image, OPTIONS).then(
    ([found]) => scope.postMessage({ id, text: found?.text ?? null }),
    () => scope.postMessage({ id, text: null }),
  );
};
