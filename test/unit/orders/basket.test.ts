// A basket over the ledgers of three ticket types (rule O10): who places, who gives back, and the reply to every other
// request of its key, whenever it comes and wherever a Worker dies.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { placeBasket } from "../../../src/app/orders/place-basket.ts";
import { UNAVAILABLE } from "../../../src/domain/errors.ts";
import { holdIdFrom } from "../../../src/domain/ids.ts";
import type { HoldReply } from "../../../src/domain/ledger/command.ts";
import { BASKET_OPEN_MS, BASKET_PLACING_MS } from "../../../src/domain/limits.ts";
import { refuse } from "../../../src/domain/result.ts";
import {
  accepted,
  ask,
  asked,
  dieBefore,
  FIRST,
  openShow,
  SECOND,
  statusOf,
  THIRD,
  TYPES,
  typesOf,
  verbsOf,
} from "../../support/orders/basket-show.ts";
import {
  extendCommand,
  HOLD_TTL_MS,
  holdCommand,
  idOf,
  OTHER_SHOPPER,
  releaseCommand,
  sha256Bytes,
  SHOPPER,
  START,
  termsCommand,
} from "../../support/builders.ts";

const SOLD_OUT = { [THIRD]: { total: 1 } };
const soldOut = { ticketTypeId: THIRD, refusal: { code: "sold_out", availableQuantity: 1 } };

describe("a basket", () => {
  test("[O10] holds each type, one after the other in the order of their ids, and makes no other call", async () => {
    const show = openShow();
    const answer = accepted(await ask(show, "one"));
    expect(typesOf(answer)).toEqual(TYPES);
    expect(answer.value).toMatchObject({ refused: [], replayed: false });
    expect(verbsOf(show, "one")).toEqual(["hold 1", "hold 2", "hold 3"]);
    expect(show.heldOf()).toEqual([2, 2, 2]);
  });

  test("[O10] without all_or_nothing keeps what is held, and says what is not", async () => {
    const show = openShow({ [FIRST]: { hidden: true } });
    const answer = accepted(await ask(show, "one", { allOrNothing: false }));
    expect(typesOf(answer)).toEqual([SECOND, THIRD]);
    const refusal = { code: "not_on_sale", reason: "ticket_type_hidden" };
    expect(answer.value).toMatchObject({ refused: [{ ticketTypeId: FIRST, refusal }], replayed: false });
    expect(verbsOf(show, "one")).toEqual(["hold 1", "hold 2", "hold 3"]);
  });

  test("[O10] all or nothing gives back what it placed, the first last, and says why and to use a new key", async () => {
    const show = openShow(SOLD_OUT);
    expect(await ask(show, "one")).toEqual(refuse({ code: "basket_refused", refused: [soldOut], holdIds: [] }));
    expect(verbsOf(show, "one")).toEqual(["hold 1", "hold 2", "hold 3", "release 2", "release 1"]);
    expect(show.heldOf()).toEqual([0, 0, 0]);
  });

  test("[O10] all or nothing that was refused is refused to its repeats, though there would be room by then", async () => {
    const show = openShow(SOLD_OUT);
    await ask(show, "one");
    show.driver(THIRD).send(termsCommand({ ticketTypeId: THIRD, version: 2, total: 10 }), START);
    const refused = [{ ticketTypeId: THIRD, refusal: null }];
    expect(await ask(show, "again")).toEqual(refuse({ code: "basket_refused", refused, holdIds: [] }));
    expect(verbsOf(show, "again")).toEqual(["hold 1", "read 1", "read 2", "read 3"]);
    expect(show.heldOf()).toEqual([0, 0, 0]);
    expect(await ask(show, "anew", { idempotencyKey: "another" })).toMatchObject({ ok: true });
  });

  test("[O10] of which nothing was placed leaves its key free", async () => {
    const show = openShow({ [FIRST]: { total: 1 } });
    const refused = [{ ticketTypeId: FIRST, refusal: { code: "sold_out", availableQuantity: 1 } }];
    expect(await ask(show, "one")).toEqual(refuse({ code: "basket_refused", refused, holdIds: [] }));
    show.driver(FIRST).send(termsCommand({ ticketTypeId: FIRST, version: 2 }), START);
    expect(await ask(show, "again")).toMatchObject({ ok: true, value: { replayed: false } });
  });

  test("[O10] [T3] of an unknown event, or of which a type is another event's, finds no such type", async () => {
    const other = idOf("evt", "another");
    const unknown = openShow();
    expect(await ask(unknown, "one", { eventId: other })).toEqual(refuse({ code: "not_found" }));
    expect(await ask(unknown, "two", { eventId: other, allOrNothing: false })).toEqual(refuse({ code: "not_found" }));
    const mixed = openShow({ [SECOND]: { eventId: other } });
    const refused = [{ ticketTypeId: SECOND, refusal: { code: "not_found" } }];
    expect(await ask(mixed, "one")).toEqual(refuse({ code: "basket_refused", refused, holdIds: [] }));
    expect(mixed.heldOf()).toEqual([0, 0, 0]);
  });

  test("[O10] [T4] that meets a suspended organisation is refused as a hold is", async () => {
    const show = openShow({ [FIRST]: { organizationStatus: "suspended" } });
    expect(await ask(show, "one")).toEqual(refuse({ code: "organization_suspended" }));
  });

  test("[O10] places nothing more 5 s after it began, and at the millisecond before it still does", async () => {
    for (const [late, held] of [
      [BASKET_PLACING_MS - 1, [2, 2, 2]],
      [BASKET_PLACING_MS, [2, 2, 0]],
    ] as const) {
      const show = openShow();
      show.instead = ({ verb, type }) => {
        if (verb === "hold" && type === SECOND) show.clock = START + late;
        return null;
      };
      await ask(show, "one", { allOrNothing: false });
      expect(show.heldOf()).toEqual(held);
    }
  });
});

