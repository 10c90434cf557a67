// Reads a row for a verb that changes or deletes it, if the row has the version that the client has read.

import type { Refusal } from "../domain/errors.ts";
import type { IfMatch } from "../domain/if-match.ts";
import { accept, refuse, type Result } from "../domain/result.ts";
import { versionMismatch } from "./changed-fields.ts";

/**
 * The present row; refused as `not_found` when there is none, with 428 or 412 when the client has read another version, or
 * names none.
 */
export async function readMatching<Row extends { readonly version: number }>(
  read: () => Promise<Row | null>,
  ifMatch: IfMatch,
): Promise<Result<Row, Refusal>> {
  const row = await read();
  if (!row) return refuse({ code: "not_found" });
  const stale = versionMismatch(ifMatch, row.version);
  return stale ? refuse(stale) : accept(row);
}
