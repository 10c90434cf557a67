// The harness proves itself: ledgers that are broken on purpose, each in one place, are caught by the random histories.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { findNamed } from "../../src/domain/ledger/batch.ts";
import { openBook, inventoryNow } from "../../src/domain/ledger/book.ts";
import type { Command } from "../../src/domain/ledger/command.ts";
import { decide } from "../../src/domain/ledger/decide.ts";
import { expireDue, expiryOf } from "../../src/domain/ledger/decisions/release-hold.ts";
import { adoptDraft, applyChanges, type Draft, draftHold, openDraft } from "../../src/domain/ledger/draft.ts";
import { holdIdOf, SETTINGS } from "../support/builders.ts";
import { memoryStore, type OpenLedger } from "../support/ledger-driver.ts";
import { playHistory } from "../support/ledger-harness.ts";
import { history } from "../support/ledger-histories.ts";

const MAX_RUNS = 1_000;

/** What a mutant does otherwise; what it leaves out, it does as the ledger does. */
type Fault = {
  readonly expire?: (draft: Draft) => void;
  readonly decide?: typeof decide;
  /** Decides every command of a batch on the draft as it was before the batch. */
  readonly checkApartFromWrite?: boolean;
  readonly adoptBeforeWrite?: boolean;
};

function openBroken(fault: Fault): OpenLedger {
  const take = fault.decide ?? decide;
  return (store, clock) => {
    let book = openBook(store.load());
    return {
      book: () => book,
      reload() {
        book = openBook(store.load());
      },
      run(commands) {
        const draft = openDraft(
          book,
          inventoryNow(book, clock()),
          findNamed(book, commands, store.findHolds),
          SETTINGS.sha256,
        );
        (fault.expire ?? expireDue)(draft);
        const before = {
          ...draft,
          holds: new Map(draft.holds),
          orders: new Map(draft.orders),
          quantities: new Map(draft.quantities),
        };
        const outcomes = commands.map((command) => {
          const decision = take(fault.checkApartFromWrite ? before : draft, command, SETTINGS);
          applyChanges(draft, decision.changes);
          return { reply: decision.answer(draft) };
        });
        if (draft.holds.size === 0 && draft.rows.length === 0 && draft.terms === book.terms) return outcomes;
        if (fault.adoptBeforeWrite) adoptDraft(draft);
        store.write(draft);
        if (!fault.adoptBeforeWrite) adoptDraft(draft);
        return outcomes;
      },
    };
  };
}

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
      for (const hold of draft.base.holds.values()) {
        if (hold.status === "active" && hold.heldUntil < draft.now) applyChanges(draft, [expiryOf(hold, draft.now)]);
      }
    },
  },
  "keeps the quantity of a claim that is undone after held_until": {
    decide(draft, command, settings) {
      const { changes, answer } = decide(draft, command, settings);
      return {
        changes: command.kind === "unclaim" ? changes.filter(({ entry }) => entry?.kind !== "expire") : changes,
        answer,
      };
    },
  },
  "takes a batch into memory before its transaction": { adoptBeforeWrite: true },
  "settles a settled order again": {
    decide(draft, command, settings) {
      if (command.kind === "settle") {
        const holds = [...draft.holds.values(), ...draft.base.holds.values()].filter(
          ({ claim }) => claim?.orderId === command.orderId,
        );
        for (const { id } of holds) reserveAgain(draft, id);
      }
      return decide(draft, command, settings);
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
  "forgets the hash of the row before": {
    expire(draft) {
      draft.head = { ...draft.head, hash: "" };
      expireDue(draft);
    },
  },
};

/** Puts a hold of a settled order back to reserved. */
function reserveAgain(draft: Draft, id: Parameters<typeof draftHold>[1]): void {
  const hold = draftHold(draft, id);
  if (hold?.claim && hold.claim.state !== "doubt")
    draft.holds.set(id, { ...hold, claim: { ...hold.claim, state: "reserved" } });
}

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
