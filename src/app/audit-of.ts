// Makes the audit row of a verb (rule T6).

import type { Audit } from "../db/audit/audit.ts";
import { type Context, newId } from "./context.ts";

/** Fills in what the context knows; the caller adds the action and its subject. */
export function auditOf(
  { actor, requestId, now }: Pick<Context, "actor" | "requestId" | "now">,
  done: Pick<Audit, "organizationId" | "action" | "resourceKind" | "resourceId" | "changes">,
): Audit {
  return { ...done, id: newId("aud"), actor: { kind: actor.kind, id: actor.id }, requestId, at: now };
}
