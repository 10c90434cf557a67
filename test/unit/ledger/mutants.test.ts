// The harness proves itself: ledgers that are broken on purpose, each in one place, are caught by the random histories.
// @module-tag slow

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Command } from "../../../src/domain/ledger/command.ts";
import { decide } from "../../../src/domain/ledger/decide.ts";
import { expireOrders } from "../../../src/domain/ledger/decisions/keep-order.ts";
import { expireDue, expiryOf } from "../../../src/domain/ledger/decisions/expire-holds.ts";
import { addLive, dropLive, liveSlots } from "../../../src/domain/ledger/memory/live-holds.ts";
import {
  applyChanges,
  type Draft,
  draftClaim,
  draftHold,
  draftOrder,
  isVoid,
} from "../../../src/domain/ledger/memory/draft.ts";
import type { AttemptId } from "../../../src/domain/ids.ts";
import { isLive } from "../../../src/domain/orders/order.ts";
import { holdIdOf, MINUTE } from "../../support/builders.ts";
import { type Fault, openBroken } from "../../support/ledger/model/broken-ledger.ts";
import { HOLD_MUTANTS } from "../../support/ledger/model/hold-mutants.ts";
import { memoryStore } from "../../support/ledger/driver.ts";
import { playHistory } from "../../support/ledger/model/harness.ts";
import { history } from "../../support/ledger/model/histories.ts";
import { RETURN_FAULTS } from "../../support/ledger/model/return-faults.ts";

const MAX_RUNS = 2_000;

/** How many histories it took to see that the ledger is broken, or null when none of them showed it. */
function runsToCatch(fault: Fault): number | null {
  const property = fc.property(history, (played) => playHistory(played, memoryStore(), openBroken(fault)));
  const result = fc.check(property, { seed: 20_261_201, numRuns: MAX_RUNS, endOnFailure: true });
  return result.failed ? result.numRuns : null;
}

/** Makes `command` find its hold as if it were still active. */
function forgetRelease(draft: Draft, command: Command): void {
  if (command.kind !== "release") return;
  const hold = draftHold(draft, command.holdId);
  if (hold?.status === "cancelled") draft.holds.set(hold.id, { ...hold, status: "active" });
}

