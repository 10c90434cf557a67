// Checks whether a ticket could be let in without its code, because another was (rule D13). The log does not say which
// order a ticket belongs to, so the check is whether its scanner has let in any other ticket just before.

import type { DoorRow } from "../rows/door-log.ts";
import type { Guess } from "../decisions/observed-rules.ts";
import { hasJustLetIn, PARTY_MS } from "../tickets/party.ts";
import type { TicketState } from "../tickets/ticket-state.ts";
import { type LetIn, passRow, ticketOf, type LogFacts } from "../rows/log-facts.ts";

/** The refusals that need a code. A companion has none, and its generation is the one that the door knows. */
const CODE_REFUSALS: readonly string[] = ["unreadable", "wrong_event", "unknown_key", "forged", "superseded"];

/**
 * Returns why the row of a companion is impossible, or null when it is possible as far as the rows show. `state` is that of
 * its ticket before the row.
 */
export function explainNoCompanion(facts: LogFacts, row: DoorRow, state: TicketState, guess: Guess): string | null {
  if (row.kind !== "entry") return "nobody is let out without a code";
  if (row.serial === null) return "it names no ticket";
  if (CODE_REFUSALS.includes(row.verdict ?? "")) return `its verdict is ${row.verdict}, and there was no code`;
  if (row.generation !== state.generation)
    return `its generation is ${row.generation}, but ${state.generation} follows from the rows before it`;
  const { actor, serial, receivedAt: now } = row;
  const isBeside = (facts.letIn.get(actor) ?? []).some((other) => {
    if (other.serial === serial || now >= other.at + PARTY_MS) return false;
    const { passes, undos } = ticketOf(facts, other.serial);
    const rows = passes.map((pass) => passRow(pass, guess));
    return hasJustLetIn(actor, rows, undos, now);
  });
  return isBeside ? null : "its scanner has let in no other ticket just before";
}

export function rememberLetIn({ letIn }: LogFacts, actor: string, admission: LetIn): void {
  const entries = letIn.get(actor);
  if (entries) entries.push(admission);
  else letIn.set(actor, [admission]);
}
