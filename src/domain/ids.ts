// Defines ids: opaque strings with a prefix that says what they name. Random bytes and hashes come in as arguments.

export const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";
const BODY = 26; // 128 bits at 5 a character
const BODY_PATTERN = "[0-9a-hjkmnp-tv-z]{26}";

declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

export type OrganizationId = Branded<"organization">;
export type VenueId = Branded<"venue">;
export type GateId = Branded<"gate">;
export type EventId = Branded<"event">;
export type TicketTypeId = Branded<"ticket_type">;
export type HoldId = Branded<"hold">;
export type OrderId = Branded<"order">;
export type TicketId = Branded<"ticket">;
/** One try at making an order from holds of several ticket types; internal. */
export type AttemptId = Branded<"attempt">;
/** One change of an order's tickets, such as a return, that their door judges; internal. */
export type ChangeId = Branded<"change">;
/** A hash of the request of a basket, in the rows of its holds; internal. */
export type BasketId = Branded<"basket">;
/** A hash of the idempotency key of an extension, in the hold's row; internal. */
export type ExtensionKey = Branded<"extension_key">;
/** One scan at a door, 128 random bits that its scanner draws before it shows anything (rule D3). */
export type ScanId = Branded<"scan">;
export type ShopperId = Branded<"shopper">;
export type DeviceId = Branded<"device">;
export type CrewCodeId = Branded<"crew_code">;
/** 128 random bits that a phone draws to be paired, and keeps secret (rule D22). */
export type PairingId = Branded<"pairing">;
export type ApiKeyId = Branded<"api_key">;
export type UserId = Branded<"user">;
export type MemberId = Branded<"member">;
export type InvitationId = Branded<"invitation">;
export type AuditId = Branded<"audit">;
/** Who holds a ticket: a shopper, or for a door sale the member or the key that made it (rule H12). */
export type HolderId = ShopperId | ApiKeyId | UserId;

type IdOfPrefix = {
  org: OrganizationId;
  ven: VenueId;
  gate: GateId;
  evt: EventId;
  tt: TicketTypeId;
  shp: ShopperId;
  dev: DeviceId;
  crew: CrewCodeId;
  pair: PairingId;
  scn: ScanId;
  key: ApiKeyId;
  usr: UserId;
  mem: MemberId;
  inv: InvitationId;
  aud: AuditId;
};
export type IdPrefix = keyof IdOfPrefix;

/** Encodes 16 bytes as the 26 characters of an id. */
export function encodeBody(bytes: Uint8Array): string {
  return encodeBase32(bytes.subarray(0, 16));
}

/** Lower-case base 32, without letters that look like digits; the last character is padded with zero bits. */
export function encodeBase32(bytes: Uint8Array): string {
  let bits = 0;
  let value = 0;
  let text = "";
  for (const byte of bytes) {
    value = (value << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += ALPHABET.charAt((value >>> bits) & 31);
    }
    value &= (1 << bits) - 1;
  }
  return bits === 0 ? text : text + ALPHABET.charAt((value << (5 - bits)) & 31);
}

/** Makes a new id with `prefix` from at least 16 random bytes. */
export function idFrom<P extends IdPrefix>(prefix: P, bytes: Uint8Array): IdOfPrefix[P] {
  return `${prefix}_${encodeBody(bytes)}` as IdOfPrefix[P];
}

const patterns = new Map<string, RegExp>();

/** Parses an id with `prefix`; null when it is malformed, which callers treat like an unknown id. */
export function parseId<P extends IdPrefix>(prefix: P, text: string): IdOfPrefix[P] | null {
  let pattern = patterns.get(prefix);
  if (!pattern) {
    pattern = new RegExp(`^${prefix}_${BODY_PATTERN}$`);
    patterns.set(prefix, pattern);
  }
  return pattern.test(text) ? (text as IdOfPrefix[P]) : null;
}

const HOLDER_PATTERN = new RegExp(`^(shp|key|usr)_${BODY_PATTERN}$`);

export function parseHolderId(text: string): HolderId | null {
  return HOLDER_PATTERN.test(text) ? (text as HolderId) : null;
}

const HOLD_PATTERN = new RegExp(`^hold_${BODY_PATTERN}${BODY_PATTERN}$`);

/**
 * The id of a hold: its ticket type, then the hash of (ticket type, holder, idempotency key). So a repeat finds the hold by
 * its primary key (rule H8), and the id alone shows which object has it.
 */
export function holdIdFrom(
  ticketTypeId: TicketTypeId,
  holderId: HolderId,
  idempotencyKey: string,
  hash: (text: string) => Uint8Array,
): HoldId {
  return `hold_${ticketTypeId.slice(3)}${encodeBody(hash(`hold\n${ticketTypeId}\n${holderId}\n${idempotencyKey}`))}` as HoldId;
}

/**
 * The key of a basket's holds. It has a blank, so that no client can send it for a single hold
 * (http/middleware/idempotency-key.ts).
 */
export function basketKey(idempotencyKey: string): string {
  return `basket ${idempotencyKey}`;
}

