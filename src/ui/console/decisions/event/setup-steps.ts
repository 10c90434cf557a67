// Decides what is still to be done until an event sells (rules C5, C12). It follows from what exists, so that every machine
// shows the same, and nothing of it is stored.

import type { EventStatus } from "../../../../domain/events/event.ts";

export const STEPS = ["venue", "times", "tickets", "preview"] as const;
export type Step = (typeof STEPS)[number];

/** The step at which a draft is continued: the ticket types if it has none, else the preview. */
export function stepOf(draft: { readonly ticketTypes: number }): Step {
  return draft.ticketTypes === 0 ? "tickets" : "preview";
}

/** The steps that may be opened. */
export function reachable(draft: { readonly ticketTypes: number } | null): readonly Step[] {
  if (draft === null) return ["venue", "times"];
  return draft.ticketTypes === 0 ? ["venue", "times", "tickets"] : STEPS;
}

export type Task = "venue" | "event" | "tickets" | "publish" | "sale";
export type Item = { readonly task: Task; readonly isDone: boolean };

/** The steps to a first event on sale. The first one that is not done is the next. */
export function checklist(progress: {
  readonly venues: number;
  readonly event: { readonly status: EventStatus; readonly ticketTypes: number; readonly sold: number } | null;
}): Item[] {
  const { venues, event } = progress;
  const isPublic = event !== null && event.status !== "draft";
  return [
    { task: "venue", isDone: venues > 0 || event !== null },
    { task: "event", isDone: event !== null },
    { task: "tickets", isDone: (event?.ticketTypes ?? 0) > 0 },
    { task: "publish", isDone: isPublic },
    { task: "sale", isDone: (event?.sold ?? 0) > 0 },
  ];
}

export function nextTask(items: readonly Item[]): Task | null {
  return items.find(({ isDone }) => !isDone)?.task ?? null;
}
