// Projects what doors have counted into D1, for reports (rule D10): one statement, harmless when repeated or reordered.

import { eq, sql } from "drizzle-orm";
import type { GateInRow } from "../../domain/door/rows/door-log.ts";
import type { EventId } from "../../domain/ids.ts";
import type { Db } from "../client.ts";
import { doorCounts } from "../schema/doors.ts";

/** Persons, as of row `seq` of a log that began at `life`, which was written at `asOf`; both epoch ms. */
export type ProjectedDoor = {
  readonly eventId: EventId;
  readonly life: number;
  readonly seq: number;
  readonly asOf: number;
  readonly inside: number;
  readonly admitted: number;
  readonly gates: readonly GateInRow[];
  /** Open conflicts that nobody has seen (rule D19). A new one comes with a row; at the same row their number only falls. */
  readonly alerts: number;
};

type StoredGate = [GateInRow["id"], number, number, number];

/** Writes nothing for an event that D1 does not have, or when a later row of the log was projected before. */
export async function projectDoor(db: Db, { eventId, gates, ...door }: ProjectedDoor): Promise<void> {
  const { life, seq, asOf, inside, admitted, alerts } = door;
  const stored: StoredGate[] = gates.map(({ id, entries, exits, insideBy }) => [id, entries, exits, insideBy]);
  await db.run(sql`INSERT INTO door_counts (event_id, life, seq, as_of, inside, admitted, gates, alerts)
    SELECT id, ${life}, ${seq}, ${asOf}, ${inside}, ${admitted}, ${JSON.stringify(stored)}, ${alerts} FROM events WHERE id = ${eventId}
    ON CONFLICT (event_id) DO UPDATE SET life = excluded.life, seq = excluded.seq, as_of = excluded.as_of,
      inside = excluded.inside, admitted = excluded.admitted, gates = excluded.gates,
      alerts = excluded.alerts
    WHERE (excluded.life, excluded.seq) > (door_counts.life, door_counts.seq)
      OR ((excluded.life, excluded.seq) = (door_counts.life, door_counts.seq) AND excluded.alerts < door_counts.alerts)`);
}

/** Null while nothing of the event's door was projected. The caller has checked who may read it. */
export async function readDoorCounts(db: Db, eventId: EventId): Promise<ProjectedDoor | null> {
  const [row] = await db.select().from(doorCounts).where(eq(doorCounts.event_id, eventId));
  if (row === undefined) return null;
  const { life, seq, as_of: asOf, inside, admitted, alerts } = row;
  // The one cast: `projectDoor` wrote it.
  const stored = JSON.parse(row.gates) as StoredGate[];
  const gates = stored.map(([id, entries, exits, insideBy]) => ({ id, entries, exits, insideBy }));
  return { eventId, life, seq, asOf, inside, admitted, gates, alerts };
}
