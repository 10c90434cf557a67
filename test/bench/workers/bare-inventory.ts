// Has what the bench's own inventories share: the replies that the app needs to go on. For the bench only.

import { DurableObject } from "cloudflare:workers";
import type { Hold } from "../../../src/domain/orders/hold.ts";
import type { EventId, OrganizationId, TicketTypeId } from "../../../src/domain/ids.ts";
import type { CountsReply, HoldCommand, HoldReply, OrderView, TermsReply } from "../../../src/domain/ledger/command.ts";
import type { Order } from "../../../src/domain/orders/order.ts";
import { accept } from "../../../src/domain/result.ts";
import type { Terms } from "../../../src/domain/terms.ts";

const EVENT_ID = "evt_00000000000000000000000000" as EventId;
/** Minor units, as the shows of the bench. */
export const PRICE = 15_000;
const ORGANIZATION_ID = "org_00000000000000000000000000" as OrganizationId;

/** Has the methods that the bench calls, except those of a sale, and stores nothing. */
export class BareInventory extends DurableObject<Env> {
  counts(id: TicketTypeId): CountsReply {
    const none = { id, seq: 0, status: "available", total: 0, sold: 0, held: 0, withdrawn: 0, available: 0 } as const;
    return accept({ ...none, at: Date.now(), visible: true });
  }

  terms(_id: TicketTypeId, { version, total }: Terms): TermsReply {
    return accept({ version, total: { version, applied: true, total } });
  }

  position(): ReturnType<typeof accept<number>> {
    return accept(0);
  }
}

/** The requested hold, as if there were always room. */
export function holdAsAsked({ holdId, holder, quantity, source, notes }: HoldCommand, now: number, seq: number): Hold {
  return {
    id: holdId,
    userId: holder.id,
    quantity,
    status: "active",
    source,
    notes,
    unitPrice: PRICE,
    heldUntil: now + 300_000,
    firstPlacedAt: now,
    extensionKeys: [],
    createdAt: now,
    updatedAt: now,
    orderId: null,
    replaces: null,
    replacedBy: null,
    basket: null,
    address: null,
    placedSeq: seq,
    seq,
  };
}

export function viewOf(order: Order): OrderView {
  return { ...order, eventId: EVENT_ID, organizationId: ORGANIZATION_ID, currency: "ZAR" };
}

export function replyOf(hold: Hold, at: number): HoldReply {
  const view = { ...hold, eventId: EVENT_ID, organizationId: ORGANIZATION_ID, currency: "ZAR", at };
  return accept({ hold: view, replayed: false });
}
