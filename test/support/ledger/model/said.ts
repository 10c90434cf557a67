// Turns an abstract step into a time and a command, by the steps before it.

import type { Hold } from "../../../../src/domain/orders/hold.ts";
import type { HolderId, HoldId } from "../../../../src/domain/ids.ts";
import type { CheckoutCommand, Claimed, ClaimCommand, Command } from "../../../../src/domain/ledger/command.ts";
import type { Terms } from "../../../../src/domain/terms.ts";
import { addressHash } from "../address.ts";
import {
  attemptOf,
  BOX_OFFICE,
  checkoutCommand,
  CONTACT,
  eraseCommand,
  claimCommand,
  ELSEWHERE,
  EVENT,
  extendCommand,
  followCommand,
  hashed,
  holdCommand,
  HOUR,
  holdIdOf,
  idOf,
  linkCommand,
  orderCommand,
  readCommand,
  releaseCommand,
  resolveCommand,
  settleCommand,
  SHOPPER,
  START,
  termsOf,
  unclaimCommand,
} from "../../builders.ts";
import type { Act, Move, Of } from "./histories.ts";
import type { TermsChange } from "./terms-histories.ts";
import { activeHolds, type NaiveModel } from "./naive-parts.ts";
import { returnCommand } from "../return-command.ts";

/** The commands so far, newest first; `clock` is the wall clock, which may run backwards. */
export type Said = {
  clock: number;
  terms: Terms;
  commands: Command[];
  holds: HoldId[];
  checkouts: CheckoutCommand[];
  claims: ClaimCommand[];
};

export function nothingSaid(total: number): Said {
  return { clock: START, terms: termsOf({ total }), commands: [], holds: [], checkouts: [], claims: [] };
}

export function moveClock(said: Said, model: NaiveModel, move: Move): void {
  if (move.to === "later") {
    said.clock += move.ms;
    return;
  }
  const time = pickFrom(
    boundaries(said, model, move.to).sort((a, b) => a - b),
    move.pick,
  );
  if (time !== null) said.clock = time + move.offset;
}

function boundaries({ clock }: Said, model: NaiveModel, of: "expiry" | "order" | "sale"): number[] {
  if (of === "expiry") return activeHolds(model).map(({ heldUntil }) => heldUntil);
  if (of === "order") {
    const reserved = model.orders.filter(({ status }) => status === "reserved").map(({ expiresAt }) => expiresAt);
    return [...reserved, ...model.claims.map(({ deadline }) => deadline)];
  }
  if (!model.terms) return [];
  const { saleStart, saleEnd, eventSaleStart, eventSaleEnd, eventEnd } = model.terms;
  // An event that is over for days would end the history there; the near bounds are those that a change has set.
  return [saleStart, saleEnd, eventSaleStart, eventSaleEnd, eventEnd]
    .filter((at) => at !== null)
    .filter((at) => at < clock + HOUR);
}

/** The command that `act` means here, or null if there is nothing yet for it. */
export function commandOf(said: Said, model: NaiveModel, act: Act): Command | null {
  const command = concrete(said, model, act);
  if (!command) return null;
  said.commands.unshift(command);
  if (command.kind === "hold" && !said.holds.includes(command.holdId)) said.holds.unshift(command.holdId);
  if (command.kind === "checkout") said.checkouts.unshift(command);
  if (command.kind === "claim") said.claims.unshift(command);
  if (command.kind === "terms" && !isOlder(command.terms, said.terms)) said.terms = command.terms;
  return command;
}

