// Builds test data: ids that say their name, terms on sale, and commands with defaults for everything but the point.

import { createHash } from "node:crypto";
import {
  type ApiKeyId,
  type AttemptId,
  attemptIdFrom,
  extensionKeyFrom,
  holdIdFrom,
  type HolderId,
  type HoldId,
  idFrom,
  type IdPrefix,
  type OrderId,
  orderIdFrom,
  type ShopperId,
  type TicketTypeId,
  ticketTypeOfHold,
} from "../../src/domain/ids.ts";
import type { Contact } from "../../src/domain/orders/contact.ts";
import type {
  CheckoutCommand,
  ClaimCommand,
  EraseContactCommand,
  ExtendCommand,
  FollowCommand,
  HoldActor,
  HoldCommand,
  OrderCommand,
  ReadCommand,
  ReleaseCommand,
  ResolveCommand,
  SettleCommand,
  TermsCommand,
  UnclaimCommand,
} from "../../src/domain/ledger/command.ts";
import { MAX_EXPIRY_ROWS, MAX_LIVE } from "../../src/domain/limits.ts";
import type { Hold } from "../../src/domain/orders/hold.ts";
import type { LedgerStore } from "../../src/inventory/storage/store.ts";
import type { Order, OrderItem, OrderStatus, SharedOrder } from "../../src/domain/orders/order.ts";
import { hashTerms, type Terms } from "../../src/domain/terms.ts";

export const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");
export const sha256Bytes = (text: string): Uint8Array => createHash("sha256").update(text).digest();

export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const HOLD_TTL_MS = 300 * SECOND;
/** When the tests begin: the sale opened an hour before. */
export const START = Date.parse("2026-12-01T10:00:00.000Z");
export const ORDER_TTL_MS = 15 * MINUTE;
export const SETTINGS = {
  holdTtlMs: HOLD_TTL_MS,
  orderTtlMs: ORDER_TTL_MS,
  maxLive: MAX_LIVE,
  maxExpiryRows: MAX_EXPIRY_ROWS,
  sha256,
};

/** The id with `prefix` that always means `name`. */
export function idOf<P extends IdPrefix>(prefix: P, name: string): ReturnType<typeof idFrom<P>> {
  return idFrom(prefix, sha256Bytes(`${prefix} ${name}`));
}

export const TICKET_TYPE = idOf("tt", "general");
/** Another type of the same event, whose object is the home of orders that take holds here. */
export const ELSEWHERE = idOf("tt", "elsewhere");
export const EVENT = idOf("evt", "concert");
export const ORGANIZATION = idOf("org", "ours");
export const OTHER_ORGANIZATION = idOf("org", "another");
export const SHOPPER: ShopperId = idOf("shp", "a shopper");
export const OTHER_SHOPPER: ShopperId = idOf("shp", "another shopper");
export const BOX_OFFICE: ApiKeyId = idOf("key", "box office");
export const FOREIGN_KEY: ApiKeyId = idOf("key", "another organisation's");

/** A shopper acts for no organisation; the keys above act for theirs. */
export function actorOf(id: HolderId): HoldActor {
  if (id === BOX_OFFICE) return { id, organizationId: ORGANIZATION };
  if (id === FOREIGN_KEY) return { id, organizationId: OTHER_ORGANIZATION };
  return { id, organizationId: null };
}

/** Terms of a type with 10 tickets, 1 to 4 an order, on sale from an hour before START until ten days after. */
export function termsOf(changes: Partial<Terms> = {}): Terms {
  return hashed({
    ticketTypeId: TICKET_TYPE,
    eventId: EVENT,
    organizationId: ORGANIZATION,
    version: 1,
    total: 10,
    pendingTotal: null,
    unitPrice: 15_000,
    currency: "ZAR",
    hidden: false,
    minPerOrder: 1,
    maxPerOrder: 4,
    saleStart: null,
    saleEnd: null,
    eventStatus: "published",
    eventSaleStart: START - HOUR,
    eventSaleEnd: START + 240 * HOUR,
    eventEnd: START + 241 * HOUR,
    organizationStatus: "active",
    ...changes,
  });
}

