// What every change of the catalogue shares: which fields really change, what the audit row says of them, and If-Match.

import type { Refusal } from "../domain/errors.ts";
import { type IfMatch, isCurrent } from "../domain/if-match.ts";

/**
 * How often a verb looks at a row and tries to write it, by the version that it saw: another change may come between, and
 * more of them than this is no accident.
 */
export const CHANGE_ATTEMPTS = 6;

export type Given<Row> = { readonly [K in keyof Row]?: Row[K] | undefined };

/** Those of the fields sent that differ from the row: a change that says nothing new leaves no trace. */
export function changedFields<Row extends object>(row: Row, sent: Given<Row>): Partial<Row> {
  const before = new Map<string, unknown>(Object.entries(row));
  const changed = Object.entries(sent).filter(([name, value]) => value !== undefined && value !== before.get(name));
  // The one cast: each entry came from `sent`, and is not undefined.
  return Object.fromEntries(changed) as Partial<Row>;
}

export function isEmpty(fields: object): boolean {
  return Object.keys(fields).length === 0;
}

/** Settings as they are stored; undefined stays what it is. */
export function settingsText(settings: object | undefined): string | undefined {
  return settings === undefined ? undefined : JSON.stringify(settings);
}

type Stored = { readonly settings?: string; readonly description_html?: string | null };

/** The fields as the audit row names them: as a client does. The HTML of a description follows from it. */
export function auditedChanges({ settings, description_html: _html, ...fields }: Stored): object {
  return settings === undefined ? fields : { ...fields, settings: JSON.parse(settings) as unknown };
}

/** A change needs the version that was read: 428 without one, 412 for any other. */
export function whyStale(ifMatch: IfMatch, version: number): Refusal | null {
  if (ifMatch === null) return { code: "precondition_required" };
  return isCurrent(ifMatch, version) ? null : { code: "version_conflict" };
}
