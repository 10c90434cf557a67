// Many commands decided together, in the order of their arrival, over one draft (rule H11).

import type { Book } from "./book.ts";
import { inventoryNow } from "./book.ts";
import type { Sha256Hex } from "./chain.ts";
import type { Command } from "./command.ts";
import { decide, type LedgerSettings, type Reply } from "./decide.ts";
import { expireDue } from "./decisions/release-hold.ts";
import { applyChanges, type Draft, type FindHold, openDraft } from "./draft.ts";

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
  findHold: FindHold,
  settings: BatchSettings,
): { readonly draft: Draft; readonly outcomes: readonly Outcome[] } {
  const draft = openDraft(book, inventoryNow(book, clock), findHold, settings.sha256);
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
