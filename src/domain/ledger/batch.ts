// Many commands decided together, in the order of their arrival, over one draft (rule H11).

import type { Hold } from "../hold.ts";
import type { HoldId } from "../ids.ts";
import type { Book } from "./book.ts";
import { inventoryNow } from "./book.ts";
import type { Sha256Hex } from "./chain.ts";
import type { Command } from "./command.ts";
import { decide, type LedgerSettings, type Reply } from "./decide.ts";
import { expireDue } from "./decisions/release-hold.ts";
import { applyChanges, type Draft, type FindHolds, openDraft } from "./draft.ts";

/** A throw in one decision is that command's alone: `bug` is what it threw. */
export type Outcome = { readonly reply: Reply } | { readonly bug: unknown };
export type BatchSettings = LedgerSettings & { readonly sha256: Sha256Hex };

/**
 * First gives back what has run out by `clock` (epoch ms), then decides each command. Nothing is written and the book
 * is as before: the caller writes the draft's rows in one transaction, then adopts the draft, then answers.
 */
export function runBatch(
  book: Book,
  commands: readonly Command[],
  clock: number,
  findHolds: FindHolds,
  settings: BatchSettings,
): { readonly draft: Draft; readonly outcomes: readonly Outcome[] } {
  const draft = openDraft(book, inventoryNow(book, clock), findNamed(book, commands, findHolds), settings.sha256);
  expireDue(draft);
  const outcomes = commands.map((command): Outcome => {
    try {
      const decision = decide(draft, command, settings);
      applyChanges(draft, decision.changes);
      return { reply: decision.answer(draft) };
    } catch (bug) {
      return { bug };
    }
  });
  return { draft, outcomes };
}

/** One look-up for the whole batch: of the holds that it names, those that no longer count and that have rows. */
export function findNamed(book: Book, commands: readonly Command[], findHolds: FindHolds): readonly Hold[] {
  const unknown = commands.flatMap(namedHolds).filter((id) => !book.holds.has(id));
  return unknown.length === 0 ? [] : findHolds(unknown);
}

function namedHolds(command: Command): readonly HoldId[] {
  if ("holdIds" in command) return command.holdIds;
  return "holdId" in command ? [command.holdId] : [];
}
