// Defines the commands of an inventory and its replies. Refusals are values; see domain/errors.ts.

import type { AddressHash } from "../people/address-hash.ts";
import type { Contact, Locale } from "../orders/contact.ts";
import type { Refusal } from "../errors.ts";
import type { Hold, HoldSource } from "../orders/hold.ts";
import type { IfMatch } from "../if-match.ts";
import type {
  AttemptId,
  BasketId,
  EventId,
  ExtensionKey,
  HolderId,
  HoldId,
  OrderId,
  OrganizationId,
  ChangeId,
} from "../ids.ts";
import type { ClaimedHold, Order, SharedOrder } from "../orders/order.ts";
import type { ReturnRequest } from "../orders/order-return.ts";
import type { TicketRequest } from "../orders/ticket-change.ts";
import type { Result } from "../result.ts";
import type { JudgeReply } from "../door/command.ts";
import type { Terms, TicketTypeStatus, TotalOutcome } from "../terms.ts";

/** Who acts on holds: a shopper sees its own (`organizationId` null), an organiser those of its organisation. */
export type HoldActor = { readonly id: HolderId; readonly organizationId: OrganizationId | null };

/**
 * The reader of an order: an actor who may act on it, or the holder of its link, who is known by the order's id (rule
 * O13).
 */
export type OrderReader = HoldActor | { readonly id: OrderId; readonly organizationId: null };

type By = { readonly actor: string; readonly requestId: string };

/**
 * `holdId` is derived from the idempotency key (domain/ids.ts), which itself never reaches the object. `replaces` is the
 * active hold that the new one replaces (rule O8). `eventId` is the event that the type must belong to, and `basket` a hash
 * of the request of its basket (rule O10). `address` is a hash of the shopper's address (rule H15), null when it is not
 * counted. These are absent in a call of a release that did not know them.
 */
export type HoldCommand = By & {
  readonly kind: "hold";
  readonly holdId: HoldId;
  readonly holder: HoldActor;
  readonly quantity: number;
  readonly source: HoldSource;
  readonly notes: string | null;
  readonly replaces?: HoldId | null;
  readonly eventId?: EventId;
  readonly basket?: BasketId;
  readonly address?: AddressHash | null;
};
/** `ifMatch` is compared with the hold's `seq`, which is its version. */
export type ReleaseCommand = By & {
  readonly kind: "release";
  readonly holdId: HoldId;
  readonly by: HoldActor;
  readonly ifMatch?: IfMatch;
};
/** Gives an active hold more time (rule O9). `key` is a hash of the idempotency key. */
export type ExtendCommand = By & {
  readonly kind: "extend";
  readonly holdId: HoldId;
  readonly by: HoldActor;
  readonly key: ExtensionKey;
};
export type ReadCommand = { readonly kind: "read"; readonly holdIds: readonly HoldId[]; readonly by: HoldActor };
export type CountsCommand = { readonly kind: "counts" };
/**
 * Sent to the home of an order: makes the order from its own holds and from those that the other ticket types have claimed.
 */
export type CheckoutCommand = By & {
  readonly kind: "checkout";
  readonly orderId: OrderId;
  readonly attempt: AttemptId;
  readonly buyer: HoldActor;
  /** All holds of the order, in the order in which the buyer named them. */
  readonly holdIds: readonly HoldId[];
  readonly claimed: readonly Claimed[];
  /** Whom the order is for. A repeat of the key may have another contact, which changes nothing (rules O6, O11). */
  readonly contact?: Contact | null;
  readonly locale?: Locale;
};
export type OrderCommand = { readonly kind: "order"; readonly orderId: OrderId; readonly by: OrderReader };
/** Erases the contact (rule O11). */
export type EraseContactCommand = By & {
  readonly kind: "erase_contact";
  readonly orderId: OrderId;
  readonly by: HoldActor;
};
/** `ifMatch` is compared with the order's `seq`, which is its version. */
export type SettleCommand = By & {
  readonly kind: "settle";
  readonly orderId: OrderId;
  readonly status: "confirmed" | "cancelled";
  readonly by: HoldActor;
  readonly ifMatch?: IfMatch;
};
/** `returnId` is derived from the idempotency key. `ifMatch` is compared with the order's `seq`, except for a repeat. */
export type ReturnCommand = By & {
  readonly kind: "return";
  readonly orderId: OrderId;
  readonly returnId: ChangeId;
  readonly request: ReturnRequest;
  readonly by: HoldActor;
  readonly ifMatch?: IfMatch;
};
/** `changeId` is derived from the idempotency key of a reissue, and from the request itself for other changes. */
export type ChangeTicketCommand = By & {
  readonly kind: "change_ticket";
  readonly orderId: OrderId;
  readonly changeId: ChangeId;
  readonly request: TicketRequest;
  readonly by: HoldActor;
};
/** The verdict of the event's door on a change: which tickets, or why not (rule N9). */
export type JudgedCommand = By & {
  readonly kind: "judged";
  readonly orderId: OrderId;
  readonly changeId: ChangeId;
  readonly verdict: JudgeReply;
};
/** Queries a home about an attempt. An attempt that has made no order is void from then on (rule O2). */
export type ResolveCommand = { readonly kind: "resolve"; readonly orderId: OrderId; readonly attempt: AttemptId };
/** Sent to a ticket type other than the order's home: takes these holds for the attempt, all or none. */
export type ClaimCommand = By & {
  readonly kind: "claim";
  readonly orderId: OrderId;
  readonly attempt: AttemptId;
  readonly buyer: HoldActor;
  readonly holdIds: readonly HoldId[];
};
/** Sent only once the home has made the attempt void (rule O2). */
export type UnclaimCommand = By & {
  readonly kind: "unclaim";
  readonly orderId: OrderId;
  readonly attempt: AttemptId;
  readonly holdIds: readonly HoldId[];
};
/** The home's order, sent to a ticket type that has a claim for it: the claim takes the order's state. */
export type FollowCommand = By & { readonly kind: "follow"; readonly order: SharedOrder };
export type TermsCommand = By & { readonly kind: "terms"; readonly terms: Terms };

