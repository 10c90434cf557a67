// Has what every change of a row shares: reading it in the version that the client has read (If-Match), which fields really
// change, and what the audit row records of them.

import type { Refusal } from "../domain/errors.ts";
import { type IfMatch, isCurrent } from "../domain/if-match.ts";
import { accept, refuse, type Result } from "../domain/result.ts";

/**
 * How often a verb reads a row and tries to write it on condition of its version. Another change may come between; more
 * than this many in a row do not happen by chance.
 */
export const CHANGE_ATTEMPTS = 6;

/**
 * Returns the present row. Refused as `not_found` when there is none, with 428 when the client names no version, and with
 * 412 when it has read another one.
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

export type SentFields<Row> = { readonly [K in keyof Row]?: Row[K] | undefined };

/** The fields of `sent` that differ from the row. A change that sets nothing new leaves no trace. */
export function changedFields<Row extends object>(row: Row, sent: SentFields<Row>): Partial<Row> {
  const before = new Map<string, unknown>(Object.entries(row));
  const changed = Object.entries(sent).filter(([name, value]) => value !== undefined && value !== before.get(name));
  // The cast holds, since each entry came from `sent` and is not undefined.
  return Object.fromEntries(changed) as Partial<Row>;
}

export function isEmpty(fields: object): boolean {
  return Object.keys(fields).length === 0;
}

/** Settings in the form that is stored; undefined stays undefined. */
export function settingsText(settings: object | undefined): string | undefined {
  return settings === undefined ? undefined : JSON.stringify(settings);
}

type Stored = { readonly settings?: string; readonly description_html?: string | null };

/** The fields under the names that clients use. A description's HTML is left out, since it follows from the description. */
export function auditedChanges({ settings, description_html: _html, ...fields }: Stored): object {
  return settings === undefined ? fields : { ...fields, settings: JSON.parse(settings) as unknown };
}

/** A change needs the version that the client has read: 428 without one, 412 for any other. */
export function versionMismatch(ifMatch: IfMatch, version: number): Refusal | null {
  if (ifMatch === null) return { code: "precondition_required" };
  return isCurrent(ifMatch, version) ? null : { code: "version_conflict" };
}
