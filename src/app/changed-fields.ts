// What every change of the catalogue shares: which fields really change, what the audit row records of them, and If-Match.

import type { Refusal } from "../domain/errors.ts";
import { type IfMatch, isCurrent } from "../domain/if-match.ts";

/**
 * How often a verb reads a row and tries to write it on condition of its version. Another change may come between; more
 * than this many in a row do not happen by chance.
 */
export const CHANGE_ATTEMPTS = 6;

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
