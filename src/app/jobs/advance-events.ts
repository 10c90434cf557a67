// Starts and ends events that are due by the clock (rule E4): the cron's part in an event's life.

import { type Due, listDue, writeDue } from "../../db/events/event-transitions.ts";
import { TRANSITIONS } from "../../domain/events/event.ts";
import { auditOf } from "../audit-of.ts";
import type { Context } from "../context.ts";
import { type TimeIsUp, untilDone } from "./work-in-pages.ts";

const A_PAGE = 100;

/**
 * Starts the events whose start has come, then ends those whose end has: after an outage one event may do both. A page
 * of them is one batch. The jobs that follow in the same run deliver the change to inventories, doors, feeds and the cache.
 */
export async function advanceEvents(context: Context, timeIsUp: TimeIsUp = untilDone): Promise<void> {
  const { db, now } = context;
  for (const transition of ["start", "end"] as const) {
    while (!timeIsUp()) {
      const due = await listDue(db, transition, now, A_PAGE);
      if (due.length === 0) break;
      await writeDue(
        db,
        transition,
        due.map((event) => auditOfMove(context, event, transition)),
        now,
      );
    }
  }
}

function auditOfMove(context: Context, { id, organization_id: organizationId }: Due, transition: "start" | "end") {
  return auditOf(context, {
    organizationId,
    action: `event.${transition}`,
    resourceKind: "event",
    resourceId: id,
    changes: { status: TRANSITIONS[transition] },
  });
}
