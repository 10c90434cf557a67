// Makes the statements of `npm run restored` and `npm run project` (rule X6). Each list is one batch.

import { sql } from "drizzle-orm";
import { insertDoorSync } from "../../db/outbox/door-syncs.ts";
import { insertFeedSyncs } from "../../db/outbox/feed-syncs.ts";
import { insertTermsSync } from "../../db/outbox/terms-syncs.ts";
import { restores, syncRows } from "../../db/schema/sync.ts";
import { auditLog, events, gates, organizations, ticketTypes, venues } from "../../db/schema/catalogue.ts";
import { orders } from "../../db/schema/sales.ts";
import { KEPT_AFTER_END_MS } from "../../domain/events/event.ts";
import { type Statement, textOf } from "../d1/database.ts";

const EVERY_TYPE = sql`true`;
const EPOCH = sql`(SELECT MAX(epoch) FROM ${restores})`;

/**
 * Begins a new epoch at `now`, epoch ms, and has the terms of every type and door, and the catalogue of every event,
 * delivered in it. Versions go on from the epoch's seconds, so that no version that was shown or read as an ETag before the
 * restore is used again for other content (rule L2). The same holds for terms: a delivery that was still running in the
 * epoch before names an older version, and does not settle the one that is needed here (rule K6).
 */
export function raiseEpoch(now: number): Statement[] {
  const versioned = [organizations, venues, gates, events, ticketTypes];
  return [
    sql`INSERT INTO ${restores} (epoch) SELECT MAX(${now}, COALESCE(MAX(epoch), 0) + 1) FROM ${restores}`,
    ...versioned.map((table) => sql`UPDATE ${table} SET version = MAX(version + 1, ${EPOCH} / 1000)`),
    sql`UPDATE ${ticketTypes} SET terms_version = MAX(terms_version + 1, ${EPOCH} / 1000)`,
    sql`UPDATE ${events} SET door_version = MAX(door_version + 1, ${EPOCH} / 1000)`,
    insertTermsSync(EVERY_TYPE, now),
    insertDoorSync(sql`${events.status} <> 'archived' OR ${events.end_time} > ${now - KEPT_AFTER_END_MS}`, now),
    insertFeedSyncs(sql`${events.status} <> 'archived'`, now),
  ].map(textOf);
}

/**
 * Has every inventory project everything again: each delivery of terms carries the position that D1 has, which is now 0.
 */
export function projectAnew(now: number): Statement[] {
  return [sql`UPDATE ${ticketTypes} SET counts_seq = 0, counts_hash = NULL`, insertTermsSync(EVERY_TYPE, now)].map(
    textOf,
  );
}

/** Returns `{id}` of each type whose inventory has not taken its terms yet. */
export const UNDELIVERED: Statement = textOf(
  sql`SELECT ${syncRows.target} AS id FROM ${syncRows} WHERE ${syncRows.subject} = 'terms' ORDER BY id`,
);

/** Returns `{id, counts_seq}` of each type. */
export const POSITIONS: Statement = textOf(sql`SELECT id, counts_seq FROM ${ticketTypes} ORDER BY id`);

/** Returns `{id, name, used, capacity}` of each event whose types have more tickets than its capacity (rule K3). */
export const OVER_CAPACITY: Statement = textOf(
  sql`SELECT ${events.id} AS id, ${events.name} AS name, SUM(${ticketTypes.total_quantity}) AS used, ${events.capacity} AS capacity
    FROM ${events} JOIN ${ticketTypes} ON ${ticketTypes.event_id} = ${events.id}
    GROUP BY ${events.id} HAVING used > ${events.capacity} ORDER BY ${events.id}`,
);

/** Returns `{id, changes}` of each type whose total D1 has taken over since `since`, epoch ms. */
export function totalsTaken(since: number): Statement {
  return textOf(sql`SELECT resource_id AS id, changes FROM ${auditLog}
    WHERE action = 'ticket_type.restore' AND created_at >= ${since} ORDER BY id`);
}

/**
 * Returns `{id}` of each type of which D1 has orders but no row. It takes one step in the table's own order for each home,
 * however many orders there are.
 */
export const UNKNOWN_HOMES: Statement = textOf(
  sql`WITH RECURSIVE homes(home) AS (
      SELECT substr(MIN(id), 1, 30) FROM ${orders}
      UNION ALL SELECT (SELECT substr(MIN(id), 1, 30) FROM ${orders} WHERE id > home || '~') FROM homes WHERE home IS NOT NULL)
    SELECT 'tt_' || substr(home, 5) AS id FROM homes
    WHERE home IS NOT NULL AND 'tt_' || substr(home, 5) NOT IN (SELECT id FROM ${ticketTypes}) ORDER BY id`,
);
