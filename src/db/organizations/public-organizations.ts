// Reads what the public may see of an organisation: its name and how it looks.

import { eq } from "drizzle-orm";
import type { Db } from "../client.ts";
import { organizations } from "../schema/catalogue.ts";

const { id, name, slug, description, description_html } = organizations;
const { accent_color, image_id, image_width, image_height, image_alt } = organizations;
const shown = {
  ...{ id, name, slug, description, description_html },
  ...{ accent_color, image_id, image_width, image_height, image_alt },
};

/** Null when there is no such organisation. */
export async function readPublicOrganization(db: Db, named: string) {
  const rows = await db.select(shown).from(organizations).where(eq(organizations.slug, named));
  return rows[0] ?? null;
}

export type PublicOrganization = NonNullable<Awaited<ReturnType<typeof readPublicOrganization>>>;
