// The cron's part in an event's life: what is due by the clock happens by itself (rule E4).

import { listDue } from "../db/event-transitions.ts";
import type { TicketTypeId } from "../domain/ids.ts";
import type { Context } from "./context.ts";
import { deliverFeeds } from "./deliver-feeds.ts";
import { deliverTerms } from "./deliver-terms.ts";
import { moveEvent } from "./move-event.ts";
import { refreshPublishedEvent } from "./refresh-published-event.ts";

const A_RUN = 50;

/**
 * Starts the events whose start has come, then ends those whose end has: after an outage one event may do both.
 * What cannot be delivered now, `redeliverTerms` delivers.
 */
export async function advanceEvents(context: Context): Promise<void> {
  const changed = new Set<TicketTypeId>();
  for (const transition of ["start", "end"] as const) {
    for (const event of await listDue(context.db, transition, context.now, A_RUN)) {
      const moved = await moveEvent(context, event, transition);
      if (!moved) continue;
      deliverFeeds(context, [event.id]);
      await refreshPublishedEvent(context, event.id);
      for (const ticketTypeId of moved.ticketTypeIds) changed.add(ticketTypeId);
    }
  }
  await deliverTerms(context, [...changed]);
}
