// The one map from the domain's refusals to the wire: one entry for each code, so that a refusal without an entry does not
// compile. Each entry also has the advice for the page at its `type`.

import type { Code, Refusal, RefusedItem } from "../../domain/errors.ts";
import type { Entry, Facts } from "./problem-entry.ts";
import { CATALOGUE_PROBLEMS } from "./problem-map-catalogue.ts";
import { ORDER_PROBLEMS } from "./problem-map-orders.ts";
import { EXTENSION_REFUSED, NOT_ON_SALE, RESTORING } from "./problem-reasons.ts";

const iso = (ms: number) => new Date(ms).toISOString();

export const PROBLEMS = {
  invalid_request: {
    status: 400,
    title: "The request is not valid",
    detail: "What the request carries does not have the form that this route takes; `errors` says where.",
    facts: ({ errors }) => ({ errors }),
    advice: "Correct the fields that `errors` names by their path, and send the request again.",
  },
  idempotency_key_required: {
    status: 400,
    title: "An Idempotency-Key is needed",
    detail: "This route needs an Idempotency-Key header, so that a repeat is not done twice.",
    advice:
      "Send an Idempotency-Key of 1 to 255 visible ASCII characters: a new one for each new wish, the same one for a repeat.",
  },
  unauthenticated: {
    status: 401,
    title: "No valid credential",
    detail: "The request carries no credential, or one that is unknown, expired or revoked.",
    advice: "Send `Authorization: Bearer …` with a valid credential; a shopper gets one from POST /v1/shoppers.",
  },
  forbidden: {
    status: 403,
    title: "Not allowed",
    detail: ({ permissions }) =>
      permissions === undefined
        ? "The credential is valid, but of a kind or role that does not allow this."
        : `The credential lacks the permission for this: ${permissions.join(" or ")}.`,
    facts: ({ permissions }) => (permissions === undefined ? {} : { permissions }),
    advice:
      "Use a credential of the kind that the route takes; where `permissions` names some, one that has any of them.",
  },
  organization_suspended: {
    status: 403,
    title: "The organisation is suspended",
    detail: "A suspended organisation can be read, but creates, publishes and sells nothing.",
    advice: "The organisation has to be made active again first.",
  },
  origin_not_allowed: {
    status: 403,
    title: "Origin not allowed",
    detail: ({ expected, sent }) =>
      `A request with a session cookie that changes something has to carry the header "Origin: ${expected}", as our own pages do; this one carries ${sent === null ? "none" : "another"}.`,
    facts: ({ expected }) => ({ expected_origin: expected }),
    advice: "Send the header `Origin` with `expected_origin`, which browsers do by themselves, or use an API key.",
  },
  password_required: {
    status: 403,
    title: "The password is needed again",
    detail: "The password was last given for this session an hour ago or earlier, and this is not done without it.",
    advice:
      'Send it as `{"password": "…"}` to POST /api/auth/confirm-password, and then the request once more. For an hour nothing asks again.',
  },
  wrong_password: {
    status: 403,
    title: "Not the password",
    detail: "This is not the password of the account that is signed in.",
    advice: "Try again. Tries are limited; whoever has forgotten it sets a new one by a mail, on the page /account.",
  },
  https_required: {
    status: 403,
    title: "Plain http is not served",
    detail: "What is sent here over http can be read on its way, a credential too.",
    advice: "Use the https address. Replace a credential that was sent over http.",
  },
  not_found: {
    status: 404,
    title: "Not found",
    detail: "There is nothing here that this credential may see.",
    facts: ({ holdId }) => (holdId === undefined ? {} : { hold_id: holdId }),
    advice: "Check the id or the path. What belongs to others answers the same as what does not exist.",
  },
  method_not_allowed: {
    status: 405,
    title: "Not a method of this path",
    detail: ({ allowed }) => `The path takes ${allowed.join(", ")}.`,
    facts: ({ allowed }) => ({ allowed }),
    advice: "Use one of the methods that `allowed` and the header `Allow` name.",
  },
  sold_out: {
    status: 409,
    title: "Not enough tickets left",
    detail: ({ availableQuantity }) => `Fewer tickets are left than were asked for: ${availableQuantity}.`,
    facts: ({ availableQuantity }) => ({ available_quantity: availableQuantity }),
    advice: "Ask for at most `available_quantity`, or wait: tickets come back when holds expire or are released.",
  },
  not_on_sale: {
    status: 409,
    title: "Not on sale",
    detail: (refusal) => NOT_ON_SALE[refusal.reason],
    facts: (refusal) => {
      if (refusal.reason === "sale_not_open") return { reason: refusal.reason, opens_at: iso(refusal.opensAt) };
      if (refusal.reason === "sale_closed") return { reason: refusal.reason, closed_at: iso(refusal.closedAt) };
      return { reason: refusal.reason };
    },
    advice: "`reason` says why; when the sale opens later, `opens_at` says when to come back.",
  },
  shopper_limit_reached: {
    status: 409,
    title: "Over the limit for one shopper",
    detail: ({ maxPerOrder, remaining }) =>
      `One shopper may hold and reserve ${maxPerOrder} of these tickets at a time; ${remaining} more are possible.`,
    facts: ({ maxPerOrder, remaining }) => ({ max_per_order: maxPerOrder, remaining }),
    advice: "Ask for at most `remaining`, or release a hold first.",
  },
  address_limit_reached: {
    status: 409,
    title: "Over the limit for one address",
    detail: ({ maxUnpaid, remaining }) =>
      `From one network address ${maxUnpaid} of these tickets may be held and not paid for at a time; ${remaining} more are possible.`,
    facts: ({ maxUnpaid, remaining }) => ({ max_unpaid_per_address: maxUnpaid, remaining }),
    advice:
      "Others behind the same address, such as one office or one phone operator's, hold the rest. Ask for at most `remaining`, try again when some of them have paid, or from another network.",
  },
  hold_not_active: {
    status: 409,
    title: "The hold is no longer active",
    detail: ({ holdStatus }) => `The hold is ${holdStatus}.`,
    facts: ({ holdStatus, holdId }) => ({ hold_status: holdStatus, hold_id: holdId }),
    advice: "Leave the hold that `hold_id` names out, or place a new one.",
  },
  hold_converted: {
    status: 409,
    title: "The hold became an order",
    detail: "A hold that an order took cannot be released; cancel the order instead.",
    facts: ({ holdId }) => ({ hold_id: holdId }),
    advice: "Cancel the order.",
  },
  extension_refused: {
    status: 409,
    title: "The hold is not extended",
    detail: ({ reason }) => EXTENSION_REFUSED[reason],
    facts: ({ reason, holdId }) => ({ reason, hold_id: holdId }),
    advice:
      "Check the hold out before its `held_until`. After `others_waiting` an extension may succeed later, while the hold lasts; after the other reasons none will.",
  },
  basket_refused: {
    status: 409,
    title: "The basket is not held",
    detail: "Not all of the basket could be held. Nothing more is placed with this Idempotency-Key.",
    facts: ({ refused, holdIds }) => ({ refused: refused.map(shownItem), hold_ids: holdIds }),
    advice:
      "Ask again with a new Idempotency-Key, and with what `refused` says that there is. What `hold_ids` names is still held, though it is of no use to the basket: release it, check it out, or let it run out.",
  },
  mixed_events: {
    status: 409,
    title: "Holds of more than one event",
    detail: "One checkout takes holds of one event.",
    advice: "Check the holds out event by event.",
  },
  ...ORDER_PROBLEMS,
  ...CATALOGUE_PROBLEMS,
  idempotency_in_progress: {
    status: 409,
    title: "The first request is still running",
    detail: "A request with this Idempotency-Key is still being worked on.",
    advice: "Repeat the request with the same key a little later.",
  },
  hold_expired: {
    status: 410,
    title: "The hold has expired",
    detail: "The time of the hold is over, and its tickets are available to everyone again.",
    facts: ({ holdId }) => ({ hold_id: holdId }),
    advice: "Place a new hold, with a new Idempotency-Key.",
  },
  order_expired: {
    status: 410,
    title: "The order has expired",
    detail: "The order was not confirmed in time, and its tickets were given back.",
    advice: "Start again with new holds.",
  },
  version_conflict: {
    status: 412,
    title: "Changed by somebody else",
    detail: "The If-Match header does not name the current version.",
    advice: "Read the resource again and repeat the change with its new ETag.",
  },
  body_too_large: {
    status: 413,
    title: "The body is too large",
    detail: "A request body has at most 64 KB, an image 500 KB.",
    advice: "Send less.",
  },
  unsupported_media_type: {
    status: 415,
    title: "Not the media type of this route",
    detail: "The body has to be sent with `Content-Type: application/json`, or as an image where one is asked for.",
    advice: "Send what the route takes, and say so in `Content-Type`.",
  },
  unknown_reference: {
    status: 422,
    title: "The body names what is not there",
    detail: "There is nothing with this id that this credential may see; `errors` says where it stands in the body.",
    facts: ({ path }) => ({ errors: [{ path, message: "Unknown" }] }),
    advice:
      "Correct the id that `errors` names by its path. What belongs to others answers the same as what does not exist.",
  },
  quantity_out_of_bounds: {
    status: 422,
    title: "Quantity out of bounds",
    detail: ({ min, max }) => `One hold takes ${min} to ${max} of these tickets.`,
    facts: ({ min, max }) => ({ min, max }),
    advice: "Ask for a quantity from `min` to `max`.",
  },
  idempotency_key_reused: {
    status: 422,
    title: "The Idempotency-Key was used for something else",
    detail: "The same key came before with another body.",
    advice: "Use a new key for a new wish; repeat a request exactly as it was.",
  },
  upgrade_required: {
    status: 426,
    title: "A WebSocket",
    detail: "This path is a WebSocket and needs an upgrade.",
    advice: "Connect with a WebSocket client.",
  },
  precondition_required: {
    status: 428,
    title: "If-Match is needed",
    detail: "A change needs an If-Match header with the ETag last read.",
    advice: "Read the resource, and send its ETag as If-Match.",
  },
  rate_limited: {
    status: 429,
    title: "Too many requests",
    detail: "Too many such requests came from this address, or from this shopper.",
    advice: "Wait for as many seconds as Retry-After says.",
  },
  internal_error: {
    status: 500,
    title: "Something went wrong here",
    detail: "The request failed by our fault.",
    advice: "Repeat with the same Idempotency-Key; when it stays, tell us the `request_id`.",
  },
  overloaded: {
    status: 503,
    title: "Too busy",
    detail: "More requests wait than can be answered in time.",
    advice: "Repeat with the same Idempotency-Key after as many seconds as Retry-After says.",
  },
  restoring: RESTORING,
  temporarily_unavailable: {
    status: 503,
    title: "Not available for the moment",
    detail: "A part of the service cannot be reached.",
    advice: "Repeat with the same Idempotency-Key after as many seconds as Retry-After says.",
  },
} satisfies { readonly [C in Code]: Entry<C> };

export function isCode(text: string): text is Code {
  return Object.hasOwn(PROBLEMS, text);
}

type AnyEntry = Omit<Entry<Code>, "detail" | "facts"> & {
  readonly detail: string | ((refusal: Refusal) => string);
  readonly facts?: (refusal: Refusal) => Facts;
};

/** An item that a basket does not hold: the code and the facts of its refusal, null when these are no longer known. */
export function shownItem({ ticketTypeId, refusal }: RefusedItem): ShownItem {
  if (!refusal) return { ticket_type_id: ticketTypeId, code: null };
  return { ticket_type_id: ticketTypeId, code: refusal.code, ...entryOf(refusal).facts?.(refusal) };
}
type ShownItem = Facts & { readonly ticket_type_id: string; readonly code: Code | null };

/** TypeScript cannot see that the entry of a refusal's code takes that refusal. */
export function entryOf(refusal: Refusal): AnyEntry {
  return PROBLEMS[refusal.code] as AnyEntry;
}
