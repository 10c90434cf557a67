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
    detail: "The request does not have the form that this route accepts; `errors` says where.",
    facts: ({ errors }) => ({ errors }),
    advice: "Correct the fields that `errors` names by their path, and send the request again.",
  },
  idempotency_key_required: {
    status: 400,
    title: "An Idempotency-Key is needed",
    detail: "This route needs an Idempotency-Key header, so that a repeat is not done twice.",
    advice:
      "Send an Idempotency-Key of 1 to 255 visible ASCII characters: a new one for each new request, the same one for a repeat.",
  },
  unauthenticated: {
    status: 401,
    title: "No valid credential",
    detail: "The request has no credential, or one that is unknown, expired or revoked.",
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
      "Use a credential of the kind that the route accepts, with any of the permissions in `permissions`, if it is there.",
  },
  organization_suspended: {
    status: 403,
    title: "The organisation is suspended",
    detail: "A suspended organisation can be read, but cannot create, publish or sell anything.",
    advice: "The organisation has to be resumed first.",
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
    detail: "The password was last given for this session an hour ago or earlier, and this action needs it.",
    advice:
      'Send it as `{"password": "…"}` to POST /api/auth/confirm-password, and then the request once more. For an hour nothing asks again.',
  },
  wrong_password: {
    status: 403,
    title: "Not the password",
    detail: "This is not the password of the account that is signed in.",
    advice: "Try again. Attempts are limited; a forgotten password is reset by a mail, on the page /account.",
  },
  https_required: {
    status: 403,
    title: "Plain http is not served",
    detail: "What is sent over http can be read on its way, including a credential.",
    advice: "Use the https address. Replace a credential that was sent over http.",
  },
  not_found: {
    status: 404,
    title: "Not found",
    detail: "Nothing exists here that this credential may see.",
    facts: ({ holdId }) => (holdId === undefined ? {} : { hold_id: holdId }),
    advice: "Check the id or the path. What belongs to others is treated like what does not exist.",
  },
  method_not_allowed: {
    status: 405,
    title: "The path does not take this method",
    detail: ({ allowed }) => `The path takes ${allowed.join(", ")}.`,
    facts: ({ allowed }) => ({ allowed }),
    advice: "Use one of the methods in `allowed` and in the header `Allow`.",
  },
  sold_out: {
    status: 409,
    title: "Not enough tickets left",
    detail: ({ availableQuantity }) => `Fewer tickets are left than were requested: ${availableQuantity}.`,
    facts: ({ availableQuantity }) => ({ available_quantity: availableQuantity }),
    advice: "Request at most `available_quantity`, or wait: tickets come back when holds expire or are released.",
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
    advice: "Request at most `remaining`, or release a hold first.",
  },
  address_limit_reached: {
    status: 409,
    title: "Over the limit for one address",
    detail: ({ maxUnpaid, remaining }) =>
      `One network address may have ${maxUnpaid} unpaid tickets of this type at a time; ${remaining} more are possible.`,
    facts: ({ maxUnpaid, remaining }) => ({ max_unpaid_per_address: maxUnpaid, remaining }),
    advice:
      "Others behind the same address, such as that of an office or a phone operator, hold the rest. Request at most `remaining`, try again when some of them have paid, or use another network.",
  },
  hold_not_active: {
    status: 409,
    title: "The hold is no longer active",
    detail: ({ holdStatus }) => `The hold is ${holdStatus}.`,
    facts: ({ holdStatus, holdId }) => ({ hold_status: holdStatus, hold_id: holdId }),
    advice: "Leave out the hold in `hold_id`, or place a new one.",
  },
  hold_converted: {
    status: 409,
    title: "The hold became an order",
    detail: "A hold that became an order cannot be released; cancel the order instead.",
    facts: ({ holdId }) => ({ hold_id: holdId }),
    advice: "Cancel the order.",
  },
  extension_refused: {
    status: 409,
    title: "The hold cannot be extended",
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
      "Try again with a new Idempotency-Key and quantities that `refused` allows. The holds in `hold_ids` are still active, although the basket cannot use them: release them, check them out, or let them expire.",
  },
  mixed_events: {
    status: 409,
    title: "Holds of more than one event",
    detail: "A checkout can only take holds of one event.",
    advice: "Check the holds out event by event.",
  },
  ...ORDER_PROBLEMS,
  ...CATALOGUE_PROBLEMS,
  idempotency_in_progress: {
    status: 409,
    title: "The first request is still running",
    detail: "A request with this Idempotency-Key is still running.",
    advice: "Repeat the request with the same key a little later.",
  },
  hold_expired: {
    status: 410,
    title: "The hold has expired",
    detail: "The hold has ended, and its tickets are available to everyone again.",
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
    title: "The route does not accept this media type",
    detail: "The body has to be sent with `Content-Type: application/json`, or as an image if the route takes one.",
    advice: "Send a body that the route accepts, with its `Content-Type`.",
  },
  unknown_reference: {
    status: 422,
    title: "The body refers to something that does not exist",
    detail: "Nothing with this id exists that this credential may see; `errors` says where in the body the id is.",
    facts: ({ path }) => ({ errors: [{ path, message: "Unknown" }] }),
    advice: "Correct the id at the path in `errors`. What belongs to others is treated like what does not exist.",
  },
  quantity_out_of_bounds: {
    status: 422,
    title: "Quantity out of bounds",
    detail: ({ min, max }) => `A hold can have ${min} to ${max} of these tickets.`,
    facts: ({ min, max }) => ({ min, max }),
    advice: "Request a quantity from `min` to `max`.",
  },
  idempotency_key_reused: {
    status: 422,
    title: "The Idempotency-Key was used for another request",
    detail: "The same key was sent before with another body.",
    advice: "Use a new key for a new request; repeat a request exactly as it was.",
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
    detail: "The request failed because of a fault of ours.",
    advice: "Repeat with the same Idempotency-Key; if it fails again, report the `request_id`.",
  },
  overloaded: {
    status: 503,
    title: "Too busy",
    detail: "More requests are waiting than can be served in time.",
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
