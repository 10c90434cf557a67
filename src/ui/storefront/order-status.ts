// A reserved order's page looks by itself whether it was confirmed, with growing pauses while it is seen (rule S14).

import { pollPauseMs } from "../shared/polling.ts";
import { takeMain } from "./page-fetch.ts";

/** `ask`: the page anew. `taken` is called when another one has taken its place. */
export function followOrder(ask: () => Promise<Document | null>, taken: () => void = () => {}): void {
  const first = statusIn(document);
  if (first !== "reserved") return;
  for (const each of document.querySelectorAll<HTMLElement>("[data-by-itself]"))
    each.hidden = each.dataset["byItself"] === "no";
  let asked = 0;
  later();

  function later(): void {
    setTimeout(() => void look(), pollPauseMs(asked, Math.random()));
    asked += 1;
  }

  async function look(): Promise<void> {
    const page = document.hidden ? null : await ask();
    const status = page && statusIn(page);
    if (!page || status === null || status === first) return later();
    takeMain(page);
    taken();
  }
}

function statusIn(page: Document): string | null {
  return page.querySelector<HTMLElement>("main[data-status]")?.dataset["status"] ?? null;
}
