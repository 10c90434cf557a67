// Changes organisations (rules T8, E10 to E12).

import { eq, sql } from "drizzle-orm";
import { type Audit, writeAudited } from "../audit/audit.ts";
import { assignments } from "../change.ts";
import type { Db } from "../client.ts";
import { isImageUsable, movedImage } from "../images/images.ts";
import type { Organization } from "./organizations.ts";
import { organizations } from "../schema/catalogue.ts";
import { every } from "../statements.ts";

/**
 * Sets `fields` while the organisation has the version in which it was read and a new image is there, in one batch with
 * the audit row. False when nothing was written.
 */
export function updateOrganization(
  db: Db,
  organization: Organization,
  fields: Partial<Organization>,
  audit: Audit,
): Promise<boolean> {
  const { image_id } = fields;
  const isUnchanged = sql`${eq(organizations.id, organization.id)} AND ${eq(organizations.version, organization.version)}`;
  const set = [...assignments(organizations, fields), sql`version = version + 1`, sql`updated_at = ${audit.at}`];
  const update = sql`UPDATE ${organizations} SET ${sql.join(set, sql`, `)}
    WHERE ${every(isUnchanged, image_id ? isImageUsable(image_id) : null)}`;
  const images = image_id === undefined ? [] : movedImage(organization.image_id, image_id, audit);
  return writeAudited(db, update, audit, images);
}
