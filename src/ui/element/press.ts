// Decides what a press of a button in the element leads to, and which notices follow the answers. Pure.

import type { Hold, PublicEvent } from "../../client/wire.ts";
import { type MoreTime, moreTimeOf } from "../shared/more-time.ts";
import { refusalText } from "../shared/refusal-text.ts";
import type { BuyingWording } from "../shared/texts/buying-texts.ts";
import { type Place, showClock } from "../shared/time/time.ts";
import { ACTS, type DETAILS } from "../shared/views/basket.ts";
import type { Notice } from "../shared/views/show.ts";
import {
  againCall,
  changeCalls,
  contactIn,
  detailsIn,
  extendCalls,
  type Fields,
  holdCall,
  itemsIn,
  releaseCalls,
  wrongIn,
} from "./calls.ts";
import { nameOf } from "../shared/catalogue.ts";
import type { Call } from "./saved-state.ts";
import type { Outcome, ShopState } from "./shop.ts";

/**
 * The buttons of the basket's form and of the event's form, and those of the element itself, which choose the part that
 * is shown.
 */
const PRESSES = [...ACTS, "hold", "choose", "basket", "anew"] as const;
export type Press = (typeof PRESSES)[number];
type Wrong = readonly (typeof DETAILS)[number][];

/** The part that the shopper wants to see: `choose` more tickets, or the `basket`. */
export type Mode = "choose" | "basket";
export type Plan = {
  readonly calls: readonly Call[];
  readonly mode?: Mode;
  readonly notices: readonly Notice[];
  readonly wrong: Wrong;
};
const NOTHING: Plan = { calls: [], notices: [], wrong: [] };

/**
 * Reads the button's value: `release:hold_…` concerns one hold. A form that was sent without a named button is the
 * event's.
 */
export function pressIn(value: string): { readonly press: Press; readonly of: string } {
  const [name = "", of = ""] = value.split(":");
  return { press: PRESSES.find((each) => each === name) ?? "hold", of };
}

export function holdsOf({ holds }: ShopState, status: Hold["status"]): Hold[] {
  return holds.map(({ hold }) => hold).filter((hold) => hold.status === status);
}

type PressContext = {
  readonly press: Press;
  readonly of: string;
  readonly fields: Fields;
  readonly wording: BuyingWording;
  readonly state: ShopState;
  readonly event: PublicEvent;
  readonly newKey: () => string;
};

export function planOf(context: PressContext): Plan {
  const { press, of, fields, state, wording, event, newKey } = context;
  const active = holdsOf(state, "active");
  switch (press) {
    case "hold": {
      const typeIds = event.ticket_types.map(({ id }) => id);
      const calls = holdCall(itemsIn(fields, typeIds), newKey);
      return calls.length > 0 ? { ...NOTHING, calls } : { ...NOTHING, notices: [warn(wording.t.event.chooseSome)] };
    }
    case "choose":
      return { ...NOTHING, mode: "choose" };
    case "anew":
    case "basket":
      return { ...NOTHING, mode: "basket" };
    case "change":
      return { ...NOTHING, calls: changeCalls(fields, active, newKey) };
    case "release":
      return { ...NOTHING, calls: releaseCalls(active.filter(({ id }) => id === of).map(({ id }) => id)) };
    case "release_all":
      return { ...NOTHING, calls: releaseCalls(active.map(({ id }) => id)) };
    case "extend":
      return { ...NOTHING, calls: extendCalls(active, newKey) };
    case "again":
      return { ...NOTHING, calls: againCall(holdsOf(state, "expired"), newKey) };
    case "order":
      return orderPlan(context, active);
  }
}

/** Applies the amounts that were chosen but not yet applied, and then orders nothing yet (rule S8). */
function orderPlan({ fields, wording, event, newKey }: PressContext, active: readonly Hold[]): Plan {
  const changes = changeCalls(fields, active, newKey);
  if (changes.length > 0) return { ...NOTHING, calls: changes };
  const { contact, wrong } = contactIn(detailsIn(fields), event.venue.country);
  if (wrong.length > 0) return { ...NOTHING, wrong };
  const holdIds = active.map(({ id }) => id);
  if (holdIds.length === 0) return { ...NOTHING, notices: [warn(wording.t.basket.otherTab)] };
  return { ...NOTHING, calls: [{ kind: "checkout", key: newKey(), holdIds, contact, locale: wording.locale }] };
}

type Came = {
  readonly press: Press;
  readonly outcome: Outcome;
  readonly wording: BuyingWording;
  readonly state: ShopState;
  readonly event: PublicEvent;
};

/** The notices after a press: each type that was refused, with the reason (rule S12), or a message of success. */
export function noticesOf(came: Came): { readonly notices: readonly Notice[]; readonly wrong: Wrong } {
  const { outcome, wording, state, event } = came;
  const { refused } = outcome;
  if (refused.length === 0) return { notices: doneNotices(came), wrong: [] };
  const wrong = wrongIn(refused.flatMap(({ paths }) => paths));
  if (wrong.length > 0) return { notices: [], wrong };
  const place = placeOfEvent(wording, event);
  const lines = refused.map(({ facts, typeId }) => {
    const why = refusalText(wording, place, facts);
    return typeId === null ? why : wording.t.refusal.of(nameOf(event, typeId), why);
  });
  const [first = "", ...more] = new Set(lines);
  const { basket } = wording.t;
  if (came.press !== "hold") return { notices: [{ kind: "warn", text: first, more }], wrong: [] };
  const held = holdsOf(state, "active").length;
  const rest = held > 0 ? [basket.refusedMore(held)] : [];
  return { notices: [{ kind: "warn", text: basket.refused, more: [first, ...more, ...rest] }], wrong: [] };
}

function doneNotices({ press, outcome, wording, state, event }: Came): readonly Notice[] {
  const { basket } = wording.t;
  if (outcome.done.length === 0) return [];
  switch (press) {
    case "order":
      return outcome.done.includes("swap") ? [warn(basket.lookAgain)] : [];
    case "change":
      return [good(basket.changed)];
    case "release":
    case "release_all":
      return [good(basket.returned)];
    case "again":
      return [good(basket.gotBack)];
    case "extend": {
      const until = untilOf(state);
      return until === null ? [] : [good(basket.extended(showClock(placeOfEvent(wording, event), until)))];
    }
    case "hold":
    case "choose":
    case "basket":
    case "anew":
      return [];
  }
}

/** Whether the basket can be extended, by the present holds. */
export function moreTimeIn(state: ShopState): MoreTime {
  const held = holdsOf(state, "active").map(({ held_until, first_placed_at, extensions }) => ({
    heldUntil: Date.parse(held_until),
    firstPlacedAt: Date.parse(first_placed_at),
    extensions,
  }));
  return moreTimeOf(state.event?.hold_extension ?? "never", held);
}

/** When the first hold ends, epoch ms. */
export function untilOf(state: ShopState): number | null {
  const active = holdsOf(state, "active");
  return active.length === 0 ? null : Math.min(...active.map(({ held_until }) => Date.parse(held_until)));
}

function placeOfEvent({ locale }: BuyingWording, { venue }: PublicEvent): Place {
  return { locale, zone: venue.timezone };
}

function warn(text: string): Notice {
  return { kind: "warn", text };
}

function good(text: string): Notice {
  return { kind: "good", text };
}
