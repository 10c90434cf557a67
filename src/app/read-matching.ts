// The first step of every verb that changes or deletes a row: the row, if it is the one that the client has read.

import type { Refusal } from "../domain/errors.ts";
import type { IfMatch } from "../domain/if-match.ts";
import { accept, refuse, type Result } from "../domain/result.ts";
import { whyStale } from "./changed-fields.ts";

/** The row as it stands: `not_found` without one, 428 or 412 when it is not the one that the client has read. */
export async function readMatching<Row extends { readonly version: number }>(
  read: () => Promise<Row | null>,
  ifMatch: IfMatch,
): Promise<Result<Row, Refusal>> {
  const row = await read();
  if (!row) return refuse({ code: "not_found" });
  const stale = whyStale(ifMatch, row.version);
  return stale ? refuse(stale) : accept(row);
}
