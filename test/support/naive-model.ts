// What docs/rules.md says of an inventory, in the plainest words: one list of holds, and every number counted anew
// from it at each question. It shares types with the ledger and no code, so that the two can only agree by being right.

import type { Refusal } from "../../src/domain/errors.ts";
import type { Hold } from "../../src/domain/hold.ts";
import type { HolderId, HoldId, OrderId } from "../../src/domain/ids.ts";
import type * as Ledger from "../../src/domain/ledger/command.ts";
import type { Reply } from "../../src/domain/ledger/decide.ts";
import type { Result } from "../../src/domain/result.ts";
import type { Terms, TotalOutcome } from "../../src/domain/terms.ts";

const HOLD_LASTS_MS = 300_000;
const DOUBT_LASTS_MS = 30_000;

/** `rows`: how many ledger rows there must be; `lastRowAt`: when the last was written. A hold's `seq` is not modelled (0). */
export type NaiveModel = {
  terms: Terms | null;
  outcome: TotalOutcome | null;
  total: number;
  holds: Hold[];
  rows: number;
  lastRowAt: number;
  now: number;
};

export function emptyModel(): NaiveModel {
  return { terms: null, outcome: null, total: 0, holds: [], rows: 0, lastRowAt: 0, now: 0 };
}

export function soldIn(model: NaiveModel): number {
  return sum(model.holds.filter((hold) => hold.status === "converted" && hold.claim?.state === "confirmed"));
}

export function heldIn(model: NaiveModel): number {
  return sum(liveHolds(model));
}

/** Rules H1 and O3: active ones, and those of an order that is in doubt or reserved. */
export function liveHolds(model: NaiveModel): Hold[] {
  return model.holds.filter((hold) => hold.status === "active" || isUndecided(hold));
}

/** What the inventory answers to these commands when they come together at `clock`. The model takes their effect. */
export function answerBatch(model: NaiveModel, commands: readonly Ledger.Command[], clock: number): Reply[] {
  model.now = clock > model.lastRowAt ? clock : model.lastRowAt;
  for (const hold of model.holds) {
    if (hold.status === "active" && model.now >= hold.heldUntil)
      change(model, hold, { status: "expired", updatedAt: model.now });
  }
  return commands.map((command) => answer(model, command));
}

function answer(model: NaiveModel, command: Ledger.Command): Reply {
  if (command.kind === "terms") return takeTerms(model, command);
  const { terms } = model;
  if (!terms) return no({ code: "not_found" });
  switch (command.kind) {
    case "hold":
      return placeHold(model, terms, command);
    case "release":
      return release(model, terms, command);
    case "read":
      return read(model, terms, command);
    case "counts":
      return counts(model, terms);
    case "claim":
      return claim(model, terms, command);
    case "committed":
      return committed(model, command.orderId, command.expiresAt);
    case "unclaim":
      return unclaim(model, command.orderId);
    case "settle":
      return settle(model, command.orderId, command.status);
  }
}

function placeHold(model: NaiveModel, terms: Terms, command: Ledger.HoldCommand): Ledger.HoldReply {
  const { holder, quantity, source, notes } = command;
  if (holder.organizationId && holder.organizationId !== terms.organizationId) return no({ code: "not_found" });
  const before = model.holds.find((hold) => hold.id === command.holdId);
  if (before) {
    const same = before.quantity === quantity && before.source === source && before.notes === notes;
    return same ? yes({ hold: view(model, terms, before), replayed: true }) : no({ code: "idempotency_key_reused" });
  }
  if (terms.organizationStatus === "suspended") return no({ code: "organization_suspended" });
  const closed = whyNotOnSale(terms, model.now);
  if (closed) return no(closed);
  if (quantity < terms.minPerOrder || quantity > terms.maxPerOrder) {
    return no({ code: "quantity_out_of_bounds", min: terms.minPerOrder, max: terms.maxPerOrder });
  }
  const has = sum(liveHolds(model).filter((hold) => hold.userId === holder.id && hold.source === "web"));
  if (source === "web" && has + quantity > terms.maxPerOrder) {
    const remaining = has > terms.maxPerOrder ? 0 : terms.maxPerOrder - has;
    return no({ code: "shopper_limit_reached", maxPerOrder: terms.maxPerOrder, remaining });
  }
  const left = model.total - soldIn(model) - heldIn(model);
  if (left < quantity) return no({ code: "sold_out", availableQuantity: left });
  const { now } = model;
  const hold: Hold = {
    ...{ id: command.holdId, userId: holder.id, quantity, status: "active", source, notes },
    ...{
      unitPrice: terms.unitPrice,
      heldUntil: now + HOLD_LASTS_MS,
      createdAt: now,
      updatedAt: now,
      claim: null,
      seq: 0,
    },
  };
  model.holds.push(hold);
  writeRow(model);
  return yes({ hold: view(model, terms, hold), replayed: false });
}

