// The version that a client says it has read, where it says one.

/** null: it does not say. `never`: what it says names no version that can be read (a weak tag, or `*`). */
export type IfMatch = number | "never" | null;

/** Whether a change may go on: nothing was said, or just this version. */
export function isCurrent(ifMatch: IfMatch, version: number): boolean {
  return ifMatch === null || ifMatch === version;
}
