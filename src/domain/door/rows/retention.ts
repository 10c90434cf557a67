// Rule D25: decides when a door deletes what it has of its event, and what it replies from then on. The store deletes, a
// bounded step at a time.

import type { Refusal } from "../../errors.ts";
import { RETENTION } from "../../ledger/retention.ts";
import { refuse } from "../../result.ts";
import type { DoorBook } from "../book.ts";
import type { DoorCommand } from "../command.ts";
import type { DoorDraft } from "../draft.ts";
import type { EventTerms } from "../event-terms.ts";
import { mayUse } from "../decisions/may-scan.ts";
import { type DoorTerms, factsEndAt } from "../terms.ts";

/** `keptMs`: how long after the event's archiving. `rowsAStep`: the most rows that one step deletes. */
export type DoorRetentionSettings = { readonly keptMs: number; readonly rowsAStep: number };

/** As long as the ledgers of the event are kept (rule H13). */
export const DOOR_RETENTION: DoorRetentionSettings = { keptMs: RETENTION.ledgerKeptMs, rowsAStep: RETENTION.rowsAStep };

/** From when on the rows of a door are deleted, epoch ms; null while its event is not archived. */
export function rowsEndAt(terms: DoorTerms, { keptMs }: DoorRetentionSettings): number | null {
  const factsEnd = factsEndAt(terms);
  // An event may be ended and archived long before its planned end, until which its door still takes facts (rule D9).
  return factsEnd === null || terms.archivedAt === null ? null : Math.max(factsEnd, terms.archivedAt + keptMs);
}

/** When the door is to be emptied as of its last row, epoch ms; null when it is emptied already, or that is not known. */
export function emptyingDueAt(
  { terms, head, checkpoint }: Pick<DoorBook, "terms" | "head" | "checkpoint">,
  settings: DoorRetentionSettings,
): number | null {
  if (terms === null || head.seq <= (checkpoint?.seq ?? 0)) return null;
  return rowsEndAt(terms.rules, settings);
}

/** Whether a door without terms has rows, and these terms say when they may be deleted. */
export function endsRows({ seq }: Pick<DoorBook["head"], "seq">, { rules }: Pick<EventTerms, "rules">): boolean {
  return seq > 0 && rules.archivedAt !== null;
}

/** Whether anybody ever passed, even if the rows of it are deleted. Such an event still exists, whatever D1 says. */
export function hasLetIn({ head, checkpoint }: Pick<DoorBook, "head" | "checkpoint">): boolean {
  return checkpoint !== null || head.counts.admitted > 0 || head.counts.gates.size > 0;
}

/**
 * Why an emptied door refuses a command; null when it does not. It takes nothing more even if a restored D1 says that the
 * event goes on, since it no longer knows who came in.
 */
export function refusedOnceEmptied(
  { base, terms, now }: Pick<DoorDraft, "base" | "terms" | "now">,
  command: DoorCommand,
): { readonly ok: false; readonly refusal: Refusal } | null {
  if (base.checkpoint === null || command.kind === "terms" || command.kind === "counts") return null;
  const closed = refuse({ code: "door_closed" } as const);
  if (command.kind === "judge") return closed;
  const asked = mayUse(terms, command.by, now);
  return asked.ok ? closed : asked;
}
