// Has the entries of the map (problem-map.ts) for refusals of orders and their tickets.

import type { Code } from "../../domain/errors.ts";
import type { Entry } from "./problem-entry.ts";

export const ORDER_PROBLEMS = {
  order_not_reserved: {
    status: 409,
    title: "The order is no longer reserved",
    detail: ({ orderStatus }) => `The order is ${orderStatus}.`,
    facts: ({ orderStatus }) => ({ order_status: orderStatus }),
    advice: "Read the order; what is final stays as it is.",
  },
  order_not_confirmed: {
    status: 409,
    title: "The order is not confirmed",
    detail: ({ orderStatus }) => `The order is ${orderStatus}.`,
    facts: ({ orderStatus }) => ({ order_status: orderStatus }),
    advice: "Only sold tickets are returned: cancel an order that is reserved.",
  },
  mail_not_possible: {
    status: 409,
    title: "The order cannot be mailed",
    detail: "The order has no contact, has expired, or its link would open nothing any more; `reason` says which.",
    facts: ({ reason }) => ({ reason }),
    advice: "Read the order: its contact and its status say what can still be done.",
  },
  return_exceeds_order: {
    status: 409,
    title: "More than is left of the order",
    detail: ({ requested, left }) => `${requested} were to be returned, and ${left} are left.`,
    facts: ({ holdId, requested, left }) => ({ hold_id: holdId, requested, left }),
    advice: "Return at most `left` of that hold's tickets.",
  },
  ticket_void: {
    status: 409,
    title: "The ticket is void",
    detail: "The ticket was taken back and has no code any more: it admits nobody.",
    advice: "Read the order's tickets; those that are `valid` have a code.",
  },
  ticket_blocked: {
    status: 409,
    title: "The ticket is blocked",
    detail: "A blocked ticket is not issued anew.",
    advice: "Unblock it first.",
  },
  reissue_limit: {
    status: 409,
    title: "The ticket was issued anew too often",
    detail: "A ticket is issued anew at most 249 times.",
    advice: "Take it back, and sell another one.",
  },
  ticket_admitted: {
    status: 409,
    title: "A ticket of these was let in",
    detail: ({ ticketNumber }) => `Ticket ${ticketNumber} of the order was let in, and nothing was changed.`,
    facts: ({ ticketNumber, admittedAt, gateId }) => ({
      ...{ ticket_number: ticketNumber, admitted_at: new Date(admittedAt).toISOString(), gate_id: gateId },
    }),
    advice: "Take it back with `force: true`, if that is what you want. A used ticket is not issued anew.",
  },
  scan_id_reused: {
    status: 422,
    title: "The scan's id belongs to another scan",
    detail: "This `scan_id` came before with another ticket, gate or direction.",
    advice: "Draw a new `scan_id` for each scan, and send it again only with the very same scan.",
  },
  undo_too_late: {
    status: 409,
    title: "It is too late to take the scan back",
    detail: "A scanner takes its own scan back within 10 minutes.",
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
    detail: "It is manned from the event's publishing until it is archived, and at least 7 days after its end.",
    advice: "Publish a draft first. After that there is nothing left to scan.",
  },
} satisfies { readonly [C in Code]?: Entry<C> };
