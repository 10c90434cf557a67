// What a door asks of D1: its terms, and nothing on the path of a scan (rule D2).

import { openDb } from "../db/client.ts";
import { readEventTerms } from "../db/door-terms.ts";
import type { EventTerms } from "../domain/door/event-terms.ts";
import type { EventId } from "../domain/ids.ts";

export type DoorPorts = {
  /** Null when there is no such event. Rejects when D1 is away. */
  readTerms(id: EventId): Promise<EventTerms | null>;
};

export function openDoorPorts(d1: D1Database): DoorPorts {
  const db = openDb(d1);
  return { readTerms: (id) => readEventTerms(db, id, Date.now()) };
}
