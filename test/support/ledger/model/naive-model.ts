// Implements docs/rules.md for an inventory, as simply as possible: lists of holds, orders and claims, from which every
// number is counted each time. It shares types with the ledger and no code, so that the two agree only if both are
// right.

import { isDeepStrictEqual } from "node:util";
import type { Refusal } from "../../../../src/domain/errors.ts";
import type { Hold } from "../../../../src/domain/orders/hold.ts";
import type * as Ledger from "../../../../src/domain/ledger/command.ts";
import type { Reply } from "../../../../src/domain/ledger/decide.ts";
import type { Terms, TotalOutcome } from "../../../../src/domain/terms.ts";
import { checkout, claim, endOrder, erase, follow, readOrder, resolve, settle, unclaim } from "./naive-orders.ts";
import { askBack, type Asked, heardOf } from "./naive-returns.ts";
import {
  activeHolds,
  change,
  heldIn,
  holdSeenBy,
  type NaiveModel,
  no,
  replace,
  soldIn,
  sum,
  takenBy,
  view,
  withdrawnIn,
  explainGone,
  explainOver,
  writeRow,
  yes,
} from "./naive-parts.ts";

const [A_SECOND_MS, AN_HOUR_MS] = [1_000, 3_600_000];
/** A last row further ahead than this was written by a clock that was wrong. */
const A_WRONG_CLOCK_MS = 60_000;
const EXTENSIONS = 10;
/** Holds, orders and claims that may be live together: so few that the histories meet it. */
export const MOST_LIVE = 6;
/** Up to so many expired holds are a row of the ledger each; more are one row together. */
export const MOST_EXPIRY_ROWS = 1;

/** The inventory's replies to these commands, which arrive together at `clock`. The model takes their effect. */
export function answerBatch(model: NaiveModel, commands: readonly Ledger.Command[], clock: number): Reply[] {
  const isBehind = clock < model.lastRowAt && model.lastRowAt - clock <= A_WRONG_CLOCK_MS;
  model.now = isBehind ? model.lastRowAt : clock;
  const due = activeHolds(model).filter((hold) => model.now >= hold.heldUntil);
  for (const hold of due) replace(model, { ...hold, status: "expired", notes: null, updatedAt: model.now });
  for (let rows = due.length > MOST_EXPIRY_ROWS ? 1 : due.length; rows > 0; rows--) writeRow(model);
  for (const order of model.orders) {
    if (order.status === "reserved" && model.now >= order.expiresAt) endOrder(model, order, "expired");
  }
  const pending: Asked = new Map();
  const replies = commands.map((command) => answer(model, command, pending));
  return heardOf(model, commands, replies, pending);
}

function answer(model: NaiveModel, command: Ledger.Command, pending: Asked): Reply {
  if (command.kind === "terms") return takeTerms(model, command);
  const { terms } = model;
  if (!terms) return no({ code: "not_found" });
  switch (command.kind) {
    case "hold":
      return placeHold(model, terms, command);
    case "release":
      return release(model, terms, command);
    case "extend":
      return extend(model, terms, command);
    case "read":
      return read(model, terms, command);
    case "counts":
      return counts(model, terms);
    case "checkout":
      return checkout(model, terms, command);
    case "order":
      return readOrder(model, terms, command);
    case "settle":
      return settle(model, terms, command);
    case "return":
      return askBack(model, terms, command, pending);
    case "change_ticket":
    case "judged":
      throw new Error("the model has returns alone, and doors that answer at once");
    case "erase_contact":
      return erase(model, terms, command);
    case "resolve":
      return resolve(model, terms, command);
    case "claim":
      return claim(model, terms, command);
    case "unclaim":
      return unclaim(model, command);
    case "follow":
      return follow(model, command);
  }
}

