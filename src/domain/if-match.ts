// Compares the version that a client says it has read, if it says one.

/** null: the header is absent. `never`: it names no version that can match (such as `*`). */
export type IfMatch = number | "never" | null;

/** Whether a change may go on: the client named no version, or the present one. */
export function isCurrent(ifMatch: IfMatch, version: number): boolean {
  return ifMatch === null || ifMatch === version;
}
