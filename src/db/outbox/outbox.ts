// Sync rows for terms: what an inventory object must still be told (rule K6). Written with the change, deleted only up
// to what was delivered. Also for inventories to be wiped, since their type is deleted. Rows for feeds and doors are in the
// same table and are not touched here: event-syncs.ts has them.

import { and, asc, eq, gt, lte, type SQL, sql } from "drizzle-orm";
import type { TicketTypeId } from "../../domain/ids.ts";
import type { TotalOutcome } from "../../domain/terms.ts";
import { insertWaitingAudits } from "../audit/audit.ts";
import type { Db } from "../client.ts";
import { syncRows } from "../schema/sync.ts";
import { ticketTypes } from "../schema/catalogue.ts";

const TERMS = "terms";
const WIPE = "wipe";

/** The statement that asks for the terms of every type of `which` to be delivered; an older row is raised. */
export function insertTermsSync(which: SQL, now: number): SQL {
  return sql`INSERT INTO ${syncRows} (target, subject, version, created_at)
    SELECT ${ticketTypes.id}, ${TERMS}, ${ticketTypes.terms_version}, ${now} FROM ${ticketTypes} WHERE ${which}
    ON CONFLICT DO UPDATE SET version = MAX(version, excluded.version)`;
}

/** Those of `ids` whose terms are still to be delivered. */
export async function readUndelivered(db: Db, ids: readonly TicketTypeId[]): Promise<TicketTypeId[]> {
  const rows = await db
    .select({ target: syncRows.target })
    .from(syncRows)
    .where(and(eq(syncRows.subject, TERMS), sql`target IN (SELECT value FROM json_each(${JSON.stringify(ids)}))`));
  return rows.map((row) => row.target);
}

/** A part of what waits, in the order of its targets: after `after`, and up to `until` unless that is null. */
export type SyncRange = {
  readonly after: TicketTypeId | "";
  readonly until: TicketTypeId | null;
  readonly limit: number;
};

/** Types with undelivered terms. */
export function listUndelivered(db: Db, range: SyncRange): Promise<TicketTypeId[]> {
  return listWaiting(db, TERMS, range);
}

async function listWaiting(db: Db, subject: string, { after, until, limit }: SyncRange): Promise<TicketTypeId[]> {
  const rows = await db
    .select({ target: syncRows.target })
    .from(syncRows)
    .where(
      and(
        eq(syncRows.subject, subject),
        gt(syncRows.target, sql`${after}`),
        until === null ? undefined : lte(syncRows.target, until),
      ),
    )
    .orderBy(asc(syncRows.target))
    .limit(limit);
  return rows.map((row) => row.target);
}

/** What an object answered to its terms: the newest it has, and how it took the total that came with those. */
export type Delivered = { readonly ticketTypeId: TicketTypeId; readonly version: number; readonly total: TotalOutcome };

/**
 * Takes note of deliveries, in one batch: a pending total is taken, with the audit row that waits for it, or dropped as
 * the object said of this very version (rules K4, T7), and a sync row goes unless something newer is to be delivered.
 */
export async function settleDeliveries(db: Db, deliveries: readonly Delivered[], now: number): Promise<void> {
  if (deliveries.length === 0) return;
  const said = JSON.stringify(
    deliveries.map(({ ticketTypeId, version, total }) => ({
      id: ticketTypeId,
      version,
      total_version: total.version,
      applied: total.applied ? 1 : 0,
    })),
  );
  const judged = sql`${ticketTypes.id} = said.value ->> 'id' AND pending_total IS NOT NULL
    AND terms_version = said.value ->> 'total_version'`;
  await db.batch([
    db.run(sql`${insertWaitingAudits} FROM ${ticketTypes}, json_each(${said}) AS said
      WHERE ${judged} AND said.value ->> 'applied' AND pending_audit IS NOT NULL`),
    db.run(sql`UPDATE ${ticketTypes}
      SET total_quantity = IIF(said.value ->> 'applied', pending_total, total_quantity),
        version = version + (said.value ->> 'applied'), updated_at = IIF(said.value ->> 'applied', ${now}, updated_at),
        pending_total = NULL, pending_audit = NULL
      FROM json_each(${said}) AS said WHERE ${judged}`),
    // By the rows that were named: to look at every row that waits, for each of them, takes its square.
    db.run(sql`DELETE FROM ${syncRows} WHERE subject = ${TERMS}
      AND target IN (SELECT value ->> 'id' FROM json_each(${said})) AND EXISTS (SELECT 1 FROM json_each(${said}) AS said
      WHERE said.value ->> 'id' = ${syncRows.target} AND ${syncRows.version} <= said.value ->> 'version')`),
  ]);
}

/** The statements that ask for the inventories of `which` to be wiped, in place of being told terms. */
export function insertWipes(which: SQL, now: number): readonly [SQL, SQL] {
  return [
    sql`INSERT INTO ${syncRows} (target, subject, version, created_at)
      SELECT ${ticketTypes.id}, ${WIPE}, 0, ${now} FROM ${ticketTypes} WHERE ${which} ON CONFLICT DO NOTHING`,
    sql`DELETE FROM ${syncRows} WHERE subject = ${TERMS}
      AND target IN (SELECT ${ticketTypes.id} FROM ${ticketTypes} WHERE ${which})`,
  ];
}

/** Inventories to be wiped. */
export function listWipes(db: Db, range: SyncRange): Promise<TicketTypeId[]> {
  return listWaiting(db, WIPE, range);
}

/** Their inventories are wiped. */
export async function dropWipes(db: Db, ids: readonly TicketTypeId[]): Promise<void> {
  await db.run(sql`DELETE FROM ${syncRows} WHERE subject = ${WIPE}
    AND target IN (SELECT value FROM json_each(${JSON.stringify(ids)}))`);
}
