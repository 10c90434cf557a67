// Has the entries of the map (problem-map.ts) for refusals of orders and their tickets.

import type { Code } from "../../domain/errors.ts";
import type { Entry } from "./problem-entry.ts";

export const ORDER_PROBLEMS = {
  order_not_reserved: {
    status: 409,
    title: "The order is no longer reserved",
    detail: ({ orderStatus }) => `The order is ${orderStatus}.`,
    facts: ({ orderStatus }) => ({ order_status: orderStatus }),
    advice: "Read the order; a final status does not change.",
  },
  order_not_confirmed: {
    status: 409,
    title: "The order is not confirmed",
    detail: ({ orderStatus }) => `The order is ${orderStatus}.`,
    facts: ({ orderStatus }) => ({ order_status: orderStatus }),
    advice: "Only sold tickets can be returned: cancel an order that is reserved.",
  },
  mail_not_possible: {
    status: 409,
    title: "The order cannot be mailed",
    detail: "The order has no contact, has expired, or its link has expired; `reason` says which.",
    facts: ({ reason }) => ({ reason }),
    advice: "Read the order: its contact and its status say what can still be done.",
  },
  return_exceeds_order: {
    status: 409,
    title: "More tickets than the order has left",
    detail: ({ requested, left }) => `${requested} tickets were to be returned, but ${left} are left.`,
    facts: ({ holdId, requested, left }) => ({ hold_id: holdId, requested, left }),
    advice: "Return at most `left` of that hold's tickets.",
  },
  ticket_void: {
    status: 409,
    title: "The ticket is void",
    detail: "The ticket was voided and has no code any more: it admits nobody.",
    advice: "Read the order's tickets; those that are `valid` have a code.",
  },
  ticket_blocked: {
    status: 409,
    title: "The ticket is blocked",
    detail: "A blocked ticket cannot be reissued.",
    advice: "Unblock it first.",
  },
  reissue_limit: {
    status: 409,
    title: "The ticket was reissued too often",
    detail: "A ticket can be reissued at most 249 times.",
    advice: "Void it, and sell another one.",
  },
  ticket_admitted: {
    status: 409,
    title: "One of these tickets was let in",
    detail: ({ ticketNumber }) => `Ticket ${ticketNumber} of the order was let in, and nothing was changed.`,
    facts: ({ ticketNumber, admittedAt, gateId }) => ({
      ...{ ticket_number: ticketNumber, admitted_at: new Date(admittedAt).toISOString(), gate_id: gateId },
    }),
    advice: "Void it with `force: true`, if that is intended. A used ticket cannot be reissued.",
  },
  scan_id_reused: {
    status: 422,
    title: "The scan's id belongs to another scan",
    detail: "This `scan_id` came before with another ticket, gate or direction.",
    advice: "Draw a new `scan_id` for each scan, and repeat it only with exactly the same scan.",
  },
  undo_too_late: {
    status: 409,
    title: "It is too late to undo the scan",
    detail: "A scanner can undo its own scan within 10 minutes.",
    advice: "Ask a supervisor, who may at any time.",
  },
  party_not_let_in: {
    status: 409,
    title: "No ticket of its order was let in",
    detail: "This scanner has let in no other ticket of the order within 10 minutes.",
    advice: "Scan the ticket's own code.",
  },
  door_closed: {
    status: 409,
    title: "The door of the event is closed",
    detail:
      "It is open from the event's publication until the event is archived, and at least until 7 days after its end.",
    advice: "Publish a draft first. After that there is nothing left to scan.",
  },
} satisfies { readonly [C in Code]?: Entry<C> };
