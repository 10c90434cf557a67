// The statements of `npm run restored` and `npm run project` (rule X6). Each list is one batch.

import { sql } from "drizzle-orm";
import { insertDoorSync } from "../db/outbox/door-syncs.ts";
import { insertFeedSyncs } from "../db/outbox/feed-syncs.ts";
import { insertTermsSync } from "../db/outbox/terms-syncs.ts";
import { restores, syncRows } from "../db/schema/sync.ts";
import { auditLog, events, gates, organizations, ticketTypes, venues } from "../db/schema/catalogue.ts";
import { orders } from "../db/schema/sales.ts";
import { KEPT_AFTER_END_MS } from "../domain/event.ts";
import { type Statement, textOf } from "./database.ts";

const EVERY_TYPE = sql`true`;
const EPOCH = sql`(SELECT MAX(epoch) FROM ${restores})`;

/**
 * Begins a new epoch at `now`, epoch ms, and asks for the terms of every type and door, and the catalogue of every event,
 * to be delivered in it. Versions go on from the epoch's seconds, so that none that was shown or read as an ETag before
 * the restore comes again for other content (rule L2). Those of terms do so too: a delivery that was under way in the
 * epoch before names an older version, and does not settle the one that is asked for here (rule K6).
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

/** Has every inventory told D1 of all that it has: each delivery of terms brings it the position that D1 has, now 0. */
export function projectAnew(now: number): Statement[] {
  return [sql`UPDATE ${ticketTypes} SET counts_seq = 0, counts_hash = NULL`, insertTermsSync(EVERY_TYPE, now)].map(
    textOf,
  );
}

/** Answers `{id}` of each type whose inventory has yet to take its terms. */
export const UNDELIVERED: Statement = textOf(
  sql`SELECT ${syncRows.target} AS id FROM ${syncRows} WHERE ${syncRows.subject} = 'terms' ORDER BY id`,
);

/** Answers `{id, counts_seq}` of each type. */
export const POSITIONS: Statement = textOf(sql`SELECT id, counts_seq FROM ${ticketTypes} ORDER BY id`);

/** Answers `{id, name, used, capacity}` of each event whose types have more tickets than it has places (rule K3). */
export const OVER_CAPACITY: Statement = textOf(
  sql`SELECT ${events.id} AS id, ${events.name} AS name, SUM(${ticketTypes.total_quantity}) AS used, ${events.capacity} AS capacity
    FROM ${events} JOIN ${ticketTypes} ON ${ticketTypes.event_id} = ${events.id}
    GROUP BY ${events.id} HAVING used > ${events.capacity} ORDER BY ${events.id}`,
);

/** Answers `{id, changes}` of each type whose total D1 has taken over since `since`, epoch ms. */
export function totalsTaken(since: number): Statement {
  return textOf(sql`SELECT resource_id AS id, changes FROM ${auditLog}
    WHERE action = 'ticket_type.restore' AND created_at >= ${since} ORDER BY id`);
}

/**
 * Answers `{id}` of each type that D1 has orders of and no row. A step an order's home through the table's own order,
 * however many orders there are.
 */
export const UNKNOWN_HOMES: Statement = textOf(
  sql`WITH RECURSIVE homes(home) AS (
      SELECT substr(MIN(id), 1, 30) FROM ${orders}
      UNION ALL SELECT (SELECT substr(MIN(id), 1, 30) FROM ${orders} WHERE id > home || '~') FROM homes WHERE home IS NOT NULL)
    SELECT 'tt_' || substr(home, 5) AS id FROM homes
    WHERE home IS NOT NULL AND 'tt_' || substr(home, 5) NOT IN (SELECT id FROM ${ticketTypes}) ORDER BY id`,
);
