// Watches a scanner's page in a browser whose camera shows a film: when a code is first in the picture, and when its verdict
// is on the screen. Both by the page's own clock.

import type { Page } from "playwright-core";
import { SCENE_IN_FRAME } from "../../../support/pages/film.ts";

/** `scene`: the number of the film's scene. Times are ms of the page. */
export type Filmed = { readonly scene: number; readonly at: number };
export type Painted = { readonly verdict: string; readonly at: number };
export type Watched = { readonly filmed: readonly Filmed[]; readonly painted: readonly Painted[] };

/**
 * The first frame of a code is known by the film's own mark in it, and its instant is when the browser gave it out; a
 * verdict is on the screen once the frame of the page that has it is painted.
 */
const WATCH = `(() => {
  globalThis.watched = { filmed: [], painted: [] };
  const sceneIn = ${SCENE_IN_FRAME};
  const followed = new WeakSet();
  const follow = (video) => {
    let last = null;
    const next = (_, { presentationTime }) => {
      const scene = sceneIn(video);
      if (scene !== null && scene !== last) globalThis.watched.filmed.push({ scene, at: presentationTime });
      last = scene;
      video.requestVideoFrameCallback(next);
    };
    video.requestVideoFrameCallback(next);
  };
  setInterval(() => {
    const video = document.querySelector("video");
    if (video === null || video.videoWidth === 0 || followed.has(video)) return;
    followed.add(video);
    follow(video);
  }, 50);
  const afterPaint = (then) => requestAnimationFrame(() => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = then;
    port2.postMessage(0);
  });
  let text = null;
  new MutationObserver(() => {
    const shown = document.querySelector("[data-verdict]");
    const before = text;
    text = shown?.textContent ?? null;
    const verdict = shown?.dataset.verdict;
    if (text === before || verdict === undefined || verdict === "reading") return;
    afterPaint(() => globalThis.watched.painted.push({ verdict, at: performance.now() }));
  }).observe(document, { childList: true, subtree: true, attributes: true, characterData: true });
})();`;

export async function watchPage(page: Page): Promise<void> {
  await page.addInitScript(WATCH);
}

/** Until the first verdict: by then all that reads codes is loaded. */
export async function untilFirstVerdict(page: Page): Promise<void> {
  const until = Date.now() + 60_000;
  while ((await page.evaluate<number>("globalThis.watched.painted.length")) === 0) {
    if (Date.now() > until) throw new Error("no code of the film has a verdict");
    await page.waitForTimeout(100);
  }
}

/** What is seen from now on, until `codes` codes were in the picture and the last of them has had its time. */
export async function watchCodes(page: Page, codes: number, lastMs: number): Promise<Watched> {
  await page.evaluate("globalThis.watched = { filmed: [], painted: [] }");
  const until = Date.now() + codes * 10_000;
  while ((await page.evaluate<number>("globalThis.watched.filmed.length")) <= codes) {
    if (Date.now() > until) throw new Error("the camera shows no codes");
    await page.waitForTimeout(500);
  }
  await page.waitForTimeout(lastMs);
  return page.evaluate<Watched>("globalThis.watched");
}

/**
 * The scene of each code and how long its verdict took, null for none, without the codes before and after the part that
 * was measured.
 */
export function verdictTimes(
  { filmed, painted }: Watched,
  codes: number,
): readonly { readonly scene: number; readonly ms: number | null; readonly verdict: string | null }[] {
  return filmed.slice(0, codes).map(({ scene, at }, index) => {
    const until = filmed[index + 1]?.at ?? Number.POSITIVE_INFINITY;
    const first = painted.find((each) => each.at >= at && each.at < until);
    return { scene, ms: first === undefined ? null : first.at - at, verdict: first?.verdict ?? null };
  });
}
