// The same Worker over an inventory that does nothing: what is left is the cost of getting to one. For the bench only.

import { DurableObject } from "cloudflare:workers";
import type { EventId, OrganizationId, TicketTypeId } from "../../src/domain/ids.ts";
import type { CountsReply, HoldCommand, HoldReply, TermsReply } from "../../src/domain/ledger/command.ts";
import { accept } from "../../src/domain/result.ts";
import type { Terms } from "../../src/domain/terms.ts";
import { app } from "../../src/http/app.ts";

export { DoorDesk } from "../../src/door/door-desk.ts";
export { EventFeed } from "../../src/live/event-feed.ts";

const EVENT_ID = "evt_00000000000000000000000000" as EventId;
const ORGANIZATION_ID = "org_00000000000000000000000000" as OrganizationId;

/** Has the methods that the bench meets, and keeps nothing of what it is told. */
export class TicketTypeInventory extends DurableObject<Env> {
  hold(_id: TicketTypeId, { holdId, holder, quantity, source, notes }: HoldCommand): HoldReply {
    const now = Date.now();
    const hold = {
      id: holdId,
      userId: holder.id,
      quantity,
      status: "active",
      source,
      notes,
      unitPrice: 15_000,
      heldUntil: now + 300_000,
      createdAt: now,
      updatedAt: now,
      claim: null,
      seq: 1,
      eventId: EVENT_ID,
      organizationId: ORGANIZATION_ID,
      currency: "ZAR",
      at: now,
    } as const;
    return accept({ hold, replayed: false });
  }

  counts(id: TicketTypeId): CountsReply {
    const none = { id, seq: 0, status: "available", total: 0, sold: 0, held: 0, available: 0 } as const;
    return accept({ ...none, at: Date.now(), visible: true });
  }

  terms(_id: TicketTypeId, { version, total }: Terms): TermsReply {
    return accept({ version, total: { version, applied: true, total } });
  }
}

export default { fetch: app.fetch, scheduled: () => undefined } satisfies ExportedHandler<Env>;
