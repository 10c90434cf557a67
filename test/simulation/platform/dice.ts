// Has all the chance of a simulated world, from one seed: the same seed rolls the same.

import { must } from "../../../src/domain/result.ts";
import { randomFrom } from "../../support/random.ts";

export type Dice = {
  /** From 0, included, to 1. */
  next(): number;
  /** A whole number from `least` to `most`, both included. */
  between(least: number, most: number): number;
  chance(probability: number): boolean;
  pick<T>(list: readonly T[]): T;
  /** As `pick`; null as often as one of the list. */
  maybe<T>(list: readonly T[]): T | null;
};

export function openDice(seed: number): Dice {
  const next = randomFrom(seed);
  const between = (least: number, most: number): number => least + Math.floor(next() * (most - least + 1));
  const pick = <T>(list: readonly T[]): T => must(list[between(0, list.length - 1)], "one of a list that is not empty");
  return {
    next,
    between,
    // No roll at 0: a fault that is switched off must not change what follows more than necessary.
    chance: (probability) => probability > 0 && next() < probability,
    pick,
    maybe: (list) => list[between(0, list.length)] ?? null,
  };
}