describe("another request of a basket's key", () => {
  test("[O10] [H8] returns the present holds, and places nothing", async () => {
    const show = openShow();
    await ask(show, "one");
    show.driver(SECOND).send(releaseCommand(show.holdId(SECOND)), START + 1);
    const answer = accepted(await ask(show, "again"));
    expect(answer.value).toMatchObject({
      replayed: true,
      refused: [],
      holds: [{ status: "active" }, { status: "cancelled" }, { status: "active" }],
    });
    expect(verbsOf(show, "again")).toEqual(["hold 1", "read 1", "read 2", "read 3"]);
  });

  test("[O10] is refused while the first goes on, until 15 s after its first hold; then what it left", async () => {
    for (const allOrNothing of [true, false]) {
      const show = openShow();
      const died = dieBefore(show, "one", "hold", SECOND);
      void ask(show, "one", { allOrNothing });
      await died;
      show.clock = START + BASKET_OPEN_MS - 1;
      expect(await ask(show, "soon", { allOrNothing })).toEqual(refuse({ code: "idempotency_in_progress" }));
      show.clock = START + BASKET_OPEN_MS;
      const refused = [SECOND, THIRD].map((ticketTypeId) => ({ ticketTypeId, refusal: null }));
      const late = await ask(show, "late", { allOrNothing });
      if (allOrNothing) {
        expect(late).toEqual(refuse({ code: "basket_refused", refused, holdIds: [show.holdId(FIRST)] }));
      } else
        expect(late).toMatchObject({ ok: true, value: { holds: [{ status: "active" }], refused, replayed: true } });
      for (const by of ["soon", "late"]) expect(verbsOf(show, by)).toEqual(["hold 1", "read 1", "read 2", "read 3"]);
      expect(show.heldOf()).toEqual([2, 0, 0]);
    }
  });

  const deaths = [
    ...TYPES.map((type) => ["hold", type] as const),
    ...[SECOND, FIRST].map((type) => ["release", type] as const),
  ];
  test.each(deaths)(
    "[O10] gives back nothing of one whose Worker died before its %s of %s: it runs out",
    async (verb, type) => {
      const show = openShow(SOLD_OUT);
      const died = dieBefore(show, "one", verb, type);
      void ask(show, "one");
      await died;
      const before = show.heldOf();
      const diedFirst = verb === "hold" && type === FIRST;
      for (const [by, at] of [
        ["soon", 1],
        ["late", BASKET_OPEN_MS],
        ["later", HOLD_TTL_MS - 1],
      ] as const) {
        if (diedFirst) continue;
        show.clock = START + at;
        await ask(show, by);
        expect(verbsOf(show, by)).toEqual(["hold 1", "read 1", "read 2", "read 3"]);
        expect(show.heldOf()).toEqual(before);
      }
      show.clock = START + HOLD_TTL_MS;
      for (const each of TYPES) show.driver(each).batch([], show.clock);
      expect(show.heldOf()).toEqual([0, 0, 0]);
    },
  );

  test("[O10] whose replies say that every hold is new would be caught: it gives back what another placed", async () => {
    async function standsAfterRepeat(broken: boolean): Promise<unknown[]> {
      const show = openShow(SOLD_OUT);
      const died = dieBefore(show, "one", "hold", THIRD);
      void ask(show, "one");
      await died;
      const context = show.context("again");
      const asNew = async (reply: Promise<HoldReply>): Promise<HoldReply> => {
        const known = await reply;
        return known.ok && broken ? { ok: true, value: { ...known.value, replayed: false } } : known;
      };
      await placeBasket(
        {
          ...context,
          inventories: (type) => {
            const inventory = context.inventories(type);
            return { ...inventory, hold: (command) => asNew(inventory.hold(command)) };
          },
        },
        asked(),
      );
      return [FIRST, SECOND].map((type) => statusOf(show, type));
    }
    expect(await standsAfterRepeat(false)).toEqual(["active", "active"]);
    expect(await standsAfterRepeat(true)).toEqual(["cancelled", "cancelled"]);
  });

  test("[O10] [H8] that requests something else has reused the key", async () => {
    const show = openShow();
    await ask(show, "one");
    const items = asked().items.slice(1);
    for (const changes of [{ items }, { allOrNothing: false, items: asked().items }] as const) {
      expect(await ask(show, "again", changes)).toEqual(refuse({ code: "idempotency_key_reused" }));
    }
    expect(show.heldOf()).toEqual([2, 2, 2]);
  });

  test("[O10] is no hold alone with the same key, nor the other way round", async () => {
    const show = openShow();
    await ask(show, "one");
    const alone = { ...holdCommand("key", { quantity: 2 }), holdId: holdIdFrom(FIRST, SHOPPER, "key", sha256Bytes) };
    expect(show.driver(FIRST).send(alone, START)).toMatchObject({ value: { replayed: false } });
  });
});

