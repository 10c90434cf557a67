// Explains the `reason` of a refusal in words, for the codes that have one.

import type { Refusal } from "../../domain/errors.ts";

export const NOT_ON_SALE = {
  event_not_published: "The event is not published.",
  event_over: "The event is over.",
  ticket_type_hidden: "These tickets are not for sale.",
  sale_not_open: "The sale has not opened yet.",
  sale_closed: "The sale has closed.",
} satisfies Record<Extract<Refusal, { code: "not_on_sale" }>["reason"], string>;

export const EXTENSION_REFUSED = {
  not_offered: "The holds of this event cannot be extended.",
  limit: "The hold was extended as often, or for as long, as a hold can be.",
  others_waiting: "No tickets are left, so that others wait for those that are held.",
} satisfies Record<Extract<Refusal, { code: "extension_refused" }>["reason"], string>;

/** The entry of `restoring`, with which every change of the catalogue may be refused (rule X6). */
export const RESTORING = {
  status: 503,
  title: "The catalogue is being restored",
  detail: "The catalogue was restored to an earlier state, or is about to be, and cannot be changed for the moment.",
  advice:
    "Sales go on meanwhile. Read the resource again after as many seconds as Retry-After says, and repeat the change.",
} as const;
