// What the deletion of orders leaves in the tables, and the replies of their home once it has cut them (rule H13): the
// real store, in Node.

import { expect, test } from "vitest";
import type { HolderId, OrderId } from "../../../../src/domain/ids.ts";
import { must } from "../../../../src/domain/result.ts";
import {
  checkoutCommand,
  eraseCommand,
  holdCommand,
  holdIdOf,
  HOUR,
  orderCommand,
  orderIdOf,
  OTHER_SHOPPER,
  settleCommand,
  SHOPPER,
  START,
  termsCommand,
} from "../../../support/builders.ts";
import { openRetentionDriver, type RetentionDriver } from "../../../support/ledger/retention-driver.ts";

const DAY = 24 * HOUR;
const ARCHIVED = START + 10 * DAY;
const OVER = ARCHIVED + 90 * DAY;

const ordersIn = ({ query }: RetentionDriver): OrderId[] =>
  query("SELECT id FROM orders ORDER BY id").map(({ id }) => id as OrderId);

/** As many orders, each at its end, of an event that was archived. */
function withOrders(count: number): RetentionDriver {
  const driver = openRetentionDriver();
  driver.send(termsCommand({ total: 50, maxPerOrder: 50 }), START);
  const keys = Array.from({ length: count }, (_, n) => `order ${n}`);
  driver.batch(
    keys.map((key) => holdCommand(key)),
    START,
  );
  const checkouts = keys.map((key) => checkoutCommand([holdIdOf(SHOPPER, key)], { key }));
  driver.batch(checkouts, START);
  driver.batch(
    checkouts.map(({ orderId }, n) => settleCommand(orderId, n % 2 === 0 ? "confirmed" : "cancelled")),
    START + 1,
  );
  driver.send(termsCommand({ version: 2, total: 50, eventStatus: "archived", eventArchivedAt: ARCHIVED }), ARCHIVED);
  return driver;
}

test("[H13] orders stay until 90 days after archiving, to the millisecond, and go a few a step", () => {
  const driver = withOrders(10);
  driver.sweep(OVER - 1);
  expect(ordersIn(driver)).toHaveLength(10);
  expect(driver.dueAt(OVER - 1)).toBe(OVER);
  const left: number[] = [];
  for (let n = 0; n < 3; n++) {
    driver.stepAt(OVER);
    left.push(ordersIn(driver).length);
  }
  expect(left).toEqual([6, 2, 0]);
  driver.sweep(OVER);
  driver.reopen();
  expect(driver.dueAt(OVER + 1_000 * DAY), "and none is looked for again").toBeNull();
});

test("[H13] [K5] they stay while D1 has not acknowledged them, and go when it has", () => {
  const driver = withOrders(2);
  driver.said.projectedSeq = driver.book().head.seq - 1;
  driver.sweep(OVER);
  expect(ordersIn(driver)).toHaveLength(2);
  driver.said.projectedSeq = null;
  driver.sweep(OVER);
  expect(ordersIn(driver)).toEqual([]);
});

test("[H13] [O3] they stay while another ticket type has yet to receive one, and are deleted when it has", () => {
  const driver = withOrders(2);
  driver.query(`INSERT INTO outbox (order_id, ticket_type_id, revision) SELECT MIN(id), 'tt_other', 1 FROM orders`);
  driver.sweep(OVER);
  expect(ordersIn(driver)).toHaveLength(2);
  driver.query("DELETE FROM outbox");
  driver.sweep(OVER);
  expect(ordersIn(driver)).toEqual([]);
});

test("[H13] [H11] all stay when the step's transaction fails, and go when it is tried again", () => {
  const driver = withOrders(2);
  driver.sweep(OVER - 1);
  driver.setFailing(true);
  driver.stepAt(OVER);
  driver.setFailing(false);
  expect(ordersIn(driver)).toHaveLength(2);
  expect(driver.faults).not.toEqual([]);
  driver.sweep(OVER + 60_000);
  expect(ordersIn(driver)).toEqual([]);
});

test("[H13] from that millisecond on, the home of a missing order sends its reader to D1", () => {
  const driver = withOrders(1);
  const unknown = orderIdOf(SHOPPER, "never made");
  const known = must(ordersIn(driver)[0], "one was made");
  const commands = { read: orderCommand, erase: eraseCommand };
  for (const [name, command] of Object.entries(commands)) {
    const ask = (orderId: OrderId, at: number, by: HolderId = SHOPPER) => driver.send(command(orderId, by), at);
    expect(ask(unknown, OVER - 1), name).toEqual({ ok: false, refusal: { code: "not_found" } });
    expect(ask(unknown, OVER), name).toEqual({ ok: false, refusal: { code: "not_found", ordersCut: true } });
    expect(ask(known, OVER), name).toMatchObject({ ok: true });
    expect(ask(known, OVER, OTHER_SHOPPER), name).toEqual({ ok: false, refusal: { code: "not_found" } });
  }
});
