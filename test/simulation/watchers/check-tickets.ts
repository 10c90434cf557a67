// Checks D1's tickets of an order when a world is at rest (rule N2), from the order alone.

import type { Order } from "../../../src/domain/orders/order.ts";
import type { World } from "../world/world.ts";

export function checkTickets(world: World, { id, status, items }: Order): void {
  const rows = world.d1.look("SELECT number, status FROM tickets WHERE order_id = ? ORDER BY number", id);
  const sum = (of: (item: Order["items"][number]) => number) => items.reduce((all, item) => all + of(item), 0);
  const returned = sum((item) => item.returned);
  const sold = status === "confirmed" || returned > 0 ? sum(({ quantity }) => quantity) : 0;
  const gone = rows.filter((row) => row["status"] === "void").length;
  const isRight = rows.length === sold && gone === returned && rows.every(({ number }, at) => number === at + 1);
  if (!isRight) world.fail(`[N2] ${id} is ${status}, sold ${sold}, returned ${returned}: ${JSON.stringify(rows)}`);
  if (gone > 0) world.note("a ticket is void");
}