export type Command =
  | HoldCommand
  | ReleaseCommand
  | ExtendCommand
  | ReadCommand
  | CountsCommand
  | CheckoutCommand
  | OrderCommand
  | SettleCommand
  | ReturnCommand
  | ChangeTicketCommand
  | JudgedCommand
  | EraseContactCommand
  | ResolveCommand
  | ClaimCommand
  | UnclaimCommand
  | FollowCommand
  | TermsCommand;

/**
 * What is counted of a type. `seq` is its ledger position. `withdrawn`: tickets that were returned and are not for sale
 * again; the public is not shown these (`publicOccupancy`).
 */
export type Occupancy = {
  readonly id: string;
  readonly seq: number;
  readonly status: TicketTypeStatus;
  readonly total: number;
  readonly sold: number;
  readonly held: number;
  readonly withdrawn: number;
  readonly available: number;
};

export type PublicOccupancy = Omit<Occupancy, "withdrawn">;

/** A hold with what its ticket type's terms add; `at` is the object's clock. */
export type HoldView = Hold & {
  readonly eventId: EventId;
  readonly organizationId: OrganizationId;
  readonly currency: string;
  readonly at: number;
};

/** An order with what its home's terms add, and without the addresses that it was held from. */
export type OrderView = Omit<Order, "unpaid"> & {
  readonly eventId: EventId;
  readonly organizationId: OrganizationId;
  readonly currency: string;
};

export type HoldReply = Result<{ readonly hold: HoldView; readonly replayed: boolean }, Refusal>;
export type ReleaseReply = Result<HoldView, Refusal>;
/**
 * The holds of `by` in the requested order. If one is unknown or another's, the reply is `not_found` with the first such.
 */
export type ReadReply = Result<{ readonly holds: readonly HoldView[] }, Refusal>;
export type CountsReply = Result<Occupancy & { readonly at: number; readonly visible: boolean }, Refusal>;
/** What one ticket type has claimed for an attempt. */
export type Claimed = { readonly eventId: EventId; readonly holds: readonly ClaimedHold[] };
export type ClaimReply = Result<Claimed, Refusal>;
/** `void`: this attempt can never make the order, but the next one may. */
export type CheckoutReply = Result<{ readonly order: OrderView; readonly replayed: boolean } | "void", Refusal>;
export type OrderReply = Result<OrderView, Refusal>;
export type ChangeReply = Result<{ readonly order: OrderView; readonly replayed: boolean }, Refusal>;
/** `pending`: the door has still to judge the change, which is then made or refused. */
export type PendingReply = Result<{ readonly order: OrderView; readonly replayed: boolean } | "pending", Refusal>;
/** Null: there is no order, and the attempt is void. The order may also have been made by another attempt. */
export type ResolveReply = Result<SharedOrder | null, Refusal>;
export type DoneReply = Result<null, Refusal>;
/** `total`: how the inventory took the total that came with the terms. Terms that it does not take are refused. */
export type TermsReply = Result<{ readonly version: number; readonly total: TotalOutcome }, Refusal>;

type Replies = {
  hold: HoldReply;
  release: ReleaseReply;
  extend: HoldReply;
  read: ReadReply;
  counts: CountsReply;
  checkout: CheckoutReply;
  order: OrderReply;
  settle: OrderReply;
  return: PendingReply;
  change_ticket: PendingReply;
  judged: ChangeReply;
  erase_contact: OrderReply;
  resolve: ResolveReply;
  claim: ClaimReply;
  unclaim: DoneReply;
  follow: DoneReply;
  terms: TermsReply;
};
export type ReplyOf<C extends Command> = Replies[C["kind"]];