function whyNotOnSale(terms: Terms, now: number): Refusal | null {
  if (terms.eventStatus === "draft") return { code: "not_on_sale", reason: "event_not_published" };
  const over = terms.eventStatus === "ended" || terms.eventStatus === "archived";
  if (over || terms.eventEnd <= now) return { code: "not_on_sale", reason: "event_over" };
  if (terms.hidden) return { code: "not_on_sale", reason: "ticket_type_hidden" };
  const starts = [terms.eventSaleStart, terms.saleStart ?? terms.eventSaleStart];
  const ends = [terms.eventSaleEnd, terms.saleEnd ?? terms.eventSaleEnd];
  const later = starts.sort((a, b) => b - a)[0] ?? 0;
  const sooner = ends.sort((a, b) => a - b)[0] ?? 0;
  if (later > now) return { code: "not_on_sale", reason: "sale_not_open", opensAt: later };
  if (sooner <= now) return { code: "not_on_sale", reason: "sale_closed", closedAt: sooner };
  return null;
}

function release(model: NaiveModel, terms: Terms, command: Ledger.ReleaseCommand): Ledger.ReleaseReply {
  const hold = holdSeenBy(model, terms, command.holdId, command.by);
  if (!hold) return no({ code: "not_found" });
  if (hold.status === "converted") return no({ code: "hold_converted", holdId: hold.id });
  if (hold.status !== "active") return yes(view(model, terms, hold));
  return yes(view(model, terms, change(model, hold, { status: "cancelled", updatedAt: model.now })));
}

function read(model: NaiveModel, terms: Terms, command: Ledger.ReadCommand): Ledger.ReadReply {
  const missing = command.holdIds.find((id) => !holdSeenBy(model, terms, id, command.by));
  if (missing) return no({ code: "not_found", holdId: missing });
  const holds = command.holdIds
    .flatMap((id) => model.holds.filter((hold) => hold.id === id))
    .map((hold) => view(model, terms, hold));
  return yes({ holds, eventOver: isOver(terms, model.now), suspended: terms.organizationStatus === "suspended" });
}

function counts(model: NaiveModel, terms: Terms): Ledger.CountsReply {
  const [sold, held, { total }] = [soldIn(model), heldIn(model), model];
  const status = terms.hidden ? "hidden" : sold === total ? "sold_out" : "available";
  const visible = !terms.hidden && (terms.eventStatus === "published" || terms.eventStatus === "live");
  return yes({
    id: terms.ticketTypeId,
    seq: model.rows,
    status,
    total,
    sold,
    held,
    available: total - sold - held,
    at: model.now,
    visible,
  });
}

function claim(model: NaiveModel, terms: Terms, command: Ledger.ClaimCommand): Ledger.ClaimReply {
  const named = command.holdIds.map((id) =>
    model.holds.find((hold) => hold.id === id && hold.userId === command.holderId),
  );
  const missing = command.holdIds[named.indexOf(undefined)];
  if (missing) return no({ code: "not_found", holdId: missing });
  const holds = named.filter((hold) => hold !== undefined);
  if (!holds.every((hold) => hold.claim?.orderId === command.orderId)) {
    if (terms.organizationStatus === "suspended") return no({ code: "organization_suspended" });
    if (isOver(terms, model.now)) return no({ code: "not_on_sale", reason: "event_over" });
    for (const hold of holds) {
      if (hold.status === "expired") return no({ code: "hold_expired", holdId: hold.id });
      if (hold.status !== "active") return no({ code: "hold_not_active", holdStatus: hold.status, holdId: hold.id });
    }
    const taken = { orderId: command.orderId, state: "doubt" as const, deadline: model.now + DOUBT_LASTS_MS };
    for (const hold of holds) change(model, hold, { status: "converted", updatedAt: model.now, claim: taken });
  }
  return yes({
    holds: command.holdIds
      .flatMap((id) => model.holds.filter((hold) => hold.id === id))
      .map((hold) => view(model, terms, hold)),
  });
}

