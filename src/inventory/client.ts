// Calls the inventory object of a ticket type for the rest of the Worker. Calls are typed, and return a value whatever
// happens.

import type { LedgerPage } from "../domain/ledger/chain.ts";
import type {
  CheckoutCommand,
  ChangeReply,
  ChangeTicketCommand,
  CheckoutReply,
  ClaimCommand,
  ClaimReply,
  CountsReply,
  DoneReply,
  EraseContactCommand,
  ExtendCommand,
  FollowCommand,
  HoldCommand,
  HoldReply,
  HoldView,
  OrderCommand,
  OrderReply,
  ReadCommand,
  ReadReply,
  ReleaseCommand,
  ReleaseReply,
  ResolveCommand,
  ResolveReply,
  ReturnCommand,
  SettleCommand,
  TermsReply,
  UnclaimCommand,
} from "../domain/ledger/command.ts";
import type { CountsQuery } from "../domain/ledger/counts-over-time.ts";
import type { AddressHash } from "../domain/people/address-hash.ts";
import type { Refusal } from "../domain/errors.ts";
import type { TicketTypeId } from "../domain/ids.ts";
import type { Result } from "../domain/result.ts";
import type { Terms } from "../domain/terms.ts";
import { upgradeHeaders } from "../feed/client.ts";
import { callOrUnavailable, callObject } from "../shared/objects/call-object.ts";
import type { CountsOverTime } from "./ledger-reads.ts";
import { locationHint } from "./location.ts";
import type { HoldPage, HoldQuery, HoldsByTime, OrderHistory } from "./storage/store.ts";

type Unkinded<C> = Omit<C, "kind">;

/**
 * Every method resolves within 5 s; if the object cannot be reached, with `temporarily_unavailable` or `overloaded`. Every
 * command is idempotent, so that a call may be repeated.
 */
export type Inventory = {
  hold(command: Unkinded<HoldCommand>): Promise<HoldReply>;
  release(command: Unkinded<ReleaseCommand>): Promise<ReleaseReply>;
  extend(command: Unkinded<ExtendCommand>): Promise<HoldReply>;
  read(command: Unkinded<ReadCommand>): Promise<ReadReply>;
  counts(): Promise<CountsReply>;
  checkout(command: Unkinded<CheckoutCommand>): Promise<CheckoutReply>;
  order(command: Unkinded<OrderCommand>): Promise<OrderReply>;
  settle(command: Unkinded<SettleCommand>): Promise<OrderReply>;
  returnTickets(command: Unkinded<ReturnCommand>): Promise<ChangeReply>;
  changeTicket(command: Unkinded<ChangeTicketCommand>): Promise<ChangeReply>;
  eraseContact(command: Unkinded<EraseContactCommand>): Promise<OrderReply>;
  resolve(command: Unkinded<ResolveCommand>): Promise<ResolveReply>;
  claim(command: Unkinded<ClaimCommand>): Promise<ClaimReply>;
  unclaim(command: Unkinded<UnclaimCommand>): Promise<DoneReply>;
  follow(command: Unkinded<FollowCommand>): Promise<DoneReply>;
  /** `countsSeq` is the ledger row up to which D1 has this inventory's projection. Left out, nothing is compared. */
  terms(terms: Terms, requestId: string, countsSeq?: number): Promise<TermsReply>;
  listHolds(query: HoldQuery): Promise<Result<HoldPage<HoldView>, Refusal>>;
  /** Lists holds in one status, the newest first by time. */
  holdsByTime(query: HoldsByTime): Promise<Result<readonly HoldView[], Refusal>>;
  listLedger(afterSeq: number, limit: number): Promise<Result<LedgerPage, Refusal>>;
  /** `query` has a bounded number of buckets. */
  countsOverTime(query: CountsQuery): Promise<Result<CountsOverTime, Refusal>>;
  /**
   * Mails the order's contact again; the caller has checked that it may. `mark` names the message: repeats with the same
   * mark are one mail.
   */
  mailAgain(command: Unkinded<OrderCommand>, mark: string): Promise<OrderReply>;
  history(command: Unkinded<OrderCommand>): Promise<Result<OrderHistory, Refusal>>;
  /** Whether nothing was ever held of the type. */
  isUntouched(): Promise<Result<boolean, Refusal>>;
  /** Deletes the object's storage, after D1's row is gone. */
  wipe(): Promise<Result<null, Refusal>>;
  /**
   * Wakes the object, which then does what is due, and returns the last seq of its ledger. `countsSeq` is the row up to
   * which D1 has the projection: a restored D1 may lack what it had confirmed, and then it is projected again (rule X6).
   */
  position(countsSeq?: number): Promise<Result<number, Refusal>>;
};

