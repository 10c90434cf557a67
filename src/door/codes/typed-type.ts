// Finds the ticket type of a typed code, which does not contain it (rule N3).

import type { Db } from "../../db/client.ts";
import { readTicketPlace } from "../../db/tickets/tickets.ts";
import { parseTypedCode } from "../../domain/door/tickets/serial.ts";
import { ticketOf } from "../../domain/door/tickets/ticket.ts";
import type { Refusal } from "../../domain/errors.ts";
import { type EventId, homeOf, type OrganizationId, type TicketTypeId } from "../../domain/ids.ts";
import { accept, type Result } from "../../domain/result.ts";
import type { Inventories } from "../../inventory/client.ts";
import { sha256 } from "../../shared/sha256.ts";

/**
 * The type of the event's ticket that has this serial; null when D1 knows of none. When a part is away this is a refusal,
 * since without the type a ticket's own rules would be skipped. Rejects when D1 is away.
 */
export async function typeOfTyped(
  { db, inventories }: { readonly db: Db; readonly inventories: Inventories },
  organizationId: OrganizationId,
  eventId: EventId,
  code: string,
): Promise<Result<TicketTypeId | null, Refusal>> {
  const typed = parseTypedCode(code);
  const place = typed && (await readTicketPlace(db, organizationId, typed.serial));
  if (place === null) return accept(null);
  const { orderId, number } = place;
  // The order is read as itself, since a device is not its buyer; D1's row has already shown whose ticket it is.
  const order = await inventories(homeOf(orderId)).order({ orderId, by: { id: orderId, organizationId: null } });
  if (!order.ok) return isUnknownOrder(order.refusal) ? accept(null) : order;
  if (order.value.eventId !== eventId) return accept(null);
  return accept(ticketOf(order.value, number, sha256)?.ticketTypeId ?? null);
}

/** Whether a home has no such order, or keeps none any more so long after the event's end. */
export function isUnknownOrder({ code }: Refusal): boolean {
  return code === "not_found" || code === "unauthenticated";
}
