// Decides how long a verdict stays on the screen (rule W4), and which verdict replaces another. Pure; times are ms.

import { LEFT_MS } from "../reading/sightings.ts";

/**
 * `in` and `out`: somebody passes. `stop`: nobody does. `wait`: the steward reads the text, and perhaps scans again.
 */
export type Tone = "in" | "out" | "wait" | "stop";

/**
 * `order`: the number of its scan on this page; a later scan is of another guest. `hasText`: it has a note for the
 * gate.
 */
export type Display = {
  readonly order: number;
  readonly tone: Tone;
  readonly at: number;
  readonly hasText: boolean;
  /** The door refuses a guest whom this phone has already let in. */
  readonly isAlarm: boolean;
};

const GREEN_MS = 1_200;
const RED_MS = 3_000;

/** `seenAt`: when its code was last in the camera's picture; null if the code was not read by a camera. */
export function isOver({ tone, at, hasText, isAlarm }: Display, seenAt: number | null, now: number): boolean {
  if (isAlarm) return false;
  if (tone === "in" || tone === "out") return now - at >= (hasText ? RED_MS : GREEN_MS);
  return now - at >= RED_MS && (seenAt === null || now - seenAt >= LEFT_MS);
}

/**
 * Whether the verdict is shown large: not if a later guest's code was read; it is then in the list and beside the
 * camera.
 */
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
