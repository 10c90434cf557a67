// Changes the organisation: its name, its settings and how it looks (rules T8, E10, E12). Its image: change-image.ts.

import { updateOrganization } from "../../db/organizations/organization-changes.ts";
import { type Organization, readOrganization } from "../../db/organizations/organizations.ts";
import type { Refusal } from "../../domain/errors.ts";
import type { IfMatch } from "../../domain/if-match.ts";
import { can, type Organiser } from "../../domain/policy.ts";
import { accept, assert, type Result } from "../../domain/result.ts";
import { changeOnce } from "../change-once.ts";
import { type Given, settingsText } from "../changed-fields.ts";
import type { Context } from "../context.ts";
import { htmlBeside } from "../descriptions/description-html.ts";
import { refreshPublishedEventsOf } from "../events/refresh-published-event.ts";

/** What is left out stays. */
export type OrganizationChange = Given<Pick<Organization, "name" | "description" | "accent_color">> & {
  readonly settings?: object | undefined;
};

export async function changeOrganization(
  context: Context<Organiser>,
  { settings, ...sent }: OrganizationChange,
  ifMatch: IfMatch,
): Promise<Result<Organization, Refusal>> {
  const html = await htmlBeside(sent.description);
  return writeOrganization(context, { ...sent, ...html, settings: settingsText(settings) }, ifMatch);
}

/** `sent` as it is stored. What the public sees of its events is brought up to date with it. */
export async function writeOrganization(
  context: Context<Organiser>,
  sent: Given<Organization>,
  ifMatch: IfMatch,
  auditFields?: (fields: Partial<Organization>) => object,
): Promise<Result<Organization, Refusal>> {
  const { actor, db } = context;
  const id = actor.organizationId;
  assert(can(actor, "organization.write"), "the route has checked the permission");
  const changed = await changeOnce<Owned>(context, ifMatch, {
    kind: "organization",
    // Rows that are stored have this name, and the audit log is filtered by it.
    action: "organization.update",
    sent,
    ...(auditFields && { auditFields }),
    read: async () => ownedBy(await readOrganization(db, id)),
    write: (seen, fields, audit) => updateOrganization(db, seen, fields, audit),
    explainRefusal: () => Promise.resolve(null),
  });
  if (!changed.ok) return changed;
  if (changed.value.written) await refreshPublishedEventsOf(context, id);
  return accept(changed.value.row);
}

/** An organisation as the rows of it are: what belongs to it names it. */
type Owned = Organization & { readonly organization_id: Organization["id"] };

function ownedBy(row: Organization | null): Owned | null {
  return row && { ...row, organization_id: row.id };
}
