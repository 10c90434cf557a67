// Defines the life of an event (rules E2, E3, E5), who sees it (P3), and when its doors open and its days begin (D8, D9).

import { refuse, type Result, accept } from "../result.ts";
import type { Refusal } from "../errors.ts";

export const EVENT_STATUSES = ["draft", "published", "live", "ended", "archived"] as const;
export type EventStatus = (typeof EVENT_STATUSES)[number];

/** Whether holds of the event may be extended: while tickets are left for others, always, or never (rule O9). */
export const HOLD_EXTENSIONS = ["while_available", "always", "never"] as const;
export type HoldExtension = (typeof HOLD_EXTENSIONS)[number];
export const DEFAULT_HOLD_EXTENSION: HoldExtension = "while_available";

/** How long a reserved order waits for its payment, in minutes (rule O4): a bank transfer takes days. */
export const ORDER_MINUTES = { min: 15, max: 10_080, standard: 15 } as const;

export const TRANSITIONS = { publish: "published", start: "live", end: "ended", archive: "archived" } as const;
export type Transition = keyof typeof TRANSITIONS;

const NEXT: Readonly<Record<EventStatus, readonly EventStatus[]>> = {
  draft: ["published"],
  published: ["live"],
  live: ["ended"],
  ended: ["archived"],
  archived: [],
};

/** The statuses that may follow this one. */
export function nextStatuses(status: EventStatus): readonly EventStatus[] {
  return NEXT[status];
}

/** The status that `transition` leads to from `status`, or `invalid_transition` with those that are allowed (rule E2). */
export function transit(
  status: EventStatus,
  transition: Transition,
): Result<EventStatus, Extract<Refusal, { code: "invalid_transition" }>> {
  const to = TRANSITIONS[transition];
  const allowed = NEXT[status];
  return allowed.includes(to) ? accept(to) : refuse({ code: "invalid_transition", status, allowed });
}

/** When each day of an event begins by its venue's clocks unless the organiser says otherwise (rule D8). */
export const DAY_STARTS = "06:00";
export const TIME_OF_DAY = /^(?:[01]\d|2[0-3]):[0-5]\d$/;

/** How long before its start an event opens its doors unless the organiser says otherwise (rule D9). */
export const DOORS_BEFORE_MS = 2 * 60 * 60_000;

/** When the doors open, epoch ms. */
export function doorsOpenOf(event: { readonly doors_open: number | null; readonly start_time: number }): number {
  return event.doors_open ?? event.start_time - DOORS_BEFORE_MS;
}

/** How long after its end an event is kept for its doors, even if it is archived sooner (rule D9). */
export const KEPT_AFTER_END_MS = 7 * 24 * 60 * 60_000;

/**
 * Whether the devices at its venue see an event (rules P3, D9): from its publication until it is archived, and at least 7
 * days after its end.
 */
export function isListedAtDoors(
  { status, endTime }: { readonly status: EventStatus; readonly endTime: number },
  now: number,
): boolean {
  if (status === "archived") return now < endTime + KEPT_AFTER_END_MS;
  return status !== "draft";
}

/** Whether the public may see an event of this status (rule P3). */
export function isPublic(status: EventStatus): boolean {
  return status === "published" || status === "live";
}

/** What a publication depends on beside the organisation (rule E3). `hasOpenSale`: one of the types can still be bought. */
export type PublishFacts = {
  readonly endTime: number;
  readonly venueActive: boolean;
  readonly hasTicketTypes: boolean;
  readonly hasOpenSale: boolean;
};

/** What an event lacks to be published at `now`, epoch ms (rule E3). */
export function missingToPublish(
  { endTime, venueActive, hasTicketTypes, hasOpenSale }: PublishFacts,
  now: number,
): string[] {
  const isOver = endTime <= now;
  const lacks = {
    ticket_types: !hasTicketTypes,
    active_venue: !venueActive,
    future_end: isOver,
    open_sale: hasTicketTypes && !isOver && !hasOpenSale,
  };
  return Object.entries(lacks).flatMap(([what, isMissing]) => (isMissing ? what : []));
}
