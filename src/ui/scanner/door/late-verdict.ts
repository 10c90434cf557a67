// Decides what happens to a scan that the scanner has decided alone when the door's reply arrives after all (rule D18). Pure.

/**
 * `agrees`: nothing happens. `alarm`: it let in, and the door would not have; the guest stays counted as inside.
 * `turns_green`: it refused, and the door admits while no other guest has come. `take_back`: the same, and another guest has
 * come: the door's admission is taken back, since nobody passed by it.
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
