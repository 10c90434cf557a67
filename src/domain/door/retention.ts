// Rule D25: when a door deletes what it has of its event, and what it answers from then on. Only says so; the store deletes,
// a bounded step at a time.

import type { Refusal } from "../errors.ts";
import { RETENTION } from "../ledger/retention.ts";
import { refuse } from "../result.ts";
import type { DoorBook } from "./book.ts";
import type { DoorCommand } from "./command.ts";
import type { DoorDraft } from "./draft.ts";
import type { EventTerms } from "./event-terms.ts";
import { mayAsk } from "./may-scan.ts";
import { type DoorTerms, factsEndAt } from "./terms.ts";

/** `keptMs`: after the event's archiving. `rowsAStep`: the most that one step deletes. */
export type DoorRetentionSettings = { readonly keptMs: number; readonly rowsAStep: number };

/** As long as the ledgers of the event (rule H13). */
export const DOOR_RETENTION: DoorRetentionSettings = { keptMs: RETENTION.ledgerKeptMs, rowsAStep: RETENTION.rowsAStep };

/** From when on the rows of a door are deleted, epoch ms; null while its event is not archived. */
export function rowsEndAt(terms: DoorTerms, { keptMs }: DoorRetentionSettings): number | null {
  const factsEnd = factsEndAt(terms);
  // An event may be ended and archived long before its end, until which its door still takes what happened (rule D9).
  return factsEnd === null || terms.archivedAt === null ? null : Math.max(factsEnd, terms.archivedAt + keptMs);
}

/** When the door is to be emptied as of its last row, epoch ms; null where it is, or that is not to be foreseen. */
export function emptyingDueAt(
  { terms, head, checkpoint }: Pick<DoorBook, "terms" | "head" | "checkpoint">,
  settings: DoorRetentionSettings,
): number | null {
  if (terms === null || head.seq <= (checkpoint?.seq ?? 0)) return null;
  return rowsEndAt(terms.rules, settings);
}

/** Whether a door without terms has rows of which these say when they may go. */
export function endsRows({ seq }: Pick<DoorBook["head"], "seq">, { rules }: Pick<EventTerms, "rules">): boolean {
  return seq > 0 && rules.archivedAt !== null;
}

/** Whether anybody ever passed, also where it is forgotten who: such an event is not gone, whatever D1 says. */
export function hasLetIn({ head, checkpoint }: Pick<DoorBook, "head" | "checkpoint">): boolean {
  return checkpoint !== null || head.counts.admitted > 0 || head.counts.gates.size > 0;
}

/**
 * Why an emptied door does not do what is asked of it; null where it does. It takes nothing more, also where a D1 that was
 * restored says that the event goes on: it does not know any more who came in.
 */
export function refusedOnceEmptied(
  { base, terms, now }: Pick<DoorDraft, "base" | "terms" | "now">,
  command: DoorCommand,
): { readonly ok: false; readonly refusal: Refusal } | null {
  if (base.checkpoint === null || command.kind === "terms" || command.kind === "counts") return null;
  const closed = refuse({ code: "door_closed" } as const);
  if (command.kind === "judge") return closed;
  const asked = mayAsk(terms, command.by, now);
  return asked.ok ? closed : asked;
}
