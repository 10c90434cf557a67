// How every change of the catalogue runs: look, compare, write by the version that was seen, and only when nothing was
// written ask what stood against it. What hangs on a change (terms, the cache) is its verb's to send on.

import type { Audit } from "../db/audit/audit.ts";
import { type Refusal, UNAVAILABLE } from "../domain/errors.ts";
import type { OrganizationId } from "../domain/ids.ts";
import type { IfMatch } from "../domain/if-match.ts";
import type { Organiser } from "../domain/policy.ts";
import { accept, refuse, type Result } from "../domain/result.ts";
import { auditOf } from "./audit-of.ts";
import { CHANGE_ATTEMPTS, changedFields, type Given, isEmpty, auditedChanges, whyStale } from "./changed-fields.ts";
import type { Context } from "./context.ts";

type Versioned = { readonly id: string; readonly organization_id: OrganizationId; readonly version: number };

/** What of a change is its own, beside the loop that all have in common. */
type Change<Row> = {
  readonly kind: string;
  /** As the audit row names it; `<kind>.change` unless it is said. */
  readonly action?: string;
  readonly sent: Given<Row>;
  readonly read: () => Promise<Row | null>;
  /** What is wrong with the row as it would be. */
  readonly faults?: (next: Row) => Extract<Refusal, { code: "invalid_request" }>["errors"];
  /** What must be done before the row can be written: null to go on, else the If-Match to look again with. */
  readonly first?: (seen: Row, fields: Partial<Row>, ifMatch: IfMatch) => Promise<Result<LookAgain | null, Refusal>>;
  /** The fields as the audit row tells them; as a client names them unless it is said. */
  readonly auditFields?: (fields: Partial<Row>) => object;
  readonly write: (seen: Row, fields: Partial<Row>, audit: Audit) => Promise<boolean>;
  /** What stood against the write; null when another attempt may do better. */
  readonly explainRefusal: (seen: Row, fields: Partial<Row>) => Promise<Refusal | null>;
};
export type LookAgain = { readonly ifMatch: IfMatch };

/** `written`: false when the row says already what was sent, and so no trace was left. */
export type Changed<Row> = { readonly row: Row; readonly written: boolean };

/** Refusals come in the order of docs/api.md: 404, 428 and 412, 400 of what only the whole row shows, then 409. */
export async function changeOnce<Row extends Versioned & { readonly settings: string }>(
  context: Context<Organiser>,
  ifMatch: IfMatch,
  change: Change<Row>,
): Promise<Result<Changed<Row>, Refusal>> {
  let expected = ifMatch;
  for (let attempt = 0; attempt < CHANGE_ATTEMPTS; attempt++) {
    const seen = await readMatching(change.read, expected);
    if (!seen.ok) return seen;
    const row = seen.value;
    const fields = changedFields(row, change.sent);
    if (isEmpty(fields)) return accept({ row, written: false });
    const errors = change.faults?.({ ...row, ...fields }) ?? [];
    if (errors.length > 0) return refuse({ code: "invalid_request", errors });
    const done = (await change.first?.(row, fields, expected)) ?? accept(null);
    if (!done.ok) return done;
    if (done.value) {
      expected = done.value.ifMatch;
      continue;
    }
    if (await change.write(row, fields, auditOfChange(context, row, fields, change))) {
      const changed = await change.read();
      return changed ? accept({ row: changed, written: true }) : refuse({ code: "not_found" });
    }
    const refusal = await change.explainRefusal(row, fields);
    if (refusal) return refuse(refusal);
  }
  return refuse(UNAVAILABLE);
}

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

function auditOfChange<Row extends Versioned & { readonly settings: string }>(
  context: Context<Organiser>,
  row: Row,
  fields: Partial<Row>,
  { kind, action = `${kind}.change`, auditFields = auditedChanges }: Change<Row>,
): Audit {
  const done = { action, resourceKind: kind, resourceId: row.id, changes: auditFields(fields) };
  return auditOf(context, { ...done, organizationId: row.organization_id });
}