/** The terms with the hash of what they say. */
export function hashed(terms: Terms): Terms {
  return { ...terms, hash: hashTerms(terms, SETTINGS.sha256) };
}

export const BY = { actor: "test", requestId: "req-1" };

/** Makes the value of a name once: the histories use the same few ids again and again. */
function once<T>(): (name: string, make: () => T) => T {
  const made = new Map<string, T>();
  return (name, make) => {
    const known = made.get(name) ?? make();
    made.set(name, known);
    return known;
  };
}
const holdIdOnce = once<HoldId>();
const orderIdOnce = once<OrderId>();
const attemptOnce = once<AttemptId>();

/** The id of the hold that `holder` makes with this idempotency key. */
export function holdIdOf(holder: HolderId, key: string, type: TicketTypeId = TICKET_TYPE): HoldId {
  return holdIdOnce(`${type} ${holder} ${key}`, () => holdIdFrom(type, holder, key, sha256Bytes));
}

export function termsCommand(changes: Partial<Terms> = {}): TermsCommand {
  return { kind: "terms", ...BY, terms: termsOf(changes) };
}

export function holdCommand(
  key: string,
  changes: Partial<Omit<HoldCommand, "holdId" | "holder">> & { by?: HolderId } = {},
): HoldCommand {
  const { by = SHOPPER, ...rest } = changes;
  return {
    kind: "hold",
    ...BY,
    holdId: holdIdOf(by, key),
    holder: actorOf(by),
    quantity: 1,
    source: "web",
    notes: null,
    ...rest,
  };
}

export function releaseCommand(holdId: HoldId, by: HolderId = SHOPPER): ReleaseCommand {
  return { kind: "release", ...BY, holdId, by: actorOf(by) };
}

/** `key` is the idempotency key. */
export function extendCommand(holdId: HoldId, key = "extend", by: HolderId = SHOPPER): ExtendCommand {
  return { kind: "extend", ...BY, holdId, by: actorOf(by), key: extensionKeyFrom(holdId, by, key, sha256Bytes) };
}

export function readCommand(holdIdList: readonly HoldId[], by: HolderId = SHOPPER): ReadCommand {
  return { kind: "read", holdIds: holdIdList, by: actorOf(by) };
}

/** The order that `by` makes at `home` with an idempotency key. */
export function orderIdOf(by: HolderId, key = "checkout", home: TicketTypeId = TICKET_TYPE): OrderId {
  return orderIdOnce(`${home} ${by} ${key}`, () => orderIdFrom(home, by, key, sha256Bytes));
}

export function attemptOf(orderId: OrderId, holdIdList: readonly HoldId[], n = 0): AttemptId {
  const name = `${orderId} ${n} ${holdIdList.join()}`;
  return attemptOnce(name, () => attemptIdFrom(orderId, holdIdList, n, sha256Bytes));
}

type OrderChoice = { readonly by?: HolderId; readonly key?: string; readonly n?: number };

/** An order of which the inventory is the home; `claimed` is what other types have claimed for it. */
export function checkoutCommand(
  holdIdList: readonly HoldId[],
  {
    by = SHOPPER,
    key,
    n,
    claimed = [],
    ...personal
  }: OrderChoice & Partial<Pick<CheckoutCommand, "claimed" | "contact" | "locale">> = {},
): CheckoutCommand {
  const orderId = orderIdOf(by, key);
  const all = [...holdIdList, ...claimed.flatMap(({ holds }) => holds.map(({ holdId }) => holdId))];
  return {
    kind: "checkout",
    ...BY,
    orderId,
    attempt: attemptOf(orderId, all, n),
    buyer: actorOf(by),
    holdIds: all,
    claimed,
    ...personal,
  };
}

/** Whom an order is for: a role, and an address that no mail reaches. */
export const CONTACT: Contact = {
  name: "A Buyer",
  email: "buyer@example.com",
  phone: "+27821234567",
  nameKey: "a buyer",
};

