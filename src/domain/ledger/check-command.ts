// Whether a command has the shape that its decision relies on. During a deploy it may come from a Worker of another
// release: malformed, it must be refused alone, and not fail the batch of others. A command or a field that is added does
// not compile until it is here; one that a release before does not send must be optional.

import { isAddressHash } from "../address-hash.ts";
import { type Contact, LOCALES } from "../contact.ts";
import { EVENT_STATUSES, HOLD_EXTENSIONS } from "../event.ts";
import { HOLD_SOURCES } from "../hold.ts";
import type { IfMatch } from "../if-match.ts";
import {
  type AttemptId,
  type BasketId,
  type ExtensionKey,
  parseHash,
  parseHolderId,
  parseHoldId,
  parseId,
  parseOrderId,
  type ReturnId,
} from "../ids.ts";
import { type ClaimedHold, ORDER_STATUSES, type OrderItem, type SharedOrder } from "../order.ts";
import type { ReturnedItem, ReturnRequest } from "../order-return.ts";
import type { Terms } from "../terms.ts";
import type { Claimed, Command, HoldActor, OrderReader } from "./command.ts";

type Check<T> = (value: unknown) => value is T;
/** A check for each field, those that may be absent included. What is not named is not looked at. */
type Shape<T> = { readonly [Field in keyof T]-?: Check<T[Field]> };

const isString: Check<string> = (value) => typeof value === "string";
const isBoolean: Check<boolean> = (value) => typeof value === "boolean";
const isInteger: Check<number> = (value): value is number => Number.isSafeInteger(value);
const isIfMatch: Check<IfMatch> = (value): value is IfMatch => value === "never" || value === null || isInteger(value);

function id<T extends string>(parse: (text: string) => T | null): Check<T> {
  return (value): value is T => typeof value === "string" && parse(value) !== null;
}

function oneOf<const T>(allowed: readonly T[]): Check<T> {
  return (value): value is T => allowed.includes(value as T);
}

function orNull<T>(check: Check<T>): Check<T | null> {
  return (value): value is T | null => value === null || check(value);
}

function optional<T>(check: Check<T>): Check<T | undefined> {
  return (value): value is T | undefined => value === undefined || check(value);
}

function listOf<T>(check: Check<T>): Check<readonly T[]> {
  return (value): value is readonly T[] => Array.isArray(value) && value.every(check);
}

function shaped<T extends object>(shape: Shape<T>): Check<T> {
  const wrong = faultFinder(shape);
  return (value): value is T => wrong(value) === null;
}

/** Answers the name of the first field that is not as `shape` says, "" for what has no fields, null when all is well. */
function faultFinder(shape: object): (value: unknown) => string | null {
  // The one cast: a shape has nothing but checks.
  const checks = Object.entries(shape) as [string, (value: unknown) => boolean][];
  return (value) => {
    if (typeof value !== "object" || value === null) return "";
    const fields = value as Readonly<Record<string, unknown>>;
    for (const [name, check] of checks) if (!check(fields[name])) return name;
    return null;
  };
}

const isTicketTypeId = id((text) => parseId("tt", text));
const isEventId = id((text) => parseId("evt", text));
const isOrganizationId = id((text) => parseId("org", text));
const isHolderId = id(parseHolderId);
const isHoldId = id(parseHoldId);
const isOrderId = id(parseOrderId);
const isAttemptId = id(parseHash<AttemptId>);
const isExtensionKey = id(parseHash<ExtensionKey>);
const isBasketId = id(parseHash<BasketId>);
const isReturnId = id(parseHash<ReturnId>);
const isActor = shaped<HoldActor>({ id: isHolderId, organizationId: orNull(isOrganizationId) });

const isLink = shaped<Exclude<OrderReader, HoldActor>>({ id: isOrderId, organizationId: oneOf([null]) });
const isReader: Check<OrderReader> = (value): value is OrderReader => isActor(value) || isLink(value);

const CLAIMED_HOLD: Shape<ClaimedHold> = {
  holdId: isHoldId,
  placedSeq: isInteger,
  quantity: isInteger,
  source: oneOf(HOLD_SOURCES),
  unitPrice: isInteger,
};

