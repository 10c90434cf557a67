// Decides how long a verdict stays on the screen (rule W4), and which replaces which. Pure; times are ms.

import { LEFT_MS } from "../reading/sightings.ts";

/** `in` and `out`: somebody passes. `stop`: nobody does. `wait`: look, and perhaps scan again. */
export type Tone = "in" | "out" | "wait" | "stop";

/** `order`: which scan of this page it is of; a later one is of another guest. `hasText`: there is a note for the gate. */
export type Display = {
  readonly order: number;
  readonly tone: Tone;
  readonly at: number;
  readonly hasText: boolean;
  /** The door would have refused somebody whom this phone has let in. */
  readonly isAlarm: boolean;
};

const GREEN_MS = 1_200;
const RED_MS = 3_000;

/** `seenAt`: when its code was last in the picture; null: no camera reads it. */
export function isOver({ tone, at, hasText, isAlarm }: Display, seenAt: number | null, now: number): boolean {
  if (isAlarm) return false;
  if (tone === "in" || tone === "out") return now - at >= (hasText ? RED_MS : GREEN_MS);
  return now - at >= RED_MS && (seenAt === null || now - seenAt >= LEFT_MS);
}

/** A verdict is shown unless a later guest's code was read since: then it is in the list, and beside the camera. */
export function comesOver(order: number, lastRead: number): boolean {
  return order >= lastRead;
}

const TONES: Readonly<Record<string, Tone>> = {
  ...{ admitted: "in", readmitted: "in", exited: "out", exit_unmatched: "out" },
  ...{ repeat: "wait", typed_needs_network: "wait", lease_used_up: "wait" },
};

/** The tone of a verdict's name. A name that this version does not know lets nobody pass. */
export function toneOf(verdict: string): Tone {
  return Object.hasOwn(TONES, verdict) ? (TONES[verdict] ?? "stop") : "stop";
}
