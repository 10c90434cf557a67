// What becomes of a scan that the scanner has decided alone when the door's answer comes after all (rule D18). Pure.

/**
 * `agrees`: nothing. `alarm`: it let in, and the door would not have; who is inside stays inside, and somebody should know.
 * `turns_green`: it refused, and the door admits while this guest still stands there. `take_back`: the same, and another
 * guest stands there by now: the door's admission is taken back, since nobody passed by it.
 */
export type Late = "agrees" | "alarm" | "turns_green" | "take_back";

type Decided = { readonly let_in: boolean; readonly verdict: string };

export function lateAnswer(alone: Decided, door: Decided, isLast: boolean): Late {
  if (isPassage(alone)) return isPassage(door) || door.verdict === "repeat" ? "agrees" : "alarm";
  if (!isPassage(door)) return "agrees";
  return isLast ? "turns_green" : "take_back";
}

/** Somebody passed, in or out. */
export function isPassage({ let_in, verdict }: Decided): boolean {
  return let_in || verdict === "exited" || verdict === "exit_unmatched";
}
