// The one catalogue of refusals: each member of the union has its facts. http/problems/problem-map.ts is the one map of it
// to the wire.

import type { EventStatus } from "./events/event.ts";
import type { HoldStatus } from "./orders/hold.ts";
import type { EventId, GateId, HoldId, TicketTypeId } from "./ids.ts";
import type { OrderStatus } from "./orders/order.ts";
import type { Permission } from "./people/policy.ts";

export type FieldError = { readonly path: string; readonly message: string };

export type NotOnSale =
  | { readonly code: "not_on_sale"; readonly reason: "event_not_published" | "event_over" | "ticket_type_hidden" }
  | { readonly code: "not_on_sale"; readonly reason: "sale_not_open"; readonly opensAt: number }
  | { readonly code: "not_on_sale"; readonly reason: "sale_closed"; readonly closedAt: number };

/**
 * An item of a basket that was not held. `refusal` is null when it was not placed and the reason is no longer known (rule
 * O10).
 */
export type RefusedItem = { readonly ticketTypeId: TicketTypeId; readonly refusal: Refusal | null };

export type Refusal =
  | { readonly code: "invalid_request"; readonly errors: readonly FieldError[] }
  | { readonly code: "idempotency_key_required" }
  | { readonly code: "unauthenticated" }
  | { readonly code: "forbidden"; readonly permissions?: readonly Permission[] }
  | { readonly code: "organization_suspended" }
  | { readonly code: "origin_not_allowed"; readonly expected: string; readonly sent: string | null }
  | { readonly code: "https_required" }
  | { readonly code: "password_required" }
  | { readonly code: "wrong_password" }
  /** `ordersCut`: the order's home may have deleted it, so D1 has to be queried (rule H13). */
  | { readonly code: "not_found"; readonly holdId?: string; readonly ordersCut?: true }
  | { readonly code: "method_not_allowed"; readonly allowed: readonly string[] }
  | { readonly code: "unknown_reference"; readonly path: string }
  | { readonly code: "sold_out"; readonly availableQuantity: number }
  | NotOnSale
  | { readonly code: "shopper_limit_reached"; readonly maxPerOrder: number; readonly remaining: number }
  | { readonly code: "address_limit_reached"; readonly maxUnpaid: number; readonly remaining: number }
  | { readonly code: "hold_not_active"; readonly holdStatus: HoldStatus; readonly holdId: HoldId }
  | { readonly code: "hold_converted"; readonly holdId: HoldId }
  | {
      readonly code: "extension_refused";
      readonly reason: "not_offered" | "limit" | "others_waiting";
      readonly holdId: HoldId;
    }
  | { readonly code: "basket_refused"; readonly refused: readonly RefusedItem[]; readonly holdIds: readonly HoldId[] }
  | { readonly code: "mixed_events" }
  | { readonly code: "order_not_reserved"; readonly orderStatus: OrderStatus }
  | { readonly code: "order_not_confirmed"; readonly orderStatus: OrderStatus }
  | { readonly code: "mail_not_possible"; readonly reason: "no_contact" | "order_expired" | "event_long_over" }
  | {
      readonly code: "return_exceeds_order";
      readonly holdId: HoldId;
      readonly requested: number;
      readonly left: number;
    }
  | { readonly code: "ticket_void" }
  | { readonly code: "ticket_blocked" }
  | { readonly code: "reissue_limit" }
  /** `admittedAt`: when it was last admitted, epoch ms; `gateId`: where. */
  | {
      readonly code: "ticket_admitted";
      readonly ticketNumber: number;
      readonly admittedAt: number;
      readonly gateId: GateId | null;
    }
  | { readonly code: "scan_id_reused" }
  | { readonly code: "door_closed" }
  | { readonly code: "undo_too_late" }
  | { readonly code: "party_not_let_in" }
  | { readonly code: "invalid_transition"; readonly status: EventStatus; readonly allowed: readonly EventStatus[] }
  | { readonly code: "not_publishable"; readonly missing: readonly string[] }
  | { readonly code: "venue_archived" }
  /** `path`: the field that requires it, when the code alone does not say which. */
  | {
      readonly code: "capacity_exceeded";
      readonly requested: number;
      readonly used: number;
      readonly capacity: number;
      readonly path?: string;
    }
  | {
      readonly code: "capacity_below_committed";
      readonly requested: number;
      readonly committed: number;
      readonly sold: number;
      readonly held: number;
      readonly withdrawn: number;
    }
  | { readonly code: "slug_taken" }
  | { readonly code: "gate_code_taken" }
  | { readonly code: "in_use"; readonly eventIds?: readonly EventId[] }
  | { readonly code: "crew_code_refused"; readonly reason: "ended" | "expired" | "used_up" | "revoked" }
  | { readonly code: "last_owner" }
  | { readonly code: "already_member" }
  | { readonly code: "already_invited" }
  | { readonly code: "idempotency_in_progress" }
  | { readonly code: "hold_expired"; readonly holdId: HoldId }
  | { readonly code: "order_expired" }
  | { readonly code: "version_conflict" }
  | { readonly code: "body_too_large" }
  | { readonly code: "unsupported_media_type" }
  | { readonly code: "quantity_out_of_bounds"; readonly min: number; readonly max: number }
  | { readonly code: "idempotency_key_reused" }
  | { readonly code: "upgrade_required" }
  | { readonly code: "precondition_required" }
  | { readonly code: "rate_limited"; readonly retryAfterSeconds: number }
  | { readonly code: "internal_error" }
  | { readonly code: "overloaded"; readonly retryAfterSeconds: number }
  | { readonly code: "restoring"; readonly retryAfterSeconds: number }
  | { readonly code: "temporarily_unavailable"; readonly retryAfterSeconds: number };

/** Something that is needed for the reply cannot be reached, or is busy: try again in a moment. */
export const UNAVAILABLE = { code: "temporarily_unavailable", retryAfterSeconds: 1 } as const satisfies Refusal;

export type Code = Refusal["code"];
