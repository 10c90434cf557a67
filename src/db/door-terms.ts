// Reads what the door of an event must know (rule D2). In place of what is to come: no event has a door yet.

import type { EventTerms } from "../domain/door/event-terms.ts";
import type { EventId } from "../domain/ids.ts";
import type { Db } from "./client.ts";

export function readEventTerms(_db: Db, _eventId: EventId, _now: number): Promise<EventTerms | null> {
  return Promise.resolve(null);
}
