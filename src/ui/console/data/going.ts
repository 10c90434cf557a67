// Going from screen to screen, and what the last act has to say where it leads.

import { signal } from "@preact/signals";
import { calls } from "./api.ts";

export type Saying = { readonly text: string; readonly tone: "good" | "bad" | "plain" };

/** One sentence at the top of the screen, read out when it comes. */
export const saying = signal<Saying | null>(null);

let screens = 0;

/** Whether this is not the first screen since the page was loaded. */
export function arrived(): boolean {
  return screens > 1;
}

export function say(text: string, tone: Saying["tone"] = "good"): void {
  saying.value = { text, tone };
}

/** To another screen, which says `text`. */
export function go(href: string, text?: string): void {
  saying.value = text === undefined ? null : { text, tone: "good" };
  isLed = text !== undefined;
  history.pushState(null, "", href);
  dispatchEvent(new PopStateEvent("popstate"));
  scrollTo(0, 0);
}

let isLed = false;
let shownPath: string | null = null;

/** A screen with another path is shown from now on. */
export function enter(path: string): void {
  if (path === shownPath) return;
  shownPath = path;
  screens += 1;
  calls.value = [];
  if (!isLed) saying.value = null;
  isLed = false;
}