function committed(model: NaiveModel, orderId: OrderId, expiresAt: number): Ledger.DoneReply {
  for (const hold of undecidedOf(model, orderId)) {
    replace(model, { ...hold, claim: { orderId, state: "reserved", deadline: expiresAt } });
  }
  return yes(null);
}

function unclaim(model: NaiveModel, orderId: OrderId): Ledger.DoneReply {
  for (const hold of undecidedOf(model, orderId)) {
    if (hold.claim?.state !== "doubt") continue;
    const active = change(model, hold, { status: "active", updatedAt: model.now, claim: null });
    if (model.now >= hold.heldUntil) change(model, active, { status: "expired" });
  }
  return yes(null);
}

function settle(model: NaiveModel, orderId: OrderId, state: "confirmed" | "cancelled" | "expired"): Ledger.DoneReply {
  for (const hold of undecidedOf(model, orderId)) {
    change(model, hold, { updatedAt: model.now, claim: { orderId, state, deadline: model.now } });
  }
  return yes(null);
}

function takeTerms(model: NaiveModel, { terms }: Ledger.TermsCommand): Ledger.TermsReply {
  if (model.terms && model.outcome && terms.version <= model.terms.version) {
    return yes({ version: model.terms.version, total: model.outcome });
  }
  const [sold, held] = [soldIn(model), heldIn(model)];
  const requested = terms.pendingTotal === null ? terms.total : terms.pendingTotal;
  const fits = requested >= sold + held;
  const stands = terms.total < sold + held ? model.total : terms.total;
  const total = fits ? requested : stands;
  const shown = (hidden: boolean, of: number): string => (hidden ? "hidden" : sold === of ? "sold_out" : "available");
  const shows = `${total} ${shown(terms.hidden, total)}`;
  const showed = model.terms ? `${model.total} ${shown(model.terms.hidden, model.total)}` : "nothing";
  const numbers = { version: terms.version, total };
  const outcome: TotalOutcome = fits
    ? { ...numbers, applied: true }
    : {
        ...numbers,
        applied: false,
        refusal: { code: "capacity_below_committed", requested, committed: sold + held, sold, held },
      };
  Object.assign(model, { terms, outcome, total });
  if (shows !== showed) writeRow(model);
  return yes({ version: terms.version, total: outcome });
}

function undecidedOf(model: NaiveModel, orderId: OrderId): Hold[] {
  return model.holds.filter((hold) => isUndecided(hold) && hold.claim?.orderId === orderId);
}

function isUndecided(hold: Hold): boolean {
  return hold.status === "converted" && (hold.claim?.state === "doubt" || hold.claim?.state === "reserved");
}

function isOver(terms: Terms, now: number): boolean {
  return terms.eventStatus === "ended" || terms.eventStatus === "archived" || now >= terms.eventEnd;
}

function holdSeenBy(model: NaiveModel, terms: Terms, id: HoldId, by: Ledger.HoldActor): Hold | undefined {
  const isTheirs = (owner: HolderId): boolean => owner === by.id || by.organizationId === terms.organizationId;
  return model.holds.find((hold) => hold.id === id && isTheirs(hold.userId));
}

function view(model: NaiveModel, terms: Terms, hold: Hold): Ledger.HoldView {
  return {
    ...hold,
    eventId: terms.eventId,
    organizationId: terms.organizationId,
    currency: terms.currency,
    at: model.now,
  };
}

/** A change that somebody sees: it is a row of the ledger. */
function change(model: NaiveModel, hold: Hold, to: Partial<Hold>): Hold {
  writeRow(model);
  return replace(model, { ...hold, ...to });
}

function replace(model: NaiveModel, hold: Hold): Hold {
  model.holds = model.holds.map((known) => (known.id === hold.id ? hold : known));
  return hold;
}

function writeRow(model: NaiveModel): void {
  model.rows += 1;
  model.lastRowAt = model.now;
}

function sum(holds: readonly Hold[]): number {
  return holds.reduce((before, hold) => before + hold.quantity, 0);
}

function yes<T>(value: T): Result<T, never> {
  return { ok: true, value };
}

function no(refusal: Refusal): Result<never, Refusal> {
  return { ok: false, refusal };
}