export function eraseCommand(orderId: OrderId, by: HolderId = SHOPPER): EraseContactCommand {
  return { kind: "erase_contact", ...BY, orderId, by: actorOf(by) };
}

export function orderCommand(orderId: OrderId, by: HolderId = SHOPPER): OrderCommand {
  return { kind: "order", orderId, by: actorOf(by) };
}

/** As the link of the order `of` requests it. */
export function linkCommand(of: OrderId, orderId: OrderId = of): OrderCommand {
  return { kind: "order", orderId, by: { id: of, organizationId: null } };
}

export function settleCommand(
  orderId: OrderId,
  status: "confirmed" | "cancelled",
  by: HolderId = SHOPPER,
): SettleCommand {
  return { kind: "settle", ...BY, orderId, status, by: actorOf(by) };
}

export function resolveCommand(orderId: OrderId, attempt: AttemptId): ResolveCommand {
  return { kind: "resolve", orderId, attempt };
}

/** Holds that an order of the type elsewhere takes. */
export function claimCommand(holdIdList: readonly HoldId[], { by = SHOPPER, key, n }: OrderChoice = {}): ClaimCommand {
  const orderId = orderIdOf(by, key, ELSEWHERE);
  const attempt = attemptOf(orderId, holdIdList, n);
  return { kind: "claim", ...BY, orderId, attempt, holdIds: holdIdList, buyer: actorOf(by) };
}

export function unclaimCommand({ orderId, attempt, holdIds: ids }: ClaimCommand): UnclaimCommand {
  return { kind: "unclaim", ...BY, orderId, attempt, holdIds: ids };
}

/** The order that the claim was made for, as its home has it at its ledger row `seq`. */
export function followCommand(
  claim: ClaimCommand,
  holds: readonly Hold[],
  {
    status = "reserved",
    seq = 7,
    expiresAt = START + ORDER_TTL_MS,
    returned = {},
  }: Partial<Pick<Order, "seq" | "expiresAt">> & {
    status?: OrderStatus;
    returned?: Readonly<Record<HoldId, Pick<OrderItem, "returned" | "withdrawn">>>;
  } = {},
): FollowCommand {
  const items = holds.map(({ id, placedSeq, quantity, source, unitPrice }) => ({
    ...{ ticketTypeId: ticketTypeOfHold(id), holdId: id, placedSeq, quantity, source, unitPrice },
    ...{ amount: quantity * unitPrice, returned: 0, withdrawn: 0 },
    ...returned[id],
  }));
  const order: SharedOrder = {
    ...{ id: claim.orderId, userId: claim.buyer.id, status, attempt: claim.attempt, items, expiresAt, seq },
    ...{
      total: items.reduce((sum, { amount }) => sum + amount, 0),
      createdAt: START,
      updatedAt: START,
      history: [seq],
    },
  };
  return { kind: "follow", ...BY, order };
}

/** The hold as its row has it, or null without one. */
export function findHold(store: Pick<LedgerStore, "find">, id: HoldId): Hold | null {
  return store.find({ holds: [id] }).holds[0] ?? null;
}

/** The holds that a wake treats as active, as their rows are. */
export function activeHolds(store: Pick<LedgerStore, "find" | "load">): readonly Hold[] {
  const changedBy = Array.from(store.load().activeHolds, ({ seq }) => seq);
  return store.find({ holds: [], changedBy, orders: [], claims: [], voids: [] }).holds;
}

/** A hold of one ticket of a shopper of its own. Unlike `holdCommand` it remembers no id, for where memory is measured. */
export function newHold(shopper: string, notes: string | null): HoldCommand {
  const id = idOf("shp", shopper);
  const holder = { id, organizationId: null };
  const holdId = holdIdFrom(TICKET_TYPE, id, "key", sha256Bytes);
  return { kind: "hold", holdId, holder, quantity: 1, source: "web", notes, actor: id, requestId: "test" };
}
