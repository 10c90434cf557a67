// Decides which calls a press of a button needs, each with its key, and how their responses change the saved state.
// Pure.

import type { CheckedOutOrder, Hold } from "../../client/wire.ts";
import { phoneOf } from "../shared/phone.ts";
import { type Details, DETAILS, lineName, shownName } from "../shared/views/basket.ts";
import { amountName } from "../shared/views/event.ts";
import type { Call, Contact, Item, SavedState } from "./saved-state.ts";

/** The fields of the form by their names. */
export type Fields = Readonly<Record<string, string>>;
type NewKey = () => string;

/** The amounts that were chosen, of the types that can be bought. */
export function itemsIn(fields: Fields, typeIds: readonly string[]): Item[] {
  return typeIds
    .map((typeId) => ({ typeId, quantity: Number(fields[amountName(typeId)] ?? 0) }))
    .filter(({ quantity }) => quantity > 0);
}

export function holdCall(items: readonly Item[], newKey: NewKey): Call[] {
  return items.length === 0 ? [] : [{ kind: "hold", key: newKey(), items }];
}

/** Holds again what ran out, each type once. */
export function againCall(expired: readonly Hold[], newKey: NewKey): Call[] {
  const amounts = new Map<string, number>();
  for (const { ticket_type_id: typeId, quantity } of expired)
    amounts.set(typeId, (amounts.get(typeId) ?? 0) + quantity);
  return holdCall(
    [...amounts].map(([typeId, quantity]) => ({ typeId, quantity })),
    newKey,
  );
}

/** One swap for each hold whose chosen amount differs from the one that the form showed (rules S7, S8). */
export function changeCalls(fields: Fields, active: readonly Hold[], newKey: NewKey): Call[] {
  return active.flatMap(({ id, ticket_type_id: typeId, quantity: held }): Call[] => {
    const [chosen, shown] = [fields[lineName(id)], fields[shownName(id)]];
    const quantity = Number(chosen ?? held);
    return chosen === shown || quantity === held || !(quantity > 0)
      ? []
      : [{ kind: "swap", key: newKey(), typeId, replaces: id, quantity }];
  });
}

export function releaseCalls(holdIds: readonly string[]): Call[] {
  return holdIds.map((holdId) => ({ kind: "release", holdId }));
}

export function extendCalls(active: readonly Hold[], newKey: NewKey): Call[] {
  return active.map(({ id: holdId }) => ({ kind: "extend", key: newKey(), holdId }));
}

export function detailsIn(fields: Fields): Details {
  return { name: fields["name"] ?? "", email: fields["email"] ?? "", phone: fields["phone"] ?? "" };
}

/**
 * The contact, and the fields that are obviously wrong; the server makes the full check and returns faults by field.
 * `country` is the venue's.
 */
export function contactIn(
  details: Details,
  country: string,
): { readonly contact: Contact; readonly wrong: readonly (typeof DETAILS)[number][] } {
  const name = details.name.trim();
  const email = details.email.trim();
  const phone = phoneOf(details.phone.trim(), country);
  const isWrong = {
    name: name === "" || name.length > 200,
    email: !/^[^\s@]+@[^\s@.]+(\.[^\s@.]+)+$/.test(email),
    phone: phone !== "" && !/^\+[1-9]\d{6,14}$/.test(phone),
  };
  const contact = { name, email, phone: phone === "" ? null : phone };
  return { contact, wrong: DETAILS.filter((each) => isWrong[each]) };
}

/** The fields of the details that the server's paths name: `/contact/email` is of `email`. */
export function wrongIn(paths: readonly string[]): (typeof DETAILS)[number][] {
  return DETAILS.filter((name) => paths.some((path) => /^[/.]?contact\b/.test(path) && path.endsWith(name)));
}

/** The result of a call that succeeded: the present holds, or the order. */
export type Done = { readonly holds: readonly Hold[]; readonly order: CheckedOutOrder | null };

/**
 * The saved state after a successful call. Two tabs may get the same response; the second changes nothing then.
 * `expired`: the holds that ran out; those of a type that was held again are left out.
 */
export function afterDone(saved: SavedState, call: Call, done: Done, expired: readonly Hold[] = []): SavedState {
  const { holdIds } = saved;
  switch (call.kind) {
    case "hold": {
      const types = new Set(done.holds.map(({ ticket_type_id }) => ticket_type_id));
      const replacedIds = new Set(
        expired.filter(({ ticket_type_id }) => types.has(ticket_type_id)).map(({ id }) => id),
      );
      const next = [...holdIds.filter((id) => !replacedIds.has(id)), ...done.holds.map(({ id }) => id)];
      return { ...saved, holdIds: [...new Set(next)] };
    }
    case "swap": {
      const id = done.holds[0]?.id;
      return { ...saved, holdIds: holdIds.map((each) => (each === call.replaces && id ? id : each)) };
    }
    case "release":
      return { ...saved, holdIds: holdIds.filter((id) => id !== call.holdId) };
    case "extend":
      return saved;
    case "checkout": {
      const { order } = done;
      if (!order) return saved;
      const { id, reference, order_link: link } = order;
      return {
        ...saved,
        holdIds: holdIds.filter((each) => !call.holdIds.includes(each)),
        order: { id, reference, link },
      };
    }
  }
}

/** The saved state without a call that got its final response, so that it is not sent again. */
export function without(saved: SavedState, call: Call): SavedState {
  const text = JSON.stringify(call);
  return { ...saved, pending: saved.pending.filter((each) => JSON.stringify(each) !== text) };
}
