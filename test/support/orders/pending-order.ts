// Builds a confirmed order whose door the test controls, for tests of the changes that are sent to it (rules N8 to
// N10).

import type { JudgeReply } from "../../../src/domain/door/command.ts";
import { listTickets } from "../../../src/domain/door/tickets/ticket.ts";
import { changeIdFrom, changeIdOfRequest, ticketIdFrom } from "../../../src/domain/ids.ts";
import type { ChangeTicketCommand } from "../../../src/domain/ledger/command.ts";
import { must, refuse } from "../../../src/domain/result.ts";
import type { TicketRequest } from "../../../src/domain/orders/ticket-change.ts";
import { actorOf, BY, SETTINGS, sha256Bytes, SHOPPER, START } from "../builders.ts";
import { type Driver, openDriver, openRealLedger } from "../ledger/driver.ts";
import { CHECKOUT, ended, orderOf } from "../ledger/order.ts";
import { judgedBy } from "./open-door.ts";

export const { orderId } = CHECKOUT;
export const AT = START + 3;
export const ADMITTED: JudgeReply = refuse({ code: "ticket_admitted", ticketNumber: 3, admittedAt: AT, gateId: null });

export function changeCommand(
  request: TicketRequest,
  key = "change",
  by: typeof SHOPPER = SHOPPER,
): ChangeTicketCommand {
  const changeId =
    request.action === "reissue"
      ? changeIdFrom("reissue", ticketIdFrom(orderId, request.number), by, key, sha256Bytes)
      : changeIdOfRequest(key, sha256Bytes);
  return { kind: "change_ticket", ...BY, orderId, changeId, request, by: actorOf(by) };
}

/** The same rows, under a home whose door says nothing by itself. */
export const silent = ({ store }: Driver): Driver =>
  openDriver({ store, setFailing: () => undefined, close: () => undefined }, openRealLedger, SETTINGS, null);
/** An order of one ticket and two. */
export const confirmed = (): Driver => silent(ended("confirmed"));

export const askedOf = (driver: Driver) => must(orderOf(driver)?.pending, "the door is asked");
export const markOf = (driver: Driver, number: number) =>
  orderOf(driver)?.marks?.find((mark) => mark.number === number);
export const statuses = (driver: Driver) =>
  listTickets(must(orderOf(driver), "it is there")).map(({ status }) => status);
export const judge = (driver: Driver, verdict: JudgeReply, at = AT) => {
  const order = must(orderOf(driver), "it is there");
  return driver.send(
    judgedBy(() => verdict, order),
    at,
  );
};
