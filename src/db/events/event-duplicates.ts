// Writes an event that is like another one, with its ticket types (rule E13): all of it, or nothing.

import { getTableColumns, type SQL, sql } from "drizzle-orm";
import { jsonArraysOf } from "../../domain/text/json-arrays.ts";
import { type Audit, insertAudits, isWritten } from "../audit/audit.ts";
import type { Db } from "../client.ts";
import { createRow, type Provenance } from "../create.ts";
import { movedImage } from "../images/images.ts";
import { insertTermsSync } from "../outbox/terms-syncs.ts";
import { events, ticketTypes } from "../schema/catalogue.ts";
import { every } from "../statements.ts";
import type { TicketType } from "../ticket-types/ticket-types.ts";
import { eventIsTaken } from "./event-creation.ts";
import type { Event } from "./events.ts";

export type Duplicate = {
  readonly event: Event;
  readonly types: readonly TicketType[];
  /** Of the types, beside that of the event. */
  readonly audits: readonly Audit[];
};

/**
 * Writes them on the conditions of a new event, with the sync rows of the types' terms. The caller has checked that the
 * types' totals fit into the capacity (rule K3); the event's door needs no sync row, since it has no terms yet.
 */
export function insertDuplicate(db: Db, { event, types, audits }: Duplicate, provenance: Provenance): Promise<boolean> {
  const { audit } = provenance;
  const asked = every(sql`${ticketTypes.event_id} = ${event.id}`, isWritten(audit));
  return createRow(db, events, event, eventIsTaken(event), provenance, [
    ...insertTypes(types, isWritten(audit)),
    insertAudits(audits, isWritten(audit)),
    insertTermsSync(asked, audit.at),
    ...movedImage(null, event.image_id, audit),
  ]);
}

const COLUMNS = Object.entries(getTableColumns(ticketTypes));
const NAMES = sql.join(
  COLUMNS.map(([, { name }]) => sql.identifier(name)),
  sql`, `,
);
const VALUES = sql.join(
  COLUMNS.map((_, index) => sql`value ->> ${sql.raw(String(index))}`),
  sql`, `,
);

/** In as many statements as their texts need. */
function insertTypes(types: readonly TicketType[], condition: SQL): SQL[] {
  const rowOf = (type: TicketType) => {
    const values = new Map<string, unknown>(Object.entries(type));
    return COLUMNS.map(([key]) => values.get(key) ?? null);
  };
  return [...jsonArraysOf(types, rowOf)].map(
    (rows) => sql`INSERT INTO ${ticketTypes} (${NAMES}) SELECT ${VALUES} FROM json_each(${rows}) WHERE ${condition}`,
  );
}
