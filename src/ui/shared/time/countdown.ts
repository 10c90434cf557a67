// Counts the time that tickets are held: what is shown each second, and what is read out four times (rules S6, S9).

import type { BuyingWording } from "../texts/buying-texts.ts";

/** Seconds at which the time is read out. At one minute there is time left to press the button for more of it. */
export const MARKS = [120, 60, 0] as const;

type Clock = { readonly now: () => number };

/** The two clocks of a device always differ a little; a change of more than this, ms, is a sleep. */
const SLEPT_MS = 2_000;

/**
 * A clock that never goes back, and counts the time that the device slept, which most systems leave out of
 * `performance.now()`. When somebody sets the device's clock, that looks like a sleep; the server's next reply corrects
 * it (S6).
 */
export function openClock(steady: Clock = performance, wall: Clock = Date): () => number {
  let slept = 0;
  let apart = wall.now() - steady.now();
  return () => {
    const now = steady.now();
    const gained = wall.now() - now - apart;
    apart += gained;
    if (gained > SLEPT_MS) slept += gained;
    return now + slept;
  };
}

/** When the time ends by this device's steady clock, ms, if `seconds` were left when the response came. */
export function endOf(seconds: number, answeredAt: number): number {
  return answeredAt + seconds * 1_000;
}

/** Whole seconds that are left, never below 0. */
export function secondsLeft(endsAt: number, now: number): number {
  return Math.max(0, Math.ceil((endsAt - now) / 1_000));
}

/** `4 min 5 s left`. */
export function timeLeft({ t }: BuyingWording, seconds: number): string {
  return t.basket.left(Math.floor(seconds / 60), seconds % 60);
}

/**
 * The text that is read out when the time left goes from `before` to `seconds`; null when none is due. `before` is null
 * at the start. `seconds` may have skipped some, as on a device that slept. `canExtend`: the basket can be extended.
 */
export function announcement(
  wording: BuyingWording,
  before: number | null,
  seconds: number,
  canExtend: boolean,
): string | null {
  const { basket } = wording.t;
  if (before === null) return seconds > 0 ? timeLeft(wording, seconds) : null;
  const passed = MARKS.filter((mark) => seconds <= mark && mark < before);
  const oneMinute = canExtend ? basket.oneMinute : basket.oneMinuteOnly;
  // When several were due during a sleep, only the last is read out.
  const last = passed.at(-1);
  return last === undefined ? null : { 120: basket.twoMinutes, 60: oneMinute, 0: basket.timeIsUp }[last];
}