function placeHold(model: NaiveModel, terms: Terms, command: Ledger.HoldCommand): Ledger.HoldReply {
  const { holder, quantity, source, notes } = command;
  const address = holder.organizationId ? null : (command.address ?? null);
  if (holder.organizationId && holder.organizationId !== terms.organizationId) return no({ code: "not_found" });
  const before = model.holds.find((hold) => hold.id === command.holdId);
  if (before) {
    const same =
      before.quantity === quantity &&
      before.source === source &&
      (before.notes === notes || before.status === "cancelled" || before.status === "expired") &&
      before.replaces === (command.replaces ?? null);
    return same ? yes({ hold: view(model, terms, before), replayed: true }) : no({ code: "idempotency_key_reused" });
  }
  if (terms.eventStatus === "draft" && holder.organizationId === null) return no({ code: "not_found" });
  const old = model.holds.find(({ id, userId }) => id === command.replaces && userId === holder.id);
  if (command.replaces && !old) return no({ code: "not_found", holdId: command.replaces });
  if (terms.organizationStatus === "suspended") return no({ code: "organization_suspended" });
  const closed = explainNotOnSale(terms, model.now);
  if (closed) return no(closed);
  if (quantity < terms.minPerOrder || quantity > terms.maxPerOrder) {
    return no({ code: "quantity_out_of_bounds", min: terms.minPerOrder, max: terms.maxPerOrder });
  }
  const gone = old && explainGone(old);
  if (gone) return no(gone);
  const others = activeHolds(model).filter((hold) => hold !== old);
  const counted = [...others, ...takenBy(model, ["doubt", "reserved"])];
  const has = sum(counted.filter((hold) => hold.userId === holder.id && hold.source === "web"));
  if (source === "web" && has + quantity > terms.maxPerOrder) {
    const remaining = has > terms.maxPerOrder ? 0 : terms.maxPerOrder - has;
    return no({ code: "shopper_limit_reached", maxPerOrder: terms.maxPerOrder, remaining });
  }
  const crowded = explainCrowded(model, terms, { address, quantity }, others);
  if (crowded) return no(crowded);
  const left =
    model.total - soldIn(model) - sum(others) - sum(takenBy(model, ["doubt", "reserved"])) - withdrawnIn(model);
  if (left < quantity) return no({ code: "sold_out", availableQuantity: left });
  const orders = model.orders.filter(({ status }) => status === "reserved");
  const claims = model.claims.filter(({ state }) => state === "doubt" || state === "reserved");
  if (others.length + orders.length + claims.length >= MOST_LIVE) {
    return no({ code: "overloaded", retryAfterSeconds: 5 });
  }
  const { now } = model;
  if (old) change(model, old, { status: "cancelled", notes: null, updatedAt: now, replacedBy: command.holdId });
  const hold: Hold = {
    ...{ id: command.holdId, userId: holder.id, quantity, status: "active", source, notes },
    ...{
      unitPrice: terms.unitPrice,
      heldUntil: old ? old.heldUntil : now + model.holdsLastMs,
      firstPlacedAt: old ? old.firstPlacedAt : now,
      extensionKeys: old ? old.extensionKeys : [],
      createdAt: now,
      updatedAt: now,
      orderId: null,
      replaces: command.replaces ?? null,
      replacedBy: null,
      basket: null,
      address,
      placedSeq: model.rows + 1,
      seq: 0,
    },
  };
  model.holds.push(hold);
  writeRow(model);
  return yes({ hold: view(model, terms, hold), replayed: false });
}

/** What is held from one address and not paid for: by holds that are active, and by those of live orders and claims. */
function explainCrowded(
  model: NaiveModel,
  terms: Terms,
  { address, quantity }: Pick<Hold, "address" | "quantity">,
  active: readonly Hold[],
): Refusal | null {
  const most = terms.maxUnpaidPerAddress ?? null;
  if (most === null || address === null) return null;
  const taken = takenBy(model, ["doubt", "reserved"]).map(({ holdId }) => holdId);
  const ordered = model.holds.filter((hold) => hold.status === "converted" && taken.includes(hold.id));
  const has = sum([...active, ...ordered].filter((hold) => hold.address === address));
  if (has + quantity <= most) return null;
  return { code: "address_limit_reached", maxUnpaid: most, remaining: has > most ? 0 : most - has };
}

function explainNotOnSale(terms: Terms, now: number): Refusal | null {
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
  return yes(view(model, terms, change(model, hold, { status: "cancelled", notes: null, updatedAt: model.now })));
}

