// What an inventory can be told and asked, and what it answers. Refusals are values; see domain/errors.ts.

import type { Refusal } from "../errors.ts";
import type { Hold, HoldSource } from "../hold.ts";
import type { IfMatch } from "../if-match.ts";
import type { EventId, HolderId, HoldId, OrderId, OrganizationId } from "../ids.ts";
import type { FinalOrderStatus } from "../order.ts";
import type { Result } from "../result.ts";
import type { Terms, TicketTypeStatus, TotalOutcome } from "../terms.ts";

/** Who acts on holds: a shopper sees its own (`organizationId` null), an organiser those of its organisation. */
export type HoldActor = { readonly id: HolderId; readonly organizationId: OrganizationId | null };

type By = { readonly actor: string; readonly requestId: string };

/** `holdId` is derived from the idempotency key (domain/ids.ts): the key itself never reaches the object. */
export type HoldCommand = By & {
  readonly kind: "hold";
  readonly holdId: HoldId;
  readonly holder: HoldActor;
  readonly quantity: number;
  readonly source: HoldSource;
  readonly notes: string | null;
};
/** `ifMatch` is compared with the hold's `seq`, which is its version. */
export type ReleaseCommand = By & {
  readonly kind: "release";
  readonly holdId: HoldId;
  readonly by: HoldActor;
  readonly ifMatch?: IfMatch;
};
export type ReadCommand = { readonly kind: "read"; readonly holdIds: readonly HoldId[]; readonly by: HoldActor };
export type CountsCommand = { readonly kind: "counts" };
export type ClaimCommand = By & {
  readonly kind: "claim";
  readonly orderId: OrderId;
  readonly holdIds: readonly HoldId[];
  readonly holderId: HolderId;
};
/** Only ever sent with the order's void in D1 (rule O2). */
export type UnclaimCommand = By & { readonly kind: "unclaim"; readonly orderId: OrderId };
export type CommittedCommand = { readonly kind: "committed"; readonly orderId: OrderId; readonly expiresAt: number };
export type SettleCommand = By & {
  readonly kind: "settle";
  readonly orderId: OrderId;
  readonly status: FinalOrderStatus;
};
export type TermsCommand = By & { readonly kind: "terms"; readonly terms: Terms };

export type Command =
  | HoldCommand
  | ReleaseCommand
  | ReadCommand
  | CountsCommand
  | ClaimCommand
  | UnclaimCommand
  | CommittedCommand
  | SettleCommand
  | TermsCommand;

/** What a message or an availability answer shows of a type. `seq` is its ledger position. */
export type Occupancy = {
  readonly id: string;
  readonly seq: number;
  readonly status: TicketTypeStatus;
  readonly total: number;
  readonly sold: number;
  readonly held: number;
  readonly available: number;
};

/** A hold with what its ticket type's terms add; `at` is the object's clock. */
export type HoldView = Hold & {
  readonly eventId: EventId;
  readonly organizationId: OrganizationId;
  readonly currency: string;
  readonly at: number;
};

export type HoldReply = Result<{ readonly hold: HoldView; readonly replayed: boolean }, Refusal>;
export type ReleaseReply = Result<HoldView, Refusal>;
/** The holds of `by` in the order asked; the first that is unknown or another's is refused as `not_found`. */
export type ReadReply = Result<
  { readonly holds: readonly HoldView[]; readonly eventOver: boolean; readonly suspended: boolean },
  Refusal
>;
export type CountsReply = Result<Occupancy & { readonly at: number; readonly visible: boolean }, Refusal>;
export type ClaimReply = Result<{ readonly holds: readonly HoldView[] }, Refusal>;
export type DoneReply = Result<null, Refusal>;
/** `version` is the newest terms that the inventory has; `total` how it took the total that came with those. */
export type TermsReply = Result<{ readonly version: number; readonly total: TotalOutcome }, Refusal>;

export type ReplyOf<C extends Command> = C extends HoldCommand
  ? HoldReply
  : C extends ReleaseCommand
    ? ReleaseReply
    : C extends ReadCommand
      ? ReadReply
      : C extends CountsCommand
        ? CountsReply
        : C extends ClaimCommand
          ? ClaimReply
          : C extends TermsCommand
            ? TermsReply
            : DoneReply;
