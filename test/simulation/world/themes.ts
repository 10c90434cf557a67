// Draws what a world is about beside the sale itself: none to three themes, so that worlds stay quick and every pair of
// themes meets in many of them.

import type { RetentionSettings } from "../../../src/domain/ledger/retention.ts";
import { type Dice, openDice } from "../platform/dice.ts";
import type { Faults } from "../platform/faults.ts";

export const THEMES = [
  /** Calls to objects that never get a reply. */
  "silence",
  /** Mails go by a mailer that loses them and does not reply. */
  "mails",
  /** Prices, sale windows and bounds that change, and an organisation that is suspended. */
  "terms",
  /** Door sales, notes, and holds that staff release. */
  "doors",
  /** People who act on what is not theirs, and repeats with another body. */
  "strangers",
  /** Batches, pages and values of a hundredth of their size, and crowds that fill them. */
  "small",
  /** Ticket types that are deleted while somebody still requests them. */
  "deletions",
  /** An event that begins and ends by the clock while people buy, and the cron every minute. */
  "clock",
  /** What comes after the sale: keys that are used again after a day, retention, and 90 days after the archiving. */
  "days",
  /** The feed of the event and its shards, with readers of the public and of the doors. */
  "feeds",
  /** The last of the ticket types is of another event: no order and no basket may have both. */
  "events",
  /** Clocks of objects and Workers that are wrong by up to an hour either way, for a moment. */
  "hours",
  /**
   * The door of the event as a real object, with scanners who go offline, and staff who void, block and reissue
   * tickets.
   */
  "door",
] as const;
export type Theme = (typeof THEMES)[number];
export type Themes = ReadonlySet<Theme>;

/** Chance of its own, so that a world without themes is the same as if there were none. */
const OWN_CHANCE = 1_640_531_527;

/** Drawn by itself, so that it meets each of the others, and all of them together. */
const BESIDE = "door" satisfies Theme;
const OTHERS = THEMES.filter((theme) => theme !== BESIDE);

export function drawThemes(seed: number): Themes {
  const dice = openDice(seed + OWN_CHANCE);
  const count = dice.pick([0, 0, 1, 1, 2, 3]);
  const others: Theme[] = Array.from({ length: count }, () => dice.pick(OTHERS));
  // A fifth, and these: what seeds that are kept for rare bugs play stays as it was.
  const place = openDice(seed + OWN_CHANCE + 2).between(0, 24);
  return new Set(place >= 1 && place <= 5 ? [...others, BESIDE] : others);
}

export function faultsOfThemes(seed: number, themes: Themes): Partial<Faults> {
  const dice = openDice(seed + OWN_CHANCE + 1);
  const objectSilent = dice.pick([0.01, 0.03, 0.1]);
  const mailLost = dice.pick([0, 0.2, 0.5]);
  return {
    ...(themes.has("silence") && { objectSilent }),
    ...(themes.has("mails") && { mailLost }),
    ...(themes.has("hours") && { clockJump: 0.03 }),
  };
}

/** In some worlds steps of deletion are small, and in some the objects have no room. */
export function retentionOf(seed: number, themes: Themes): Partial<RetentionSettings> {
  return {
    ...(themes.has("days") && seed % 2 === 0 && { rowsAStep: 3 }),
    ...(hasNoRoom(seed, themes) && { cutAboveBytes: 0 }),
  };
}

/** Whether ledgers are cut, and final holds forgotten after an hour, as in an object that has no room. */
export function hasNoRoom(seed: number, themes: Themes): boolean {
  return themes.has("days") && seed % 3 === 0;
}

/** How far a clock is ahead of the true time then, ms. */
export function wrongByAnHour(dice: Dice): number {
  return dice.pick([1, -1]) * dice.between(1_000, 3_600_000);
}
