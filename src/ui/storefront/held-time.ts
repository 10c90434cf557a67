// Counts down the time that is left in the basket (rule S9). When it is over, fetches the page again and puts into it
// what was typed (S10).

import { announcement, endOf, openClock, secondsLeft, timeLeft } from "../shared/time/countdown.ts";
import { pollPauseMs } from "../shared/polling.ts";
import type { BuyingWording } from "../shared/texts/buying-texts.ts";
import { fetchPage, takeMain } from "./page-fetch.ts";

/** When the response that is shown arrived, by the steady clock. */
function answeredAt(): number {
  const [navigation] = performance.getEntriesByType("navigation");
  return navigation instanceof PerformanceNavigationTiming ? navigation.responseStart : performance.now();
}

export function keepTime(wording: BuyingWording, announce: (text: string) => void): void {
  const clock = openClock();
  let [endsAt, before] = [endIn(answeredAt()), null as number | null];
  const timer = setInterval(tick, 1_000);
  tick();

  function tick(): void {
    // While the page is being fetched there is nothing to count.
    if (endsAt === null) return;
    const seconds = secondsLeft(endsAt, clock());
    const place = document.querySelector("[data-left]");
    if (place) place.textContent = timeLeft(wording, seconds);
    // The element keeps its room, so that nothing below moves.
    document.querySelector("[data-at-first]")?.classList.add("kept-room");
    const text = announcement(wording, before, seconds, document.querySelector("[data-final]") === null);
    if (text !== null) announce(text);
    before = seconds;
    if (seconds > 0) return;
    endsAt = null;
    void readAgain(0);
  }

  /** The server's clock decides: if some time is left by it, the countdown goes on. */
  async function readAgain(failures: number): Promise<void> {
    const page = await fetchPage(location.href);
    if (!page) {
      setTimeout(() => void readAgain(failures + 1), pollPauseMs(failures, Math.random()));
      return;
    }
    const typed = new Map(inputs(document).map(({ name, value }) => [name, value]));
    takeMain(page);
    for (const input of inputs(document)) input.value = typed.get(input.name) ?? input.value;
    [endsAt, before] = [endIn(clock()), null];
    if (endsAt === null) clearInterval(timer);
  }
}

function endIn(answered: number): number | null {
  const seconds = document.querySelector<HTMLElement>("[data-seconds]")?.dataset["seconds"];
  return seconds === undefined ? null : endOf(Number(seconds), answered);
}

/** The fields of the details, which are hidden while nothing is held. */
function inputs(page: Document): HTMLInputElement[] {
  return ["name", "email", "phone"].flatMap((name) => [
    ...page.querySelectorAll<HTMLInputElement>(`main input[name="${name}"]`),
  ]);
}
