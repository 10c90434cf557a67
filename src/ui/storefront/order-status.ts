// Checks whether a reserved order was confirmed, with growing pauses while its page is visible (rule S14).

import { pollPauseMs } from "../shared/polling.ts";
import { takeMain } from "./page-fetch.ts";

/** `fetchAgain` fetches the page. `taken` is called when a new page has replaced this one. */
export function followOrder(fetchAgain: () => Promise<Document | null>, taken: () => void = () => {}): void {
  const first = statusIn(document);
  if (first !== "reserved") return;
  for (const each of document.querySelectorAll<HTMLElement>("[data-by-itself]"))
    each.hidden = each.dataset["byItself"] === "no";
  let checks = 0;
  later();

  function later(): void {
    setTimeout(() => void check(), pollPauseMs(checks, Math.random()));
    checks += 1;
  }

  async function check(): Promise<void> {
    const page = document.hidden ? null : await fetchAgain();
    const status = page && statusIn(page);
    if (!page || status === null || status === first) return later();
    takeMain(page);
    taken();
  }
}

function statusIn(page: Document): string | null {
  return page.querySelector<HTMLElement>("main[data-status]")?.dataset["status"] ?? null;
}
