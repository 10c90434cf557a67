// Keeps which images exist, and since when nothing refers to them (rule E11). The row of an organisation or of an event
// refers to an image.

import { and, inArray, isNotNull, lt, type SQL, sql } from "drizzle-orm";
import type { OrganizationId } from "../../domain/ids.ts";
import type { ImageId } from "../../domain/image/image-id.ts";
import { type Audit, isWritten } from "../audit/audit.ts";
import type { Db } from "../client.ts";
import { events, organizations } from "../schema/catalogue.ts";
import { images } from "../schema/images.ts";

const A_DAY_MS = 24 * 60 * 60_000;

export type NewImage = {
  readonly id: ImageId;
  readonly organizationId: OrganizationId;
  readonly bytes: number;
  readonly now: number;
};

/**
 * Stores an image that nothing refers to yet, or stores it again: "kept". "deleting": the sweep is deleting it, and a
 * minute later it may be stored again. "too many": the organisation has made `mostADay` others within 24 hours.
 */
export async function keepImage(
  db: Db,
  { id, organizationId, bytes, now }: NewImage,
  mostADay: number,
): Promise<"kept" | "deleting" | "too many"> {
  const recent = sql`(SELECT count(*) FROM ${images} WHERE organization_id = ${organizationId}
    AND created_at > ${now - A_DAY_MS} AND id <> ${id})`;
  const stored = await db.all<{
    id: string;
  }>(sql`INSERT INTO ${images} (id, organization_id, bytes, created_at, unused_since)
    SELECT ${id}, ${organizationId}, ${bytes}, ${now}, ${now}
    WHERE ${recent} < ${mostADay} OR EXISTS (SELECT 1 FROM ${images} WHERE id = ${id})
    ON CONFLICT (id) DO UPDATE SET unused_since = CASE WHEN unused_since IS NULL THEN NULL ELSE ${now} END
      WHERE swept_at IS NULL
    RETURNING id`);
  if (stored.length > 0) return "kept";
  const existing = await db.all(sql`SELECT 1 FROM ${images} WHERE id = ${id}`);
  return existing.length > 0 ? "deleting" : "too many";
}

/** True while something may refer to the image: a condition for the statement that makes it do so. */
export function isImageUsable(id: ImageId): SQL {
  return sql`EXISTS (SELECT 1 FROM ${images} WHERE id = ${id} AND swept_at IS NULL)`;
}

/**
 * The statements that follow in the batch of a row that refers to `next` where it referred to `last`, either of which
 * may be null. An image without a reference counts as unused from then on.
 */
export function movedImage(last: ImageId | null, next: ImageId | null, audit: Audit): SQL[] {
  const used = sql`UPDATE ${images} SET unused_since = NULL WHERE id = ${next} AND ${isWritten(audit)}`;
  const unused = sql`UPDATE ${images} SET unused_since = ${audit.at}
    WHERE id = ${last} AND ${isUnused} AND ${isWritten(audit)}`;
  return [...(last === null ? [] : [unused]), ...(next === null ? [] : [used])];
}

const isUnused = sql`NOT EXISTS (SELECT 1 FROM ${events} WHERE ${events.image_id} = ${images.id})
  AND NOT EXISTS (SELECT 1 FROM ${organizations} WHERE ${organizations.image_id} = ${images.id})`;

/** Up to `limit` images that have been unused since before `before`, epoch ms, or that were claimed before. */
export async function listUnusedImages(db: Db, before: number, limit: number): Promise<ImageId[]> {
  const unused = and(isNotNull(images.unused_since), lt(images.unused_since, before));
  const rows = await db.select({ id: images.id }).from(images).where(unused).limit(limit);
  return rows.map(({ id }) => id);
}

/**
 * Claims those of `ids` to which nothing refers, and returns them with those that were claimed before: from now on nothing
 * may refer to them. One that something refers to by then is noted as in use.
 */
export async function claimImages(db: Db, ids: readonly ImageId[], now: number): Promise<ImageId[]> {
  const among = sql`id IN (SELECT value FROM json_each(${JSON.stringify(ids)}))`;
  const [, claimed] = await db.batch([
    db.run(sql`UPDATE ${images} SET unused_since = NULL WHERE ${among} AND swept_at IS NULL AND NOT (${isUnused})`),
    db.all<{ id: ImageId }>(sql`UPDATE ${images} SET swept_at = coalesce(swept_at, ${now})
      WHERE ${among} AND unused_since IS NOT NULL RETURNING id`),
  ]);
  return claimed.map(({ id }) => id);
}

/** For images that were claimed, once their bytes are gone. */
export async function forgetImages(db: Db, ids: readonly ImageId[]): Promise<void> {
  await db.delete(images).where(and(inArray(images.id, [...ids]), isNotNull(images.swept_at)));
}
