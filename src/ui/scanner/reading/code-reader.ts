// Finds the code in a picture of the camera: by the browser's own detector, else by ZXing in a worker.

export type FrameToRead = { readonly id: number; readonly image: ImageData };
export type FrameRead = { readonly id: number; readonly text: string | null };

export type CodeReader = {
  readonly kind: "native" | "zxing";
  /** The text of the code in the picture; null when there is none. Never rejects. */
  read(video: HTMLVideoElement): Promise<string | null>;
  close(): void;
};

type Detector = { detect(source: HTMLVideoElement): Promise<readonly { readonly rawValue: string }[]> };
type DetectorClass = {
  new (options: { readonly formats: readonly string[] }): Detector;
  getSupportedFormats(): Promise<readonly string[]>;
};

/** The picture is scaled down until its shorter side has at most this many pixels. */
const WIDEST = 720;
const FRAME_MS = 4_000;

/** `workerPath`: of the built zxing-worker. */
export async function openCodeReader(workerPath: string): Promise<CodeReader> {
  return (await nativeReader()) ?? zxingReader(workerPath);
}

async function nativeReader(): Promise<CodeReader | null> {
  // The cast: TypeScript's DOM does not have it yet.
  const Detectors = (globalThis as { readonly BarcodeDetector?: DetectorClass }).BarcodeDetector;
  if (!Detectors) return null;
  try {
    if (!(await Detectors.getSupportedFormats()).includes("qr_code")) return null;
    const detector = new Detectors({ formats: ["qr_code"] });
    return {
      kind: "native",
      async read(video) {
        try {
          return (await detector.detect(video))[0]?.rawValue ?? null;
        } catch {
          return null;
        }
      },
      close: () => undefined,
    };
  } catch {
    return null;
  }
}

function zxingReader(workerPath: string): CodeReader {
  const waiting = new Map<number, (text: string | null) => void>();
  let hasAnswered = false;
  let worker = start();
  const canvas = document.createElement("canvas");
  const drawing = canvas.getContext("2d", { willReadFrequently: true });
  let last = 0;

  function start(): Worker {
    const started = new Worker(workerPath, { type: "module" });
    started.addEventListener("message", ({ data }: MessageEvent<FrameRead>) => {
      hasAnswered = true;
      waiting.get(data.id)?.(data.text);
      waiting.delete(data.id);
    });
    return started;
  }

  /**
   * If a worker that has read before does not reply, it has died, as happens on a phone short of memory. A new worker
   * may still be loading.
   */
  function giveUp(id: number): void {
    const settle = waiting.get(id);
    if (settle === undefined) return;
    waiting.delete(id);
    settle(null);
    if (!hasAnswered) return;
    worker.terminate();
    hasAnswered = false;
    worker = start();
  }

  return {
    kind: "zxing",
    read(video) {
      const image = drawing && pictureOf(video, canvas, drawing);
      if (!image) return Promise.resolve(null);
      const id = ++last;
      return new Promise((settle) => {
        waiting.set(id, settle);
        worker.postMessage({ id, image } satisfies FrameToRead, [image.data.buffer]);
        // A picture without a reply must not end the loop.
        setTimeout(giveUp, FRAME_MS, id);
      });
    },
    close: () => worker.terminate(),
  };
}

function pictureOf(
  video: HTMLVideoElement,
  canvas: HTMLCanvasElement,
  drawing: CanvasRenderingContext2D,
): ImageData | null {
  const { videoWidth, videoHeight } = video;
  if (videoWidth === 0) return null;
  const scale = Math.min(1, WIDEST / Math.min(videoWidth, videoHeight));
  const [width, height] = [Math.round(videoWidth * scale), Math.round(videoHeight * scale)];
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  drawing.drawImage(video, 0, 0, width, height);
  return drawing.getImageData(0, 0, width, height);
}
