// What an abstract step means here: the time it goes to and the command it says, by what was said before it.

import type { Hold } from "../../src/domain/hold.ts";
import type { HolderId, HoldId, OrderId } from "../../src/domain/ids.ts";
import type { Command } from "../../src/domain/ledger/command.ts";
import type { Terms } from "../../src/domain/terms.ts";
import {
  BOX_OFFICE,
  claimCommand,
  committedCommand,
  holdCommand,
  HOUR,
  readCommand,
  releaseCommand,
  settleCommand,
  START,
  termsOf,
  unclaimCommand,
} from "./builders.ts";
import type { Act, Move, Of, TermsChange } from "./ledger-histories.ts";
import { liveHolds, type NaiveModel } from "./naive-model.ts";

/** What has been said so far, newest first; `clock` is the wall clock, which may run backwards. */
export type Said = { clock: number; terms: Terms; commands: Command[]; holds: HoldId[]; orders: OrderId[] };

export function nothingSaid(total: number): Said {
  return { clock: START, terms: termsOf({ total }), commands: [], holds: [], orders: [] };
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
  const live = liveHolds(model);
  if (of === "expiry") return live.map(({ heldUntil }) => heldUntil);
  if (of === "order") return live.flatMap(({ claim }) => claim?.deadline ?? []);
  if (!model.terms) return [];
  const { saleStart, saleEnd, eventSaleStart, eventSaleEnd, eventEnd } = model.terms;
  // Why: an event that is over for days ends the history there; the near bounds are those that a change has set.
  return [saleStart, saleEnd, eventSaleStart, eventSaleEnd, eventEnd]
    .filter((at) => at !== null)
    .filter((at) => at < clock + HOUR);
}

/** The command that `act` stands for here, or null where there is nothing yet that it could be about. */
export function commandOf(said: Said, model: NaiveModel, act: Act): Command | null {
  const command = concrete(said, model, act);
  if (!command) return null;
  said.commands.unshift(command);
  if (command.kind === "hold" && !said.holds.includes(command.holdId)) said.holds.unshift(command.holdId);
  if (command.kind === "claim" && !said.orders.includes(command.orderId)) said.orders.unshift(command.orderId);
  if (command.kind === "terms" && command.terms.version >= said.terms.version) said.terms = command.terms;
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
      });
    case "release": {
      const { by, ids } = holdsFor(said, model, act);
      const id = pickFrom(ids, act.pick);
      return id ? releaseCommand(id, by) : null;
    }
    case "read":
      return readCommand(picked(said.holds, act.picks), act.by);
    case "counts":
      return { kind: "counts" };
    case "claim": {
      const { by, ids } = holdsFor(said, model, { ...act, pick: act.picks[0] ?? 0 });
      const chosen = picked(ids, act.picks);
      return chosen.length > 0 ? claimCommand(chosen, by, act.attempt) : null;
    }
    case "committed": {
      const id = orderFor(said, model, act.pick);
      return id ? committedCommand(id, said.clock + act.lasts) : null;
    }
    case "unclaim": {
      const id = orderFor(said, model, act.pick);
      return id ? unclaimCommand(id) : null;
    }
    case "settle": {
      const id = orderFor(said, model, act.pick);
      return id ? settleCommand(id, act.status) : null;
    }
    case "terms":
      return {
        kind: "terms",
        actor: "test",
        requestId: "req-1",
        terms: { ...changedTerms(said, act.change), version: said.terms.version + act.newer },
      };
    case "again":
      return pickFrom(said.commands, act.pick);
  }
}

function changedTerms({ terms, clock }: Said, change: TermsChange): Terms {
  switch (change.kind) {
    case "total":
      return { ...terms, total: change.value, pendingTotal: null };
    case "pending":
      return { ...terms, pendingTotal: change.value };
    case "max":
      return { ...terms, maxPerOrder: change.value };
    case "price":
      return { ...terms, unitPrice: change.value };
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
  const asked = said.commands.flatMap((command) =>
    command.kind === "hold" && command.holder.id === by ? [command.holdId] : [],
  );
  return { by, ids: [...new Set(asked)] };
}

function activeHolds(model: NaiveModel): Hold[] {
  return model.holds.filter(({ status }) => status === "active").reverse();
}

/** Mostly an order that is in doubt or reserved, at times any that was ever asked for. */
function orderFor(said: Said, model: NaiveModel, at: number): OrderId | null {
  const open = liveHolds(model).flatMap(({ claim }) => claim?.orderId ?? []);
  return at > 2 || open.length === 0 ? pickFrom(said.orders, at) : pickFrom(open.reverse(), at);
}

function picked(ids: readonly HoldId[], picks: readonly number[]): HoldId[] {
  return [...new Set(picks.flatMap((at) => pickFrom(ids, at) ?? []))];
}

function pickFrom<T>(list: readonly T[], at: number): T | null {
  return list[at % Math.max(1, list.length)] ?? null;
}
