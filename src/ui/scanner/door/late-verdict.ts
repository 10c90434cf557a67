// Decides what happens when the door's reply arrives after the scanner has already decided the scan alone (rule D18).
// Pure.

/**
 * `agrees`: nothing happens. `alarm`: the scanner let a guest in whom the door refuses; the guest stays counted as
 * inside. `turns_green`: the scanner refused, the door admits, and no other guest has come yet. `take_back`: the same,
 * but another guest has come, so the door's admission is taken back, since nobody passed by it.
 */
export type LateOutcome = "agrees" | "alarm" | "turns_green" | "take_back";

type Decided = { readonly let_in: boolean; readonly verdict: string };

export function judgeLateVerdict(alone: Decided, door: Decided, isLast: boolean): LateOutcome {
  if (isPassage(alone)) return isPassage(door) || door.verdict === "repeat" ? "agrees" : "alarm";
  if (!isPassage(door)) return "agrees";
  return isLast ? "turns_green" : "take_back";
}

/** Whether somebody passed, in or out. */
export function isPassage({ let_in, verdict }: Decided): boolean {
  return let_in || verdict === "exited" || verdict === "exit_unmatched";
}
