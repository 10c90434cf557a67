// Decides whether a basket can have more time, so that its page says so before anybody presses for it (rules S9, O9).

import type { HoldExtension } from "../../domain/events/event.ts";
import { MAX_EXTENSIONS, MAX_HELD_MS, MIN_EXTENSION_MS } from "../../domain/limits.ts";

/** The organiser's setting, or `used_up` when an extension could not move the end of the hold that ends first. */
export type MoreTime = HoldExtension | "used_up";

/** Times are epoch ms. */
type Held = { readonly heldUntil: number; readonly firstPlacedAt: number; readonly extensions: number };

export function moreTimeOf(offered: HoldExtension, held: readonly Held[]): MoreTime {
  const end = Math.min(...held.map(({ heldUntil }) => heldUntil));
  const isFirst = ({ heldUntil }: Held) => heldUntil - end < MIN_EXTENSION_MS;
  const hasAll = ({ heldUntil, firstPlacedAt, extensions }: Held) =>
    extensions >= MAX_EXTENSIONS || firstPlacedAt + MAX_HELD_MS - heldUntil < MIN_EXTENSION_MS;
  return offered !== "never" && held.some((each) => isFirst(each) && hasAll(each)) ? "used_up" : offered;
}

export function canExtend(more: MoreTime): boolean {
  return more !== "never" && more !== "used_up";
}
