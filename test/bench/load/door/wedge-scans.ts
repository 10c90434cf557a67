// Thousands of scans through a scanner's page, as a hardware reader types them: one after the other, each as soon as the one
// before has its verdict.

import type { Page } from "playwright-core";
import { must } from "../../../../src/domain/result.ts";
import { median } from "../../report/rounds.ts";
import { shareOf } from "../../report/timings.ts";

/** Of a stretch of scans: ms from the reader's last key to the verdict, and between two frames of the page. */
export type Stretch = {
  readonly scans: number;
  readonly p50: number;
  readonly p99: number;
  readonly frame50: number;
  readonly frame99: number;
  /** After a collection, bytes. */
  readonly heap: number;
};

const TYPE_ALL = `async (codes) => {
  const times = [];
  const frames = [];
  let [isOver, last] = [false, performance.now()];
  const frame = () => {
    const now = performance.now();
    frames.push(now - last);
    last = now;
    if (!isOver) requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
  const press = (key, code) =>
    document.body.dispatchEvent(new KeyboardEvent("keydown", { key, code, bubbles: true, cancelable: true }));
  const shown = () => document.querySelector("[data-verdict]:not([data-verdict=reading])");
  for (const code of codes) {
    for (const key of code) press(key, /\\d/.test(key) ? "Digit" + key : "Key" + key);
    const from = performance.now();
    const verdict = new Promise((settle) => {
      const changes = new MutationObserver(() => {
        if (document.querySelector("[data-verdict=reading]") !== null || shown() === null) return;
        changes.disconnect();
        settle(performance.now());
      });
      changes.observe(document, { childList: true, subtree: true, attributes: true, characterData: true });
    });
    press("Enter", "Enter");
    times.push((await verdict) - from);
  }
  isOver = true;
  // What the test itself has noted of the page is not the page's.
  globalThis.verdicts.length = 0;
  return { times, frames };
}`;

/** The page scans without its camera. */
export async function typeAll(page: Page, codes: readonly string[]): Promise<Stretch> {
  const { times, frames } = await page.evaluate<{ readonly times: number[]; readonly frames: number[] }>(
    `(${TYPE_ALL})(${JSON.stringify(codes)})`,
  );
  const [p50, frame50] = [median(times), median(frames)];
  const [p99, frame99] = [shareOf(times, 0.99), shareOf(frames, 0.99)];
  return { scans: codes.length, p50, p99, frame50, frame99, heap: await heapOf(page) };
}

async function heapOf(page: Page): Promise<number> {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("HeapProfiler.enable");
  await devtools.send("HeapProfiler.collectGarbage");
  await devtools.send("HeapProfiler.collectGarbage");
  const { usedSize } = await devtools.send("Runtime.getHeapUsage");
  await devtools.detach();
  return must(usedSize, "the browser counts its heap");
}
