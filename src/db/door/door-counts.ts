// What doors have counted, as D1 is told of it for reports (rule D10): one statement, harmless when repeated or reordered.

import { eq, sql } from "drizzle-orm";
import type { GateInRow } from "../../domain/door/door-log.ts";
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
  /** Conflicts that stand and nobody has seen (rule D19). New ones come with rows; at one row there are ever fewer. */
  readonly alerts: number;
};

type StoredGate = [GateInRow["id"], number, number, number];

/** An event that D1 does not have, or has no more, gets no row; an older row of the log overwrites none. */
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

/** Null while D1 was told of nothing that the event's door has counted. Who may read it, the caller has judged. */
export async function readDoorCounts(db: Db, eventId: EventId): Promise<ProjectedDoor | null> {
  const [row] = await db.select().from(doorCounts).where(eq(doorCounts.event_id, eventId));
  if (row === undefined) return null;
  const { life, seq, as_of: asOf, inside, admitted, alerts } = row;
  // The one cast: `projectDoor` wrote it.
  const stored = JSON.parse(row.gates) as StoredGate[];
  const gates = stored.map(([id, entries, exits, insideBy]) => ({ id, entries, exits, insideBy }));
  return { eventId, life, seq, asOf, inside, admitted, gates, alerts };
}
