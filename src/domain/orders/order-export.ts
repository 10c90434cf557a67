// Writes an export of orders (rule O16): its columns, its lines, and the last line, which shows that a file is complete.

import { contactIn, type StoredContact } from "./contact.ts";
import { csvLine } from "../text/csv.ts";
import type { OrderId } from "../ids.ts";
import { toIso } from "../time/instant.ts";
import { formatMoney } from "../money.ts";
import type { OrderItem, OrderStatus } from "./order.ts";
import { returnedTotal } from "./order-return.ts";
import { referenceOf } from "./reference.ts";
import { type Clock, clockIn } from "../events/venue-clock.ts";

/** An order with the names of its event and venue. Times are epoch ms. */
export type ExportedOrder = {
  readonly id: OrderId;
  readonly status: OrderStatus;
  readonly eventId: string;
  readonly event: string | null;
  readonly timezone: string | null;
  readonly items: readonly OrderItem[];
  /** The names of its ticket types by their ids. */
  readonly names: Readonly<Record<string, string>>;
  readonly contact: StoredContact;
  readonly locale: string;
  readonly total: number;
  readonly currency: string;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly expiresAt: number;
};

const COLUMNS = [
  ...["reference", "order_id", "status", "event_id", "event", "created_at_utc", "created_at_venue"],
  ...["updated_at_utc", "updated_at_venue", "expires_at_utc", "expires_at_venue", "venue_timezone"],
  ...["name", "email", "phone", "language", "tickets", "returned_tickets", "ticket_types"],
  ...["total", "returned_total", "currency"],
] as const;

export const EXPORT_HEADER = csvLine(COLUMNS);

/** The local time at a venue, such as `2026-12-05 20:00:00`. Use one for each export, since making a format is slow. */
export type LocalTime = (at: number, timezone: string) => string;

export function exportLine(order: ExportedOrder, localTime: LocalTime): string {
  const { timezone, items } = order;
  const both = (at: number) => [toIso(at), timezone === null ? null : localTime(at, timezone)];
  const contact = contactIn(order.contact);
  const sum = (of: (item: OrderItem) => number) => items.reduce((all, item) => all + of(item), 0);
  const types = items.map(({ ticketTypeId, quantity }) => `${quantity} × ${order.names[ticketTypeId] ?? ticketTypeId}`);
  return csvLine([
    ...[referenceOf(order.id), order.id, order.status, order.eventId, order.event],
    ...[...both(order.createdAt), ...both(order.updatedAt), ...both(order.expiresAt), timezone],
    ...[contact?.name ?? null, contact?.email ?? null, contact?.phone ?? null, order.locale],
    ...[sum(({ quantity }) => quantity), sum(({ returned }) => returned), types.join("; ")],
    ...[formatMoney(order.total), formatMoney(returnedTotal(order)), order.currency],
  ]);
}

/** The last line: how many orders came before it. It has as many fields as every other line. */
export function exportEnd(orders: number): string {
  return csvLine(["end of export", orders, ...COLUMNS.slice(2).map(() => null)]);
}

/** Clocks change only at whole quarters of an hour, so the offset from UTC is the same within one. */
const QUARTER_MS = 15 * 60_000;
const MAX_KEPT = 10_000;

/**
 * Caches the offset of each zone, since calling `Intl` costs more than the rest of a line, and orders come in the order of
 * time.
 */
export function openLocalTime(): LocalTime {
  const clocks = new Map<string, Clock>();
  const offsets = new Map<string, number>();
  const offsetAt = (quarter: number, timezone: string): number => {
    const clock = clocks.get(timezone) ?? clockIn(timezone);
    clocks.set(timezone, clock);
    return clock(quarter) - quarter;
  };
  return (at, timezone) => {
    const quarter = Math.floor(at / QUARTER_MS) * QUARTER_MS;
    const key = `${quarter} ${timezone}`;
    const offset = offsets.get(key) ?? offsetAt(quarter, timezone);
    if (offsets.size >= MAX_KEPT) offsets.clear();
    offsets.set(key, offset);
    return toIso(at + offset)
      .slice(0, 19)
      .replace("T", " ");
  };
}