function extend(model: NaiveModel, terms: Terms, command: Ledger.ExtendCommand): Ledger.HoldReply {
  const hold = holdSeenBy(model, terms, command.holdId, command.by);
  if (!hold) return no({ code: "not_found" });
  if (hold.extensionKeys.some((key) => key === command.key)) {
    return yes({ hold: view(model, terms, hold), replayed: true });
  }
  const gone = explainOver(terms, model.now) ?? explainGone(hold);
  if (gone) return no(gone);
  const { id: holdId, heldUntil } = hold;
  const offered = terms.holdExtension ?? "while_available";
  if (offered === "never") return no({ code: "extension_refused", reason: "not_offered", holdId });
  const lastMoment = hold.firstPlacedAt + AN_HOUR_MS;
  const never = hold.extensionKeys.length === EXTENSIONS || lastMoment - heldUntil < A_SECOND_MS;
  if (never) return no({ code: "extension_refused", reason: "limit", holdId });
  const wished = model.now + model.holdsLastMs;
  const until = wished < lastMoment ? wished : lastMoment;
  if (until < heldUntil + A_SECOND_MS) return yes({ hold: view(model, terms, hold), replayed: false });
  const soldOut = model.total - soldIn(model) - heldIn(model) - withdrawnIn(model) <= 0;
  if (soldOut && offered !== "always") return no({ code: "extension_refused", reason: "others_waiting", holdId });
  const extensionKeys = [...hold.extensionKeys, command.key];
  const extended = change(model, hold, { heldUntil: until, extensionKeys, updatedAt: model.now });
  return yes({ hold: view(model, terms, extended), replayed: false });
}

function read(model: NaiveModel, terms: Terms, command: Ledger.ReadCommand): Ledger.ReadReply {
  if (!command.holdIds.every((id) => holdSeenBy(model, terms, id, command.by))) return no({ code: "not_found" });
  const holds = command.holdIds
    .flatMap((id) => model.holds.filter((hold) => hold.id === id))
    .map((hold) => view(model, terms, hold));
  return yes({ holds });
}

function counts(model: NaiveModel, terms: Terms): Ledger.CountsReply {
  const [sold, held, withdrawn, { total }] = [soldIn(model), heldIn(model), withdrawnIn(model), model];
  const status = terms.hidden ? "hidden" : sold === total - withdrawn ? "sold_out" : "available";
  const visible = !terms.hidden && (terms.eventStatus === "published" || terms.eventStatus === "live");
  return yes({
    id: terms.ticketTypeId,
    seq: model.rows,
    status,
    total,
    sold,
    held,
    withdrawn,
    available: total - sold - held - withdrawn,
    at: model.now,
    visible,
  });
}

function takeTerms(model: NaiveModel, { terms }: Ledger.TermsCommand): Ledger.TermsReply {
  const isRestored = model.terms !== null && (terms.epoch ?? 0) > (model.terms.epoch ?? 0);
  if (model.terms && model.outcome && !isRestored) {
    const isOlder = (terms.epoch ?? 0) < (model.terms.epoch ?? 0) || terms.version < model.terms.version;
    if (isOlder) return no({ code: "version_conflict" });
    const isSame = isSameContent(model.terms, model.outcome, terms);
    if (terms.version === model.terms.version)
      return isSame ? yes({ version: terms.version, total: model.outcome }) : no({ code: "version_conflict" });
  }
  const [sold, held, withdrawn] = [soldIn(model), heldIn(model), withdrawnIn(model)];
  const committed = sold + held + withdrawn;
  const requested = terms.pendingTotal === null ? terms.total : terms.pendingTotal;
  const fits = requested >= committed;
  const stands = terms.total < committed ? model.total : terms.total;
  const judged = fits ? requested : stands;
  const total = isRestored ? model.total : judged;
  const shown = (hidden: boolean, of: number): string =>
    hidden ? "hidden" : sold + withdrawn === of ? "sold_out" : "available";
  const shows = `${total} ${shown(terms.hidden, total)}`;
  const showed = model.terms ? `${model.total} ${shown(model.terms.hidden, model.total)}` : "nothing";
  const numbers = { version: terms.version, total };
  const outcome: TotalOutcome =
    isRestored || fits
      ? { ...numbers, applied: true, ...(isRestored && { kept: true }) }
      : {
          ...numbers,
          applied: false,
          refusal: { code: "capacity_below_committed", requested, committed, sold, held, withdrawn },
        };
  Object.assign(model, { terms, outcome, total });
  if (shows !== showed) writeRow(model);
  return yes({ version: terms.version, total: outcome });
}

/** The same field by field; the total as it was sent, or as D1 has it since it got the outcome. */
function isSameContent(known: Terms, outcome: TotalOutcome, next: Terms): boolean {
  const contentOf = (terms: Terms): unknown => {
    const { version: _, epoch: __, hash: ___, ...content } = terms;
    return content;
  };
  const settled = { ...known, total: outcome.total, pendingTotal: null };
  return [known, settled].some((each) => isDeepStrictEqual(contentOf(each), contentOf(next)));
}