function concrete(said: Said, model: NaiveModel, act: Act): Command | null {
  switch (act.kind) {
    case "hold":
      return holdCommand(String(act.key), {
        by: act.by,
        quantity: act.quantity,
        notes: act.notes,
        source: act.door && act.by === BOX_OFFICE ? "scanner" : "web",
        address: ADDRESSES[act.key % ADDRESSES.length] ?? null,
      });
    case "release": {
      const { by, ids } = holdsFor(said, model, act);
      const id = pickFrom(ids, act.pick);
      return id ? releaseCommand(id, by) : null;
    }
    case "swap": {
      const { by, ids } = holdsFor(said, model, act);
      const replaces = pickFrom(ids, act.pick);
      const key = String(act.key);
      return replaces ? holdCommand(key, { by, quantity: act.quantity, replaces, address: ADDRESSES[0] }) : null;
    }
    case "extend": {
      const { by, ids } = holdsFor(said, model, act);
      const id = pickFrom(ids, act.pick);
      return id ? extendCommand(id, String(act.key), by) : null;
    }
    case "read":
      return readCommand(picked(said.holds, act.picks), act.by);
    case "counts":
      return { kind: "counts" };
    case "checkout":
    case "claim": {
      const { by, ids } = holdsFor(said, model, { ...act, pick: act.picks[0] ?? 0 });
      const chosen = picked(ids, act.picks);
      if (chosen.length === 0) return null;
      const order = { by, key: String(act.key), n: act.n };
      if (act.kind === "claim") return claimCommand(chosen, order);
      // Of the same key now with a contact and now without: the first alone counts.
      const personal = act.picks.length === 2 ? {} : { contact: CONTACT, locale: "af" as const };
      return checkoutCommand(chosen, { ...order, ...personal, claimed: ELSEWHERE_CLAIMED[act.elsewhere] });
    }
    case "order": {
      const known = pickFrom(said.checkouts, act.pick);
      if (known && act.n > 0) return linkCommand(known.orderId);
      return known && orderCommand(known.orderId, act.pick > 2 ? act.by : known.buyer.id);
    }
    case "resolve": {
      const known = pickFrom(said.checkouts, act.pick);
      return known && resolveCommand(known.orderId, attemptOf(known.orderId, known.holdIds, act.n));
    }
    case "settle": {
      const known = pickFrom(said.checkouts, act.pick);
      return known && settleCommand(known.orderId, act.status, act.pick > 2 ? act.by : known.buyer.id);
    }
    case "return": {
      // Most are of orders that have something to return.
      const sold = model.orders.filter(({ status }) => status === "confirmed").map(({ id }) => id);
      const soldTo = said.checkouts.filter(({ orderId }) => sold.includes(orderId));
      const known = pickFrom(soldTo.length > 0 && act.pick < 10 ? soldTo : said.checkouts, act.pick);
      if (!known) return null;
      const named = act.quantities === "all" ? [] : act.quantities;
      const items = named.flatMap((quantity, at) => {
        const holdId = known.holdIds[at];
        return holdId ? [{ holdId, quantity }] : [];
      });
      return returnCommand(known.orderId, act.quantities === "all" ? "all" : items, {
        ...{ key: String(act.key), returnToStock: act.toStock, by: act.pick > 2 ? act.by : known.buyer.id },
        ...(act.stale && { ifMatch: "never" as const }),
      });
    }
    case "erase": {
      const known = pickFrom(said.checkouts, act.pick);
      return known && eraseCommand(known.orderId, act.pick > 2 ? act.by : known.buyer.id);
    }
    case "unclaim": {
      const known = pickFrom(said.claims, act.pick);
      return known && unclaimCommand({ ...known, attempt: attemptOf(known.orderId, known.holdIds, act.n) });
    }
    case "follow": {
      const known = pickFrom(said.claims, act.pick);
      if (!known) return null;
      const holds = known.holdIds.flatMap((id) => model.holds.filter((hold) => hold.id === id));
      const meant = act.anew ? holds.map((hold) => ({ ...hold, placedSeq: hold.placedSeq + 1 })) : holds;
      const status = act.status === "returned" ? "cancelled" : act.status;
      const returned = Object.fromEntries(holds.map((hold) => [hold.id, returnedOf(hold, act)]));
      return followCommand(known, meant, { status, seq: act.seq, expiresAt: said.clock + act.lasts, returned });
    }
    case "terms":
      return {
        kind: "terms",
        actor: "test",
        requestId: "req-1",
        terms: hashed({
          ...changedTerms(said, act.change),
          version: said.terms.version + act.newer,
          epoch: Math.max(0, (said.terms.epoch ?? 0) + act.restored),
        }),
      };
    case "again":
      return pickFrom(said.commands, act.pick);
  }
}

