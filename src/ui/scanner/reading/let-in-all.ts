// Lets in the tickets of one order, one after the other, each with a scan of its own (rule D13); stops at the first that is
// not let in.

import type { PartyTicket } from "../door/copy/party.ts";
import type { ScanRow } from "../door/rows/rows.ts";
import type { Outcome, ScanFlow, Scanned } from "../door/scan-flow.ts";

/**
 * `outcome`: that of the last scan. `before`: the row of one that was let in before it. `persons`: how many were let in
 * by all.
 */
type LetIn = { readonly outcome: Outcome | null; readonly before: ScanRow | null; readonly persons: number };

export async function letInAll(
  flow: Pick<ScanFlow, "scanBeside">,
  tickets: readonly PartyTicket[],
  at: Pick<Scanned, "gateId" | "isLast">,
): Promise<LetIn> {
  let [last, before, persons]: [Outcome | null, ScanRow | null, number] = [null, null, 0];
  for (const { ticket_id: id, serial } of tickets) {
    const outcomes: Outcome[] = [];
    before = last?.kind === "verdict" ? last.row : null;
    try {
      await flow.scanBeside({ ...at, text: serial }, id, (outcome) => void outcomes.push(outcome));
    } catch {
      outcomes.push({ kind: "trouble", code: "not_kept" });
    }
    last = outcomes[0] ?? null;
    if (last?.kind !== "verdict" || !last.scan.let_in) break;
    persons += last.scan.persons ?? 1;
  }
  return { outcome: last, before, persons };
}