describe("a basket that is given back", () => {
  test("[O10] leaves a hold that has changed since it was placed, and names it", async () => {
    const show = openShow(SOLD_OUT);
    show.instead = ({ verb, type }) => {
      if (verb === "hold" && type === THIRD)
        show.driver(SECOND).send(extendCommand(show.holdId(SECOND)), START + 60_000);
      return null;
    };
    const answer = await ask(show, "one");
    expect(answer).toMatchObject({ refusal: { code: "basket_refused", holdIds: [show.holdId(SECOND)] } });
    expect(show.heldOf()).toEqual([0, 2, 0]);
  });

  test("[O10] leaves and names an earlier hold: its response may have been lost and requested again", async () => {
    const show = openShow(SOLD_OUT);
    const { inventories, ...context } = show.context("one");
    const twice = (type: Parameters<typeof inventories>[0]): ReturnType<typeof inventories> => {
      const { hold, ...inventory } = inventories(type);
      if (type !== SECOND) return { ...inventory, hold };
      return { ...inventory, hold: (command) => hold(command).then(() => hold(command)) };
    };
    const answer = await placeBasket({ ...context, inventories: twice }, asked());
    expect(answer).toMatchObject({ refusal: { code: "basket_refused", holdIds: [show.holdId(SECOND)] } });
    expect(show.heldOf()).toEqual([0, 2, 0]);
  });

  test("[O10] leaves what cannot be reached, and names it", async () => {
    const show = openShow(SOLD_OUT);
    const away = refuse(UNAVAILABLE);
    show.instead = ({ verb, type }) => (verb === "release" && type === FIRST ? away : null);
    expect(await ask(show, "one")).toMatchObject({ refusal: { holdIds: [show.holdId(FIRST)] } });
    expect(show.heldOf()).toEqual([2, 0, 0]);
  });

  test("[O10] is one, too, when a type cannot be reached, since its key has been used", async () => {
    const show = openShow();
    const away = refuse(UNAVAILABLE);
    show.instead = ({ verb, type }) => (verb === "hold" && type === THIRD ? away : null);
    const refused = [{ ticketTypeId: THIRD, refusal: away.refusal }];
    expect(await ask(show, "one")).toEqual(refuse({ code: "basket_refused", refused, holdIds: [] }));
    show.instead = ({ type }) => (type === FIRST ? away : null);
    expect(await ask(show, "two", { idempotencyKey: "two" })).toEqual(away);
  });
});

test("[O10] of concurrent requests with one key, in any order of steps, one places and none gives back", async () => {
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), fc.boolean(), fc.boolean(), async (scheduler, allOrNothing, hasRoom) => {
      const show = openShow(hasRoom ? {} : SOLD_OUT);
      show.before = (call) => scheduler.schedule(Promise.resolve(), `${call.by}: ${call.verb} ${call.type}`);
      const requests = ["a", "b", "c"].map((by) => ask(show, by, { allOrNothing }));
      await scheduler.waitFor(Promise.all(requests));
      const placing = new Set(
        show.calls.filter(({ verb, type }) => verb === "hold" && type !== FIRST).map(({ by }) => by),
      );
      const releasing = new Set(show.calls.filter(({ verb }) => verb === "release").map(({ by }) => by));
      expect(placing.size).toBe(1);
      expect([...releasing].filter((by) => !placing.has(by))).toEqual([]);
      const expected = hasRoom ? [2, 2, 2] : allOrNothing ? [0, 0, 0] : [2, 2, 0];
      expect(show.heldOf()).toEqual(expected);
    }),
    { numRuns: 300 },
  );
});

test("[O10] of another shopper with the same key is another basket", async () => {
  const show = openShow();
  await ask(show, "one");
  const context = { ...show.context("two"), actor: { kind: "shopper", id: OTHER_SHOPPER } as const };
  expect(await placeBasket(context, asked())).toMatchObject({ ok: true, value: { replayed: false } });
  expect(show.heldOf()).toEqual([4, 4, 4]);
});
