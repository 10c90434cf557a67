// Recounts the log of a door from its first row.

import type { DoorRow } from "../../../src/domain/door/rows/door-log.ts";
import { openDoorVerifier } from "../../../src/domain/door/verify/verify.ts";
import { sha256Hex } from "../../../src/shared/sha256.ts";

/** Why the door's log does not hold, recounted; null when it does. */
export function explainBroken(rows: readonly DoorRow[]): string | null {
  const verifier = openDoorVerifier(sha256Hex);
  for (const row of rows) verifier.take(row);
  const { broken } = verifier.verdict();
  return broken && `${broken.seq}: ${broken.why}`;
}
