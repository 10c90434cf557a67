// The audit row of what a verb does (rule T6).

import type { Audit } from "../db/audit/audit.ts";
import { type Context, newId } from "./context.ts";

/** Everything of the row that the context knows, beside what was done to what. */
export function auditOf(
  { actor, requestId, now }: Pick<Context, "actor" | "requestId" | "now">,
  done: Pick<Audit, "organizationId" | "action" | "resourceKind" | "resourceId" | "changes">,
): Audit {
  return { ...done, id: newId("aud"), actor: { kind: actor.kind, id: actor.id }, requestId, at: now };
}
