// Changes the name and the settings of the actor's organisation (rule T8), as it was last read.

import { type Organization, readOrganization, updateOrganization } from "../../db/organizations/organizations.ts";
import type { Refusal } from "../../domain/errors.ts";
import { type IfMatch, isCurrent } from "../../domain/if-match.ts";
import { can, type Organiser } from "../../domain/policy.ts";
import { accept, assert, must, refuse, type Result } from "../../domain/result.ts";
import { auditOf } from "../audit-of.ts";
import type { Context } from "../context.ts";
import { refreshPublishedEventsOf } from "../events/refresh-published-event.ts";

/** What is left out stays. */
export type OrganizationChange = { readonly name?: string | undefined; readonly settings?: object | undefined };

export async function changeOrganization(
  context: Context<Organiser>,
  input: OrganizationChange,
  ifMatch: IfMatch,
): Promise<Result<Organization, Refusal>> {
  const { actor, db, now } = context;
  const id = actor.organizationId;
  assert(can(actor, "organization.write"), "the route has checked the permission");
  const seen = must(await readOrganization(db, id), "a credential's organisation is never deleted");
  if (ifMatch === null) return refuse({ code: "precondition_required" });
  if (!isCurrent(ifMatch, seen.version)) return refuse({ code: "version_conflict" });
  const next = {
    name: input.name ?? seen.name,
    settings: input.settings === undefined ? seen.settings : JSON.stringify(input.settings),
  };
  const changes = {
    ...(next.name !== seen.name && { name: next.name }),
    ...(next.settings !== seen.settings && { settings: input.settings }),
  };
  if (Object.keys(changes).length === 0) return accept(seen);
  const audit = auditOf(context, {
    organizationId: id,
    // Not `organization.change`: rows that are stored have this name, and the audit log is filtered by it.
    action: "organization.update",
    resourceKind: "organization",
    resourceId: id,
    changes,
  });
  if (!(await updateOrganization(db, seen, next, audit))) return refuse({ code: "version_conflict" });
  if (changes.name !== undefined) await refreshPublishedEventsOf(context, id);
  return accept({ ...seen, ...next, version: seen.version + 1, updated_at: now });
}