function isOlder(terms: Terms, than: Terms): boolean {
  const [epoch, before] = [terms.epoch ?? 0, than.epoch ?? 0];
  return epoch < before || (epoch === before && terms.version < than.version);
}

function changedTerms({ terms, clock }: Said, change: TermsChange): Terms {
  switch (change.kind) {
    case "total":
      return { ...terms, total: change.value, pendingTotal: null };
    case "pending":
      return { ...terms, pendingTotal: change.value };
    case "unpaid":
      return { ...terms, maxUnpaidPerAddress: change.value };
    case "max":
      return { ...terms, maxPerOrder: change.value };
    case "price":
      return { ...terms, unitPrice: change.value };
    case "orderMinutes":
      return { ...terms, orderMinutes: change.value };
    case "extension":
      return { ...terms, holdExtension: change.value };
    case "hidden":
      return { ...terms, hidden: change.value };
    case "event":
      return { ...terms, eventStatus: change.value };
    case "organization":
      return { ...terms, organizationStatus: change.value };
    case "saleStart":
    case "saleEnd":
      return { ...terms, [change.kind]: change.value === null ? null : clock + change.value };
    case "eventSaleStart":
      return { ...terms, eventSaleStart: clock + (change.value ?? -HOUR) };
    case "eventSaleEnd":
    case "eventEnd":
      return { ...terms, [change.kind]: clock + (change.value ?? 24 * HOUR) };
  }
}

/** Where holds come from, by their keys: several shoppers from one address, and one from none that is known. */
const ADDRESSES = [addressHash(1), addressHash(2), null] as const;

/** Who acts, and the holds to pick from. */
function holdsFor(
  said: Said,
  model: NaiveModel,
  { by, of: which, pick: at }: { readonly by: HolderId; readonly of: Of; readonly pick: number },
): { by: HolderId; ids: HoldId[] } {
  const owner = which === "active" ? pickFrom(activeHolds(model), at)?.userId : undefined;
  if (owner)
    return {
      by: owner,
      ids: activeHolds(model)
        .filter(({ userId }) => userId === owner)
        .map(({ id }) => id),
    };
  if (which === "any") return { by, ids: said.holds };
  const queried = said.commands.flatMap((command) =>
    command.kind === "hold" && command.holder.id === by ? [command.holdId] : [],
  );
  return { by, ids: [...new Set(queried)] };
}

/** How much of a hold was returned when its home was at `seq`; it only grows, since returns are never undone. */
function returnedOf({ quantity, placedSeq }: Hold, { status, seq }: Extract<Act, { kind: "follow" }>) {
  const part = Math.min(quantity - 1, Math.max(0, seq - 2));
  const returned = status === "returned" ? quantity : status === "confirmed" ? part : 0;
  // Of an odd number the odd one is withdrawn of every other hold.
  return { returned, withdrawn: Math.floor((returned + (placedSeq % 2)) / 2) };
}

/** What a checkout brings of another type: a hold that that one says it has claimed. */
const ELSEWHERE_CLAIMED: Readonly<Record<"nothing" | "same event" | "another event", Claimed[]>> = {
  nothing: [],
  "same event": [{ eventId: EVENT, holds: [claimedHold("same event")] }],
  "another event": [{ eventId: idOf("evt", "another"), holds: [claimedHold("another event")] }],
};

function claimedHold(key: string): Claimed["holds"][number] {
  const holdId = holdIdOf(SHOPPER, key, ELSEWHERE);
  return { holdId, placedSeq: 3, quantity: 2, source: "web", unitPrice: 9_000 };
}

function picked(ids: readonly HoldId[], picks: readonly number[]): HoldId[] {
  return [...new Set(picks.flatMap((at) => pickFrom(ids, at) ?? []))];
}

function pickFrom<T>(list: readonly T[], at: number): T | null {
  return list[at % Math.max(1, list.length)] ?? null;
}
