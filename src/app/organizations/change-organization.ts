// Changes the organisation's name, settings, description and colour (rules T8, E10, E12). Its image is changed in
// change-image.ts.

import { updateOrganization } from "../../db/organizations/organization-changes.ts";
import { type Organization, readOrganization } from "../../db/organizations/organizations.ts";
import { type Refusal, UNAVAILABLE } from "../../domain/errors.ts";
import type { IfMatch } from "../../domain/if-match.ts";
import { can, type Organiser } from "../../domain/people/policy.ts";
import { accept, assert, refuse, type Result } from "../../domain/result.ts";
import { auditOf } from "../audit-of.ts";
import {
  auditedChanges,
  CHANGE_ATTEMPTS,
  changedFields,
  type SentFields,
  isEmpty,
  settingsText,
  readMatching,
} from "../changed-fields.ts";
import type { Context } from "../context.ts";
import { htmlFieldFor } from "../descriptions/description-html.ts";
import { refreshPublishedEventsOf } from "../events/refresh-published-event.ts";

/** Fields that are left out stay. */
export type OrganizationChange = SentFields<Pick<Organization, "name" | "description" | "accent_color">> & {
  readonly settings?: object | undefined;
};

export async function changeOrganization(
  context: Context<Organiser>,
  { settings, ...sent }: OrganizationChange,
  ifMatch: IfMatch,
): Promise<Result<Organization, Refusal>> {
  const html = await htmlFieldFor(sent.description);
  return writeOrganization(context, { ...sent, ...html, settings: settingsText(settings) }, ifMatch);
}

/** Writes `sent`, in the form that is stored, and refreshes what the public sees of its events. */
export async function writeOrganization(
  context: Context<Organiser>,
  sent: SentFields<Organization>,
  ifMatch: IfMatch,
  auditFields: (fields: Partial<Organization>) => object = auditedChanges,
): Promise<Result<Organization, Refusal>> {
  const { actor, db } = context;
  const id = actor.organizationId;
  assert(can(actor, "organization.write"), "the route has checked the permission");
  for (let attempt = 0; attempt < CHANGE_ATTEMPTS; attempt++) {
    const current = await readMatching(() => readOrganization(db, id), ifMatch);
    if (!current.ok) return current;
    const organization = current.value;
    const fields = changedFields(organization, sent);
    if (isEmpty(fields)) return accept(organization);
    const audit = auditOf(context, {
      organizationId: id,
      // The action keeps this name, since stored rows have it and clients filter the audit log by it.
      action: "organization.update",
      resourceKind: "organization",
      resourceId: id,
      changes: auditFields(fields),
    });
    if (await updateOrganization(db, organization, fields, audit)) {
      const changed = await readOrganization(db, id);
      await refreshPublishedEventsOf(context, id);
      return changed ? accept(changed) : refuse({ code: "not_found" });
    }
  }
  return refuse(UNAVAILABLE);
}