const isClaimed = shaped<Claimed>({ eventId: isEventId, holds: listOf(shaped(CLAIMED_HOLD)) });
const isItem = shaped<OrderItem>({
  ...CLAIMED_HOLD,
  ticketTypeId: isTicketTypeId,
  amount: isInteger,
  returned: isInteger,
  withdrawn: isInteger,
});
const isReturnedItems = listOf(shaped<ReturnedItem>({ holdId: isHoldId, quantity: isInteger }));
const isReturnRequest = shaped<ReturnRequest>({
  items: (value): value is ReturnRequest["items"] => value === "all" || isReturnedItems(value),
  returnToStock: isBoolean,
  reason: orNull(isString),
});

const isOrder = shaped<SharedOrder>({
  id: isOrderId,
  userId: isHolderId,
  status: oneOf(ORDER_STATUSES),
  attempt: isAttemptId,
  items: listOf(isItem),
  total: isInteger,
  expiresAt: isInteger,
  createdAt: isInteger,
  updatedAt: isInteger,
  seq: isInteger,
  history: listOf(isInteger),
});

const isContact = shaped<Contact>({ name: isString, email: isString, phone: orNull(isString), nameKey: isString });

const isTerms = shaped<Terms>({
  ticketTypeId: isTicketTypeId,
  eventId: isEventId,
  organizationId: isOrganizationId,
  version: isInteger,
  epoch: optional(isInteger),
  hash: optional(isString),
  total: isInteger,
  pendingTotal: orNull(isInteger),
  unitPrice: isInteger,
  currency: isString,
  hidden: isBoolean,
  minPerOrder: isInteger,
  maxPerOrder: isInteger,
  maxUnpaidPerAddress: optional(orNull(isInteger)),
  saleStart: orNull(isInteger),
  saleEnd: orNull(isInteger),
  eventStatus: oneOf(EVENT_STATUSES),
  eventSaleStart: isInteger,
  eventSaleEnd: isInteger,
  eventEnd: isInteger,
  eventArchivedAt: optional(orNull(isInteger)),
  holdExtension: optional(oneOf(HOLD_EXTENSIONS)),
  orderMinutes: optional(isInteger),
  organizationStatus: oneOf(["active", "suspended"]),
});

const BY = { actor: isString, requestId: isString };
const ATTEMPT = { orderId: isOrderId, attempt: isAttemptId };

type CommandShapes = {
  readonly [Kind in Command["kind"]]: Shape<Omit<Extract<Command, { kind: Kind }>, "kind">>;
};

const SHAPES: CommandShapes = {
  hold: {
    ...BY,
    holdId: isHoldId,
    holder: isActor,
    quantity: isInteger,
    source: oneOf(HOLD_SOURCES),
    notes: orNull(isString),
    replaces: optional(orNull(isHoldId)),
    eventId: optional(isEventId),
    basket: optional(isBasketId),
    address: optional(orNull(isAddressHash)),
  },
  release: { ...BY, holdId: isHoldId, by: isActor, ifMatch: optional(isIfMatch) },
  extend: { ...BY, holdId: isHoldId, by: isActor, key: isExtensionKey },
  read: { holdIds: listOf(isHoldId), by: isActor },
  counts: {},
  checkout: {
    ...BY,
    ...ATTEMPT,
    buyer: isActor,
    holdIds: listOf(isHoldId),
    claimed: listOf(isClaimed),
    contact: optional(orNull(isContact)),
    locale: optional(oneOf(LOCALES)),
  },
  order: { orderId: isOrderId, by: isReader },
  settle: {
    ...BY,
    orderId: isOrderId,
    status: oneOf(["confirmed", "cancelled"]),
    by: isActor,
    ifMatch: optional(isIfMatch),
  },
  return: {
    ...BY,
    orderId: isOrderId,
    returnId: isReturnId,
    request: isReturnRequest,
    by: isActor,
    ifMatch: optional(isIfMatch),
  },
  erase_contact: { ...BY, orderId: isOrderId, by: isActor },
  resolve: ATTEMPT,
  claim: { ...BY, ...ATTEMPT, buyer: isActor, holdIds: listOf(isHoldId) },
  unclaim: { ...BY, ...ATTEMPT, holdIds: listOf(isHoldId) },
  follow: { ...BY, order: isOrder },
  terms: { ...BY, terms: isTerms },
};

const FINDERS = new Map(Object.entries(SHAPES).map(([kind, shape]) => [kind, faultFinder(shape)]));

/** What is wrong with a command, such as `hold.quantity`; null when its decision may rely on it. */
export function malformedPart(command: Command): string | null {
  const finder = FINDERS.get(command.kind);
  if (!finder) return "kind";
  const field = finder(command);
  return field === null ? null : `${command.kind}.${field}`;
}
