// Sends a shopper's requests: repeats each until a response arrives, and compares responses with earlier ones.

import type { Refusal } from "../../../src/domain/errors.ts";
import type { HoldId } from "../../../src/domain/ids.ts";
import type { Result } from "../../../src/domain/result.ts";
import type { Catalogue } from "../world/catalogue/on-sale.ts";
import type { Journal } from "../watchers/journal.ts";
import type { Watched } from "../watchers/ledger/watch.ts";
import type { Buyer, RequestOutcome, World } from "../world/world.ts";

export type Stage = {
  readonly world: World;
  readonly catalogue: Catalogue;
  readonly journal: Journal;
  readonly shopper: Buyer;
};

/** Repeats a request until it has a reply, sometimes twice at once; sometimes gives up. */
export async function insist({ world }: Stage, request: () => Promise<boolean>): Promise<void> {
  const { dice } = world;
  for (let attempt = 0; attempt < 4; attempt++) {
    const replies = await Promise.all(dice.chance(0.15) ? [request(), request()] : [request()]);
    if (replies.some(Boolean) || dice.chance(0.25)) return;
    await world.sleep(dice.pick([0, dice.between(0, 2_000), dice.between(2_000, 40_000)]));
  }
}

/**
 * The value of a reply. `known`: there was a successful reply before, so this one may be unavailable but never refused.
 */
export function read<T>(
  world: World,
  result: RequestOutcome<Result<T, Refusal>>,
  known: boolean,
  what: string,
): T | null {
  if (result === "lost") return null;
  if (result.reply.ok) return result.reply.value;
  const { refusal } = result.reply;
  if (refusal.code === "internal_error") world.fail(`[X1] ${what} got a bug in reply`);
  if (known && !isAway(result.reply)) world.fail(`${what} was refused: ${JSON.stringify(refusal)}`);
  return null;
}

/** Whether no later attempt could get another reply. */
export function isForGood(reply: Result<unknown, Refusal>): boolean {
  return !reply.ok && (reply.refusal.code === "not_on_sale" || reply.refusal.code === "hold_expired");
}

export function isAway(reply: Result<unknown, Refusal>): boolean {
  return !reply.ok && (reply.refusal.code === "temporarily_unavailable" || reply.refusal.code === "overloaded");
}

export function watchedOf(world: World, holdId: HoldId): Watched[] {
  return [...world.hosts.keys()].flatMap((typeId) => world.checks.watchOf(typeId).holds.get(holdId) ?? []);
}
