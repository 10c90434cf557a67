// Reads and prints for `organizations -- list`: every organisation, the oldest first, with its owners.

import { sql } from "drizzle-orm";
import * as z from "zod";
import { organizations } from "../../db/schema/catalogue.ts";
import { members, users } from "../../db/schema/people.ts";
import { folded } from "../../domain/text/text.ts";
import type { Row } from "../d1/d1-target.ts";
import { textOf } from "../d1/database.ts";

/** `owners` is a JSON array, in the order in which they became members. */
export const LIST_ORGANIZATIONS = textOf(sql`SELECT organization.id AS id, organization.slug AS slug,
    organization.name AS name, organization.status AS status, organization.created_at AS created_at,
    (SELECT json_group_array(json_object('email', email, 'has_password', json(iif(email_verified, 'true', 'false'))))
      FROM (SELECT person.email AS email, person.email_verified AS email_verified
        FROM ${members} AS member JOIN ${users} AS person ON person.id = member.user_id
        WHERE member.organization_id = organization.id AND member.role = 'owner'
        ORDER BY member.created_at, member.id)) AS owners
  FROM ${organizations} AS organization ORDER BY organization.created_at, organization.id`);

const owners = z.array(z.object({ email: z.string(), has_password: z.boolean() }));
const row = z.object({
  id: z.string(),
  slug: z.string(),
  name: z.string(),
  status: z.enum(["active", "suspended"]),
  created_at: z.number(),
  owners: z.string(),
});

/** The form that `--json` prints. */
export type Listed = Omit<z.infer<typeof row>, "created_at" | "owners"> & {
  readonly created_at: string;
  readonly owners: z.infer<typeof owners>;
};

export function listedFrom(rows: readonly Row[]): Listed[] {
  return rows.map((each) => {
    const { created_at: createdAt, owners: text, ...rest } = row.parse(each);
    return { ...rest, created_at: new Date(createdAt).toISOString(), owners: owners.parse(JSON.parse(text)) };
  });
}

/**
 * The lines of a table, with columns as wide as their widest cell. Texts that people wrote cannot leave their cell (rule
 * X9).
 */
export function renderList(listed: readonly Listed[]): string[] {
  const head = ["ID", "SLUG", "NAME", "CREATED", "STATUS", "OWNERS"];
  const rows = [head, ...listed.map(cellsOf)];
  const widths = head.map((_, column) => Math.max(...rows.map((cells) => widthOf(cells[column] ?? ""))));
  return rows.map((cells) =>
    cells
      .map((cell, column) => cell + " ".repeat((widths[column] ?? 0) - widthOf(cell)))
      .join("  ")
      .trimEnd(),
  );
}

function cellsOf({ id, slug, name, status, created_at: createdAt, owners: people }: Listed): string[] {
  const said = people.map(({ email, has_password: has }) => (has ? email : `${email} (no password yet)`));
  return [id, slug, folded(name), createdAt.slice(0, 10), status, folded(said.join(", ")) || "none"];
}

/** The width in visible characters, each of which takes one column in most scripts. */
function widthOf(text: string): number {
  return [...text].length;
}
