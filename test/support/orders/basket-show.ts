// Sets up an event with three ticket types whose ledgers reply to a basket's requests over a network that the test
// controls.

import {
  type Basket,
  type BasketContext,
  type BasketInput,
  placeBasket,
} from "../../../src/app/orders/place-basket.ts";
import type { Refusal } from "../../../src/domain/errors.ts";
import { basketKey, type HoldId, holdIdFrom, type TicketTypeId, ticketTypeOfHold } from "../../../src/domain/ids.ts";
import { must, refuse, type Result } from "../../../src/domain/result.ts";
import { EVENT, findHold, idOf, sha256Bytes, SHOPPER, START, termsCommand } from "../builders.ts";
import { type Driver, openDriver } from "../ledger/driver.ts";

export const TYPES = ["front", "middle", "back"].map((name) => idOf("tt", name)).sort();
export const [FIRST, SECOND, THIRD] = TYPES as [TicketTypeId, TicketTypeId, TicketTypeId];
type Verb = "hold" | "read" | "release";
type Call = { readonly by: string; readonly verb: Verb; readonly type: TicketTypeId };

type Show = {
  readonly calls: Call[];
  clock: number;
  /** Runs before each call: it may wait, or never go on, as the call of a Worker that died. */
  before: (call: Call) => Promise<void>;
  /** Replies in place of the ledger, or null. */
  instead: (call: Call) => { ok: false; refusal: Refusal } | null;
  driver(type: TicketTypeId): Driver;
  holdId(type: TicketTypeId): HoldId;
  heldOf(): number[];
  context(by: string): BasketContext;
};

/** An event with three types of ten each, or of so many. */
export function openShow(changes: Partial<Record<TicketTypeId, Parameters<typeof termsCommand>[0]>> = {}): Show {
  const drivers = new Map(
    TYPES.map((ticketTypeId) => {
      const driver = openDriver();
      driver.send(termsCommand({ ticketTypeId, ...changes[ticketTypeId] }), START);
      return [ticketTypeId, driver];
    }),
  );
  const show: Show = {
    calls: [],
    clock: START,
    before: () => Promise.resolve(),
    instead: () => null,
    driver: (type) => must(drivers.get(type), "it is a type of the show"),
    holdId: (type) => holdIdFrom(type, SHOPPER, basketKey("key"), sha256Bytes),
    heldOf: () => TYPES.map((type) => must(drivers.get(type), "a type").book().head.held),
    context: (by) => ({
      actor: { kind: "shopper", id: SHOPPER },
      requestId: by,
      clock: () => show.clock,
      addressAt: () => null,
      inventories: (type) => {
        const answer = async <T>(
          verb: Verb,
          ask: (driver: Driver) => Result<T, Refusal>,
        ): Promise<Result<T, Refusal>> => {
          const call = { by, verb, type };
          await show.before(call);
          show.calls.push(call);
          const driver = drivers.get(type);
          return show.instead(call) ?? (driver ? ask(driver) : refuse({ code: "not_found" }));
        };
        return {
          hold: (command) => answer("hold", (driver) => driver.send({ kind: "hold", ...command }, show.clock)),
          read: (command) => answer("read", (driver) => driver.send({ kind: "read", ...command }, show.clock)),
          release: (command) => answer("release", (driver) => driver.send({ kind: "release", ...command }, show.clock)),
        };
      },
    }),
  };
  return show;
}

/** Two of each type, requested against the order of their ids. */
export function asked(changes: Partial<BasketInput> = {}): BasketInput {
  const items = [...TYPES].reverse().map((ticketTypeId) => ({ ticketTypeId, quantity: 2 }));
  return { eventId: EVENT, items, allOrNothing: true, idempotencyKey: "key", ...changes };
}
export const ask = (show: Show, by: string, changes: Partial<BasketInput> = {}) =>
  placeBasket(show.context(by), asked(changes));
export const verbsOf = (show: Show, by: string) =>
  show.calls.filter((call) => call.by === by).map(({ verb, type }) => `${verb} ${TYPES.indexOf(type) + 1}`);
export const statusOf = (show: Show, type: TicketTypeId) =>
  findHold(show.driver(type).store, show.holdId(type))?.status;
export const typesOf = ({ value }: { value: Basket }) => value.holds.map(({ id }) => ticketTypeOfHold(id));
export const accepted = (answer: Result<Basket, Refusal>) => ({
  value: must(answer.ok ? answer.value : null, JSON.stringify(answer)),
});
/** Stops `by` for good before this call, and resolves when it has got there. */
export function dieBefore(show: Show, by: string, verb: Verb, type: TicketTypeId): Promise<void> {
  return new Promise((died) => {
    show.before = (call) => {
      if (call.by !== by || call.verb !== verb || call.type !== type) return Promise.resolve();
      died();
      return new Promise(() => undefined);
    };
  });
}
