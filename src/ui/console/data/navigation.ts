// Goes from screen to screen, and takes along the message of the last action.

import { signal } from "@preact/signals";
import { calls } from "./api.ts";

export type Message = { readonly text: string; readonly tone: "good" | "bad" | "plain" };

/** One sentence at the top of the screen, read out when it appears. */
export const announcement = signal<Message | null>(null);

let screens = 0;

/** Whether this is not the first screen since the page was loaded. */
export function arrived(): boolean {
  return screens > 1;
}

export function announce(text: string, tone: Message["tone"] = "good"): void {
  announcement.value = { text, tone };
}

/** Goes to another screen, which shows `text`. */
export function go(href: string, text?: string): void {
  announcement.value = text === undefined ? null : { text, tone: "good" };
  isLed = text !== undefined;
  history.pushState(null, "", href);
  dispatchEvent(new PopStateEvent("popstate"));
  scrollTo(0, 0);
}

let isLed = false;
let shownPath: string | null = null;

/** To be called when the screen of this path is shown. */
export function enter(path: string): void {
  if (path === shownPath) return;
  shownPath = path;
  screens += 1;
  calls.value = [];
  if (!isLed) announcement.value = null;
  isLed = false;
}
