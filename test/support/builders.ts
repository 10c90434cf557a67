// What tests are made of: ids that say their name, terms on sale, and commands with everything but the point filled in.

import { createHash } from "node:crypto";
import {
  type ApiKeyId,
  holdIdFrom,
  type HolderId,
  type HoldId,
  idFrom,
  type IdPrefix,
  type OrderId,
  orderIdFrom,
  type ShopperId,
} from "../../src/domain/ids.ts";
import type {
  ClaimCommand,
  CommittedCommand,
  HoldActor,
  HoldCommand,
  ReadCommand,
  ReleaseCommand,
  SettleCommand,
  TermsCommand,
  UnclaimCommand,
} from "../../src/domain/ledger/command.ts";
import type { Hold } from "../../src/domain/hold.ts";
import type { LedgerStore } from "../../src/inventory/store.ts";
import type { FinalOrderStatus } from "../../src/domain/order.ts";
import type { Terms } from "../../src/domain/terms.ts";

export const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");
export const sha256Bytes = (text: string): Uint8Array => createHash("sha256").update(text).digest();

export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const HOLD_TTL_MS = 300 * SECOND;
/** When the tests begin: the sale opened an hour before. */
export const START = Date.parse("2026-12-01T10:00:00.000Z");
export const SETTINGS = { holdTtlMs: HOLD_TTL_MS, sha256 };

/** The id of `prefix` that always stands for `name`. */
export function idOf<P extends IdPrefix>(prefix: P, name: string): ReturnType<typeof idFrom<P>> {
  return idFrom(prefix, sha256Bytes(`${prefix} ${name}`));
}

export const TICKET_TYPE = idOf("tt", "general");
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
  return {
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
  };
}

const BY = { actor: "test", requestId: "req-1" };

const holdIds = new Map<string, HoldId>();

/** The id of the hold that `holder` makes with this idempotency key. */
export function holdIdOf(holder: HolderId, key: string): HoldId {
  const name = `${holder} ${key}`;
  const id = holdIds.get(name) ?? holdIdFrom(TICKET_TYPE, holder, key, sha256Bytes);
  holdIds.set(name, id);
  return id;
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

export function readCommand(holdIdList: readonly HoldId[], by: HolderId = SHOPPER): ReadCommand {
  return { kind: "read", holdIds: holdIdList, by: actorOf(by) };
}

/** The order that `holder` makes of these holds with one idempotency key, at its first attempt. */
export function orderIdOf(holder: HolderId, holdIdList: readonly HoldId[], attempt = 0): OrderId {
  return orderIdFrom(holder, "checkout", holdIdList, attempt, sha256Bytes);
}

export function claimCommand(holdIdList: readonly HoldId[], by: HolderId = SHOPPER, attempt = 0): ClaimCommand {
  return { kind: "claim", ...BY, orderId: orderIdOf(by, holdIdList, attempt), holdIds: holdIdList, holderId: by };
}

export function unclaimCommand(orderId: OrderId): UnclaimCommand {
  return { kind: "unclaim", ...BY, orderId };
}

export function committedCommand(orderId: OrderId, expiresAt: number): CommittedCommand {
  return { kind: "committed", orderId, expiresAt };
}

export function settleCommand(orderId: OrderId, status: FinalOrderStatus): SettleCommand {
  return { kind: "settle", ...BY, orderId, status };
}

/** The hold as its row has it, or null without one. */
export function findHold(store: Pick<LedgerStore, "findHolds">, id: HoldId): Hold | null {
  return store.findHolds([id])[0] ?? null;
}