/** A hash of what a basket requests, which distinguishes a repeat from another basket with the same key (rule O10). */
export function basketIdFrom(
  eventId: EventId,
  items: readonly { readonly ticketTypeId: TicketTypeId; readonly quantity: number }[],
  allOrNothing: boolean,
  hash: (text: string) => Uint8Array,
): BasketId {
  const lines = items.map(({ ticketTypeId, quantity }) => `${ticketTypeId} ${quantity}`);
  return encodeBody(hash(`basket\n${eventId}\n${allOrNothing}\n${lines.sort().join("\n")}`)) as BasketId;
}

export function parseHoldId(text: string): HoldId | null {
  return HOLD_PATTERN.test(text) ? (text as HoldId) : null;
}

/** A hash of the idempotency key with which `holderId` extends the hold; at most ten are kept in its row. */
export function extensionKeyFrom(
  holdId: HoldId,
  holderId: HolderId,
  idempotencyKey: string,
  hash: (text: string) => Uint8Array,
): ExtensionKey {
  return encodeBody(hash(`extend\n${holdId}\n${holderId}\n${idempotencyKey}`)) as ExtensionKey;
}

/** The ticket type in a hold's id. */
export function ticketTypeOfHold(holdId: HoldId): TicketTypeId {
  return `tt_${holdId.slice(5, 5 + BODY)}` as TicketTypeId;
}

const ORDER_PATTERN = new RegExp(`^ord_${BODY_PATTERN}${BODY_PATTERN}$`);

/**
 * The id of an order: its home, then the hash of (buyer, idempotency key). So a repeat finds the order by its primary key
 * (rule O6), and the id alone shows which object keeps it.
 */
export function orderIdFrom(
  home: TicketTypeId,
  buyerId: HolderId,
  idempotencyKey: string,
  hash: (text: string) => Uint8Array,
): OrderId {
  return `ord_${home.slice(3)}${encodeBody(hash(`order\n${home}\n${buyerId}\n${idempotencyKey}`))}` as OrderId;
}

export function parseOrderId(text: string): OrderId | null {
  return ORDER_PATTERN.test(text) ? (text as OrderId) : null;
}

/** The home of an order that takes these holds: the smallest of their ticket types. There must be at least one. */
export function homeOfHolds(holdIds: readonly HoldId[]): TicketTypeId {
  const [first, ...rest] = holdIds.map(ticketTypeOfHold);
  if (first === undefined) throw new Error("a checkout names at least one hold");
  return rest.reduce((home, type) => (type < home ? type : home), first);
}

/** The ticket type whose object keeps the order. */
export function homeOf(orderId: OrderId): TicketTypeId {
  return `tt_${orderId.slice(4, 4 + BODY)}` as TicketTypeId;
}

const TICKET_PATTERN = new RegExp(`^tkt_${BODY_PATTERN}${BODY_PATTERN}[0-9a-hjkmnp-tv-z]{2}$`);
/** The position in a ticket's id at which its number begins. */
const NUMBER_AT = 4 + 2 * BODY;

/** The id of an order's ticket: the order's part, then the ticket's number in it (1 to 1,000), in two characters (rule N1). */
export function ticketIdFrom(orderId: OrderId, number: number): TicketId {
  return `tkt_${orderId.slice(4)}${ALPHABET.charAt(number >> 5)}${ALPHABET.charAt(number & 31)}` as TicketId;
}

export function parseTicketId(text: string): TicketId | null {
  return TICKET_PATTERN.test(text) ? (text as TicketId) : null;
}

/** The order that a ticket belongs to; the order's id shows its home. */
export function orderOfTicket(id: TicketId): OrderId {
  return `ord_${id.slice(4, NUMBER_AT)}` as OrderId;
}

/** The ticket's number in its order. */
export function numberOfTicket(id: TicketId): number {
  return 32 * ALPHABET.indexOf(id.charAt(NUMBER_AT)) + ALPHABET.indexOf(id.charAt(NUMBER_AT + 1));
}

/**
 * The `n`th attempt at an order of these holds (rule O2). Concurrent requests with the same key compute the same attempt,
 * so that they complete each other's work.
 */
export function attemptIdFrom(
  orderId: OrderId,
  holdIds: readonly HoldId[],
  n: number,
  hash: (text: string) => Uint8Array,
): AttemptId {
  return encodeBody(hash(`attempt\n${orderId}\n${[...holdIds].sort().join(",")}\n${n}`)) as AttemptId;
}

/** The id of a return of tickets, or of a reissue, by which a repeat finds it (rules O7, N10). */
export function changeIdFrom(
  action: "return" | "reissue",
  id: OrderId | TicketId,
  actorId: HolderId,
  idempotencyKey: string,
  hash: (text: string) => Uint8Array,
): ChangeId {
  return encodeBody(hash(`${action}\n${id}\n${actorId}\n${idempotencyKey}`)) as ChangeId;
}

/** The id of a change that only sets a ticket's state. It needs no idempotency key, since a repeat has no effect. */
export function changeIdOfRequest(requestId: string, hash: (text: string) => Uint8Array): ChangeId {
  return encodeBody(hash(`change\n${requestId}`)) as ChangeId;
}

const HASH_PATTERN = new RegExp(`^${BODY_PATTERN}$`);

/** An id that is a hash and no more, without a prefix. */
export function parseHash<T extends AttemptId | BasketId | ChangeId | ExtensionKey>(text: string): T | null {
  return HASH_PATTERN.test(text) ? (text as T) : null;
}