const MUTANTS: Readonly<Record<string, Fault>> = {
  ...HOLD_MUTANTS,
  "takes a hold on wake for one that runs out a minute earlier": {
    wake({ holds }) {
      for (const slot of liveSlots(holds)) {
        dropLive(holds, slot);
        return addLive(holds, { ...slot, heldUntil: slot.heldUntil - MINUTE });
      }
    },
  },
  "checks and writes apart, so that two commands of a batch take the same tickets": { checkApartFromWrite: true },
  "gives a released hold back a second time": {
    decide(draft, command, settings) {
      forgetRelease(draft, command);
      return decide(draft, command, settings);
    },
  },
  "does not look a repeated key up": {
    decide(draft, command, settings) {
      const isRepeat = command.kind === "hold" && draftHold(draft, command.holdId) !== null;
      return decide(
        draft,
        isRepeat ? { ...command, holdId: holdIdOf(command.holder.id, `again ${draft.head.seq}`) } : command,
        settings,
      );
    },
  },
  "still takes a hold at held_until": {
    expire(draft) {
      for (const hold of draft.found.holds.values()) {
        if (hold.status === "active" && hold.heldUntil < draft.now) applyChanges(draft, [expiryOf(hold, draft.now)]);
      }
    },
  },
  "sums up a second time what it gave back at once": { forgetsRanOut: true },
  "keeps the quantity of a claim that is undone after held_until": {
    decide(draft, command, settings) {
      const { changes, reply: answer } = decide(draft, command, settings);
      return {
        changes: command.kind === "unclaim" ? changes.filter(({ entry }) => entry?.kind !== "expire") : changes,
        reply: answer,
      };
    },
  },
  "takes a batch into memory before its transaction": { adoptBeforeWrite: true },
  "confirms an order that was cancelled": {
    decide(draft, command, settings) {
      const order = command.kind === "settle" ? draftOrder(draft, command.orderId) : null;
      if (order?.status === "cancelled") draft.orders.set(order.id, { ...order, status: "reserved" });
      return decide(draft, command, settings);
    },
  },
  "expires an order over its confirmation": {
    expireOrders(draft) {
      for (const order of draft.found.orders.values()) {
        if (order.status === "confirmed" && draft.now >= order.expiresAt) {
          draft.orders.set(order.id, { ...order, status: "expired" });
        }
      }
      expireOrders(draft);
    },
  },
  "lets an order be confirmed at expires_at": {
    expireOrders(draft) {
      const late = { ...draft, now: draft.now - 1 };
      expireOrders(late);
      Object.assign(draft, { head: late.head });
    },
  },
  "makes an order without looking at its attempt's void": {
    decide(draft, command, settings) {
      if (command.kind !== "checkout" || !isVoid(draft, command.attempt)) return decide(draft, command, settings);
      const other = `${command.attempt.slice(1)}0` as AttemptId;
      return decide(draft, { ...command, attempt: other }, settings);
    },
  },
  "keeps its voids in memory alone": { voidsInMemory: true },
  "undoes a claim by the order's name alone": {
    decide(draft, command, settings) {
      const claim = command.kind === "unclaim" ? draftClaim(draft, command.orderId) : null;
      return decide(draft, claim ? ({ ...command, attempt: claim.attempt } as Command) : command, settings);
    },
  },
  "follows an order by its name alone": {
    decide(draft, command, settings) {
      const claim = command.kind === "follow" ? draftClaim(draft, command.order.id) : null;
      if (command.kind !== "follow" || !claim) return decide(draft, command, settings);
      const items = command.order.items.map((item) => ({
        ...item,
        ...claim.holds.find(({ holdId }) => holdId === item.holdId),
      }));
      return decide(draft, { ...command, order: { ...command.order, attempt: claim.attempt, items } }, settings);
    },
  },
  ...RETURN_FAULTS,
  "follows an older revision": {
    decide(draft, command, settings) {
      const claim = command.kind === "follow" ? draftClaim(draft, command.order.id) : null;
      if (claim && isLive(claim.state)) draft.claims.set(claim.orderId, { ...claim, revision: -1 });
      return decide(draft, command, settings);
    },
  },
  "forgets on wake what a shopper's orders count against the limit": {
    wake(book) {
      book.quantities.clear();
    },
  },
  "lets older terms overwrite newer ones": {
    decide(draft, command, settings) {
      const current = draft.terms;
      if (command.kind !== "terms" || !current || command.terms.version >= current.terms.version)
        return decide(draft, command, settings);
      draft.terms = { ...current, terms: { ...current.terms, version: command.terms.version - 1 } };
      return decide(draft, command, settings);
    },
  },
  "lets an older epoch overwrite a newer one": {
    decide(draft, command, settings) {
      if (command.kind !== "terms") return decide(draft, command, settings);
      const { epoch: _, ...terms } = command.terms;
      if (draft.terms) draft.terms = { ...draft.terms, terms: { ...draft.terms.terms, epoch: 0 } };
      return decide(draft, { ...command, terms }, settings);
    },
  },
  "answers the same version with other content as taken": {
    decide(draft, command, settings) {
      if (command.kind !== "terms") return decide(draft, command, settings);
      const { hash: _, ...terms } = command.terms;
      return decide(draft, { ...command, terms }, settings);
    },
  },
  "takes the total of a restored D1": {
    decide(draft, command, settings) {
      const current = draft.terms;
      if (command.kind !== "terms" || !current || (command.terms.epoch ?? 0) <= (current.terms.epoch ?? 0))
        return decide(draft, command, settings);
      draft.terms = null;
      return decide(draft, command, settings);
    },
  },
  "forgets the hash of the row before": {
    expire(draft) {
      draft.head = { ...draft.head, hash: "" };
      expireDue(draft);
    },
  },
};

describe("[H1] the random histories catch a ledger that", () => {
  test.each(Object.entries(MUTANTS))("%s", (name, fault) => {
    const runs = runsToCatch(fault);
    console.info(`a ledger that ${name}: caught by history ${runs}`);
    expect(runs).not.toBeNull();
  });
});

test("[H1] the random histories pass a ledger that is put together like the broken ones and is not broken", () => {
  expect(runsToCatch({})).toBeNull();
});
