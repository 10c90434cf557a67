// The outbox of D1: all that it owes an object (rules K6, K3, L3, D2). A row is written in the batch of the change that
// causes it, and deleted once the object has acknowledged that version; what was changed meanwhile stays. A target that
// keeps failing is parked. Mails are not in it (mail-outbox.ts): no object takes them, and a repeat is not harmless.

import { type SQL, sql } from "drizzle-orm";
import type { EventId, TicketTypeId } from "../../domain/ids.ts";
import { LONGEST_PARKED_MS } from "../../domain/time/parking.ts";
import type { Db } from "../client.ts";
import { events, ticketTypes } from "../schema/catalogue.ts";
import { syncRows } from "../schema/sync.ts";

type Targets = {
  /** The terms of a ticket type, for its inventory. */
  readonly terms: TicketTypeId;
  /** The inventory of a deleted ticket type is to delete its storage. Its version is always 0. */
  readonly wipe: TicketTypeId;
  /** The catalogue of an event, for its feed; the version is a position in D1's history. */
  readonly feed: EventId;
  /** The terms of an event's door. */
  readonly door: EventId;
};
export type Subject = keyof Targets;
export type TargetOf<S extends Subject> = Targets[S];

/** Up to which version an object has acknowledged what D1 owed it. */
export type Acknowledged<S extends Subject> = { readonly target: TargetOf<S>; readonly version: number };
/** What an object is owed. `attempts`: rounds of the cron that have failed since the last change, except while on sale. */
export type Sync<S extends Subject> = Acknowledged<S> & { readonly attempts: number };

type NewSyncs = {
  readonly subject: Subject;
  readonly target: SQL;
  readonly version: SQL;
  /** The `FROM … WHERE …` of which each row is a target. */
  readonly rows: SQL;
  readonly now: number;
};

/** The statement that writes a row for each target. A row that exists gets the higher version, and is no longer parked. */
export function insertSyncs({ subject, target, version, rows, now }: NewSyncs): SQL {
  return sql`INSERT INTO ${syncRows} (target, subject, version, created_at)
    SELECT ${target}, ${subject}, ${version}, ${now} ${rows}
    ON CONFLICT DO UPDATE SET version = MAX(version, excluded.version), attempts = 0, parked_until = 0`;
}

/**
 * Up to `limit` waiting rows: those of `targets`, even parked ones, or, when it is null, all that are not parked. First
 * come events whose doors and sales may be open; within each group the oldest come first.
 */
export function listSyncs<S extends Subject>(
  db: Db,
  subject: S,
  targets: readonly TargetOf<S>[] | null,
  { now, limit }: { readonly now: number; readonly limit: number },
): Promise<Sync<S>[]> {
  const wanted =
    targets === null ? isDue(now) : sql`target IN (SELECT value FROM json_each(${JSON.stringify(targets)}))`;
  return db.all<Sync<S>>(sql`SELECT target, ${syncRows.version} AS version, attempts
    FROM ${syncRows} LEFT JOIN ${events} ON ${events.id} = target WHERE subject = ${subject} AND ${wanted}
    ORDER BY COALESCE(${events.status} IN ('published', 'live'), 0) DESC, ${syncRows.created_at}, target LIMIT ${limit}`);
}

/** The waiting rows in the order of their targets, after `after`, and up to `until` unless that is null. */
export type SyncRange<S extends Subject> = {
  readonly after: TargetOf<S> | "";
  readonly until: TargetOf<S> | null;
  readonly limit: number;
  readonly now: number;
};

/** Of what waits, and is not parked at `now`. */
export function pageSyncs<S extends Subject>(
  db: Db,
  subject: S,
  { after, until, limit, now }: SyncRange<S>,
): Promise<Sync<S>[]> {
  const bound = until === null ? sql`` : sql`AND target <= ${until}`;
  return db.all<Sync<S>>(sql`SELECT target, version, attempts FROM ${syncRows}
    WHERE subject = ${subject} AND target > ${after} ${bound} AND ${isDue(now)} ORDER BY target LIMIT ${limit}`);
}

/** A time further ahead than any pause was noted by a clock that was ahead, and counts as over. */
function isDue(now: number): SQL {
  return sql`parked_until NOT BETWEEN ${now + 1} AND ${now + LONGEST_PARKED_MS}`;
}

/** Deletes the rows of what was acknowledged, except those that have a newer version by now. */
export async function dropSyncs<S extends Subject>(
  db: Db,
  subject: S,
  acknowledged: readonly Acknowledged<S>[],
): Promise<void> {
  if (acknowledged.length > 0) await db.run(deleteAcknowledged(subject, acknowledged));
}

/**
 * The statement of `dropSyncs`. It first selects the named targets, since comparing every waiting row with every named
 * one takes quadratic time.
 */
export function deleteAcknowledged<S extends Subject>(subject: S, acknowledged: readonly Acknowledged<S>[]): SQL {
  const rows = JSON.stringify(acknowledged.map(({ target, version }) => ({ target, version })));
  return sql`DELETE FROM ${syncRows} WHERE subject = ${subject}
    AND target IN (SELECT value ->> 'target' FROM json_each(${rows}))
    AND EXISTS (SELECT 1 FROM json_each(${rows}) AS told
      WHERE told.value ->> 'target' = ${syncRows.target} AND ${syncRows.version} <= told.value ->> 'version')`;
}

/** `until`: to be parked until then, epoch ms; 0 to be tried by the next round. */
export type Failed<S extends Subject> = Acknowledged<S> & { readonly until: number };
export type Parked<S extends Subject> = Sync<S> & { readonly parked_until: number };

/**
 * Counts a failed round for these, and parks those that say so; returns which are parked. For a target whose event is
 * published or live nothing is counted or written: whatever was changed there arrives within a minute or two of its return
 * (rules E4, T4), and thousands of silent objects cost no row each a minute.
 * What was changed since the round read it is left alone.
 */
export async function countFailures<S extends Subject>(
  db: Db,
  subject: S,
  failed: readonly Failed<S>[],
): Promise<Parked<S>[]> {
  if (failed.length === 0) return [];
  const rows = sql`json_each(${JSON.stringify(failed)})`;
  const isOpen = sql`EXISTS (SELECT 1 FROM ${events} WHERE ${events.status} IN ('published', 'live') AND ${events.id} IN
    (${syncRows.target}, (SELECT ${ticketTypes.event_id} FROM ${ticketTypes} WHERE ${ticketTypes.id} = ${syncRows.target})))`;
  const counted = await db.all<Parked<S>>(sql`UPDATE ${syncRows}
    SET attempts = attempts + 1, parked_until = said.value ->> 'until'
    FROM ${rows} AS said WHERE ${syncRows.target} = said.value ->> 'target' AND subject = ${subject}
      AND ${syncRows.version} = said.value ->> 'version' AND NOT ${isOpen}
    RETURNING target, version, attempts, parked_until`);
  return counted.filter(({ parked_until }) => parked_until > 0);
}
