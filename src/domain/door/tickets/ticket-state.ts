// Defines what the door knows of one ticket: the result of folding its rows (fold.ts), and everything that a verdict
// depends on. A bundle has the same for a scanner alone. Times are epoch ms.

import type { GateId, ScanId } from "../../ids.ts";
import type { Passage } from "../scan.ts";

/** Since when a ticket is stopped, the text for the gate, and by which row. */
export type Stop = { readonly since: number; readonly note: string | null; readonly by: ScanId };

/** `inside`: how many persons are inside with this ticket; `insideGate`: where the last of them entered. */
export type TicketState = {
  readonly inside: number;
  readonly insideGate: GateId | null;
  /** How many leave by the next exit; 0 when nobody is inside. */
  readonly leaving: number;
  readonly entries: number;
  /** How many of these entries were on the day of the last one. */
  readonly entriesThatDay: number;
  readonly firstEntry: Passage | null;
  readonly lastEntry: Passage | null;
  /** The last exit after the last entry, or the emptying of the place since then. */
  readonly left: Passage | null;
  /** The last entry or exit. */
  readonly last: { readonly scanId: ScanId; readonly at: number } | null;
  readonly voided: Stop | null;
  readonly blocked: Stop | null;
  readonly generation: number;
  /** Codes of an older generation are `superseded` by it. */
  readonly reissued: Stop | null;
  /** A text for the gate that is shown when the ticket is admitted. */
  readonly attention: string | null;
};

/** The state of a ticket without rows. */
export const NEW_TICKET: TicketState = {
  inside: 0,
  insideGate: null,
  leaving: 0,
  entries: 0,
  entriesThatDay: 0,
  firstEntry: null,
  lastEntry: null,
  left: null,
  last: null,
  voided: null,
  blocked: null,
  generation: 1,
  reissued: null,
  attention: null,
};
