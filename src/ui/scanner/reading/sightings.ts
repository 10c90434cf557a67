// Decides whether a code that was read is a new scan (rule W5), since the same code stays in the picture for a while
// and returns. Pure.

import type { CodeSource } from "../door/rows/rows.ts";

/**
 * `readAt`: when it last counted as a scan or a repeat; `seenAt`: when it was last in the picture. Both are ms of one
 * clock.
 */
export type Sighting = {
  readonly code: string;
  readonly readAt: number;
  readonly seenAt: number;
  /** The network failed and there is no verdict, so the code can be scanned again at once. */
  readonly failed: boolean;
};

export type SightingResult = { readonly sighting: Sighting; readonly act: "scan" | "repeat" | "nothing" };

/** For how long the same code counts as the same guest, by how it was read. */
const SAME_MS: Readonly<Record<CodeSource, number>> = { camera: 5_000, reader: 2_500, typed: 0 };
/** A code that was not seen for so long has left the picture; a frame or two may miss one that is still there. */
export const LEFT_MS = 700;

export function sight(last: Sighting | null, code: string, source: CodeSource, at: number): SightingResult {
  if (last?.code !== code) return take("scan", code, at);
  const stays = source === "camera" && at - last.seenAt < LEFT_MS;
  if (last.failed && !stays) return take("scan", code, at);
  const isSame = at - last.readAt < SAME_MS[source];
  // A code that stays in the picture is a repeat from time to time, and never a new scan.
  if (stays) return isSame ? { sighting: { ...last, seenAt: at }, act: "nothing" } : take("repeat", code, at);
  return isSame ? { sighting: { ...last, seenAt: at }, act: "repeat" } : take("scan", code, at);
}

function take(act: "scan" | "repeat", code: string, at: number): SightingResult {
  return { sighting: { code, readAt: at, seenAt: at, failed: false }, act };
}
