// Checks whether a command has the shape that its decision relies on. During a deployment it may come from a Worker of
// another release; a malformed one must be refused alone, and not fail the others of its batch. A new command or field does
// not compile until it is here; one that an earlier release does not send must be optional.

import { isAddressHash } from "../people/address-hash.ts";
import { type Contact, LOCALES } from "../orders/contact.ts";
import { EVENT_STATUSES, HOLD_EXTENSIONS } from "../events/event.ts";
import { HOLD_SOURCES } from "../orders/hold.ts";
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
  type ChangeId,
} from "../ids.ts";
import { type ClaimedHold, ORDER_STATUSES, type OrderItem, type SharedOrder } from "../orders/order.ts";
import type { ReturnedItem, ReturnRequest } from "../orders/order-return.ts";
import type { Terms } from "../terms.ts";
import {
  type Check,
  commandChecker,
  id,
  isBoolean,
  isInteger,
  isString,
  listOf,
  oneOf,
  optional,
  orNull,
  type Shape,
  shaped,
} from "../shape.ts";
import type { Claimed, Command, HoldActor, JudgedCommand, OrderReader } from "./command.ts";
import type { TicketRequest } from "../orders/ticket-change.ts";

const isIfMatch: Check<IfMatch> = (value): value is IfMatch => value === "never" || value === null || isInteger(value);
const isTicketTypeId = id((text) => parseId("tt", text));
const isEventId = id((text) => parseId("evt", text));
const isOrganizationId = id((text) => parseId("org", text));
const isHolderId = id(parseHolderId);
const isHoldId = id(parseHoldId);
const isOrderId = id(parseOrderId);
const isAttemptId = id(parseHash<AttemptId>);
const isExtensionKey = id(parseHash<ExtensionKey>);
const isBasketId = id(parseHash<BasketId>);
const isChangeId = id(parseHash<ChangeId>);
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
  voided: optional(listOf(isInteger)),
});
const isReturnedItems = listOf(shaped<ReturnedItem>({ holdId: isHoldId, quantity: isInteger }));
const isNamedTickets = shaped<Extract<ReturnRequest["items"], { tickets: unknown }>>({ tickets: listOf(isInteger) });
const isReturnRequest = shaped<ReturnRequest>({
  items: (value): value is ReturnRequest["items"] => value === "all" || isReturnedItems(value) || isNamedTickets(value),
  returnToStock: isBoolean,
  reason: orNull(isString),
  force: optional(isBoolean),
});
const isTicketRequest: Check<TicketRequest> = (value): value is TicketRequest =>
  TICKET_REQUESTS.some((isOne) => isOne(value));
const TICKET_REQUESTS: readonly Check<TicketRequest>[] = [
  shaped<Asks<"block">>({ action: oneOf(["block"]), number: isInteger, note: orNull(isString) }),
  shaped<Asks<"unblock">>({ action: oneOf(["unblock"]), number: isInteger }),
  shaped<Asks<"attention">>({ action: oneOf(["attention"]), number: isInteger, text: orNull(isString) }),
  shaped<Asks<"reissue">>({ action: oneOf(["reissue"]), number: isInteger }),
];
type Asks<Action> = Extract<TicketRequest, { action: Action }>;

/** The door's verdict, of which only the parts that a decision relies on are checked. */
const isVerdict: Check<JudgedCommand["verdict"]> = (value): value is JudgedCommand["verdict"] =>
  isJudged(value) || isRefused(value);
const isJudged = shaped<Extract<JudgedCommand["verdict"], { ok: true }>>({
  ok: oneOf([true]),
  value: shaped<{ readonly numbers: readonly number[] }>({ numbers: listOf(isInteger) }),
});
const isRefused: Check<Extract<JudgedCommand["verdict"], { ok: false }>> = (value): value is never =>
  typeof value === "object" && value !== null && "ok" in value && value.ok === false && "refusal" in value;

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
    returnId: isChangeId,
    request: isReturnRequest,
    by: isActor,
    ifMatch: optional(isIfMatch),
  },
  change_ticket: { ...BY, orderId: isOrderId, changeId: isChangeId, request: isTicketRequest, by: isActor },
  judged: { ...BY, orderId: isOrderId, changeId: isChangeId, verdict: isVerdict },
  erase_contact: { ...BY, orderId: isOrderId, by: isActor },
  resolve: ATTEMPT,
  claim: { ...BY, ...ATTEMPT, buyer: isActor, holdIds: listOf(isHoldId) },
  unclaim: { ...BY, ...ATTEMPT, holdIds: listOf(isHoldId) },
  follow: { ...BY, order: isOrder },
  terms: { ...BY, terms: isTerms },
};

/** Names the part of a command that is wrong, such as `hold.quantity`; null when its decision may rely on the command. */
export const malformedPart: (command: Command) => string | null = commandChecker(SHAPES);