/**
 * Opens the inventory of a ticket type. The `country` of its venue decides where the object is created if it does not exist
 * yet. A port, so that tests can inject faults.
 */
export type Inventories = (ticketTypeId: TicketTypeId, country?: string) => Inventory;

export type InventoryNamespace = Env["INVENTORY"];

export function openInventories(namespace: InventoryNamespace): Inventories {
  return (ticketTypeId, country) => {
    const hint = country === undefined ? undefined : locationHint(country);
    const options = hint && { locationHint: hint };
    const call = <T>(request: (stub: ReturnType<InventoryNamespace["getByName"]>) => Promise<Result<T, Refusal>>) =>
      callOrUnavailable({ event: "inventory_unreachable", ticket_type_id: ticketTypeId }, () =>
        request(namespace.getByName(ticketTypeId, options)),
      );
    return {
      hold: (command) => call((stub) => stub.hold(ticketTypeId, command)),
      release: (command) => call((stub) => stub.release(ticketTypeId, command)),
      extend: (command) => call((stub) => stub.extend(ticketTypeId, command)),
      read: (command) => call((stub) => stub.read(ticketTypeId, command)),
      counts: () => call((stub) => stub.counts(ticketTypeId)),
      checkout: (command) => call((stub) => stub.checkout(ticketTypeId, command)),
      order: (command) => call((stub) => stub.order(ticketTypeId, command)),
      settle: (command) => call((stub) => stub.settle(ticketTypeId, command)),
      returnTickets: (command) => call((stub) => stub.returnTickets(ticketTypeId, command)),
      changeTicket: (command) => call((stub) => stub.changeTicket(ticketTypeId, command)),
      eraseContact: (command) => call((stub) => stub.eraseContact(ticketTypeId, command)),
      resolve: (command) => call((stub) => stub.resolve(ticketTypeId, command)),
      claim: (command) => call((stub) => stub.claim(ticketTypeId, command)),
      unclaim: (command) => call((stub) => stub.unclaim(ticketTypeId, command)),
      follow: (command) => call((stub) => stub.follow(ticketTypeId, command)),
      terms: (terms, requestId, countsSeq) => call((stub) => stub.terms(ticketTypeId, terms, requestId, countsSeq)),
      listHolds: (query) => call((stub) => stub.listHolds(ticketTypeId, query)),
      holdsByTime: (query) => call((stub) => stub.holdsByTime(ticketTypeId, query)),
      history: (command) => call((stub) => stub.history(ticketTypeId, command)),
      listLedger: (afterSeq, limit) => call((stub) => stub.listLedger(ticketTypeId, afterSeq, limit)),
      countsOverTime: (query) => call((stub) => stub.countsOverTime(ticketTypeId, query)),
      mailAgain: (command, mark) => call((stub) => stub.mailAgain(ticketTypeId, command, mark)),
      isUntouched: () => call((stub) => stub.isUntouched(ticketTypeId)),
      wipe: () => call((stub) => stub.wipe(ticketTypeId)),
      position: (countsSeq) => call((stub) => stub.position(countsSeq)),
    };
  };
}

/**
 * Opens the ticket type's own socket; `request` is the upgrade, `viewer` the hash of the client's address. A 404 has no
 * problem as its body.
 */
export function joinLive(
  namespace: InventoryNamespace,
  ticketTypeId: TicketTypeId,
  request: Request,
  viewer: AddressHash | null,
): Promise<Response> {
  const headers = upgradeHeaders(request, viewer);
  return callObject(() => namespace.getByName(ticketTypeId).fetch(`https://inventory/${ticketTypeId}`, { headers }));
}
