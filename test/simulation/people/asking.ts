// Sends a shopper's requests: repeats each until a response arrives, and compares responses with earlier ones.

import type { Refusal } from "../../../src/domain/errors.ts";
import type { HoldId } from "../../../src/domain/ids.ts";
import type { Result } from "../../../src/domain/result.ts";
import type { Catalogue } from "../world/catalogue/on-sale.ts";
import type { Journal } from "../watchers/journal.ts";
import type { Watched } from "../watchers/ledger/watch.ts";
import type { Buyer, Heard, World } from "../world/world.ts";

export type Stage = {
  readonly world: World;
  readonly catalogue: Catalogue;
  readonly journal: Journal;
  readonly shopper: Buyer;
};

/** Repeats a request until it has a reply, sometimes twice at once; sometimes gives up. */
export async function insist({ world }: Stage, ask: () => Promise<boolean>): Promise<void> {
  const { dice } = world;
  for (let attempt = 0; attempt < 4; attempt++) {
    const answers = await Promise.all(dice.chance(0.15) ? [ask(), ask()] : [ask()]);
    if (answers.some(Boolean) || dice.chance(0.25)) return;
    await world.sleep(dice.pick([0, dice.between(0, 2_000), dice.between(2_000, 40_000)]));
  }
}

/**
 * The value of a reply. `known`: there was a successful reply before, so this one may be unavailable but never refused.
 */
export function read<T>(world: World, heard: Heard<Result<T, Refusal>>, known: boolean, what: string): T | null {
  if (heard === "lost") return null;
  if (heard.answer.ok) return heard.answer.value;
  const { refusal } = heard.answer;
  if (refusal.code === "internal_error") world.fail(`[X1] ${what} was answered with a bug`);
  if (known && !isAway(heard.answer)) world.fail(`${what} was refused: ${JSON.stringify(refusal)}`);
  return null;
}

/** Whether no later attempt could get another reply. */
export function isForGood(answer: Result<unknown, Refusal>): boolean {
  return !answer.ok && (answer.refusal.code === "not_on_sale" || answer.refusal.code === "hold_expired");
}

export function isAway(answer: Result<unknown, Refusal>): boolean {
  return !answer.ok && (answer.refusal.code === "temporarily_unavailable" || answer.refusal.code === "overloaded");
}

export function watchedOf(world: World, holdId: HoldId): Watched[] {
  return [...world.hosts.keys()].flatMap((typeId) => world.checks.watchOf(typeId).holds.get(holdId) ?? []);
}
