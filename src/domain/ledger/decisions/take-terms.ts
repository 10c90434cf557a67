// Decides how new terms are taken (rules K4, K6, X6): an older version never overwrites a newer one, a total never goes
// below committed, and after a restore of D1 the inventory keeps its own total.

import { assert, accept, refuse } from "../../result.ts";
import { hashTerms, publicStatus, type Terms, type TotalOutcome } from "../../terms.ts";
import type { StoredTerms } from "../memory/book.ts";
import { committedOf, type Sha256Hex } from "../chain.ts";
import type { TermsCommand, TermsReply } from "../command.ts";
import type { Decision, Draft } from "../memory/draft.ts";
import { replyOnly, entryOf } from "./parts.ts";

/** Refuses terms with `version_conflict` unless they are newer than the terms in force, or a repeat of them. */
export function decideTerms(draft: Draft, { terms, actor, requestId }: TermsCommand): Decision<TermsReply> {
  const current = draft.terms;
  assert(
    !current || current.terms.ticketTypeId === terms.ticketTypeId,
    "terms reach the inventory of their own ticket type",
  );
  if (current && !isNewer(terms, current.terms)) {
    if (!isSame(terms, current, draft.sha256)) return replyOnly(refuse({ code: "version_conflict" }));
    return replyOnly(accept({ version: terms.version, total: current.outcome }));
  }
  const { total: before, sold, withdrawn } = draft.head;
  const restored = current !== null && epochOf(terms) > epochOf(current.terms);
  const outcome = restored ? keepTotal(draft, terms) : judgeTotal(draft, terms);
  const total = outcome.total;
  const shows = publicStatus(terms.hidden, { total, sold, withdrawn });
  const showed = current && publicStatus(current.terms.hidden, draft.head);
  // Rule L2 requires a ledger row for what a frame shows. The first terms have one too: they open the ledger.
  const entry =
    total !== before || shows !== showed ? entryOf("terms", { actor, requestId }, { total: total - before }) : null;
  return {
    changes: [{ terms: { terms, outcome }, entry }],
    reply: () => accept({ version: terms.version, total: outcome }),
  };
}

function epochOf({ epoch = 0 }: Terms): number {
  return epoch;
}

/** Whether `next` is newer than `current`: of a later epoch (rule X6), or of the same epoch and a later version. */
export function isNewer(next: Terms, current: Terms): boolean {
  const [epoch, before] = [epochOf(next), epochOf(current)];
  return epoch === before ? next.version > current.version : epoch > before;
}

/**
 * Whether `next` repeats the terms in force: the same epoch, version and content. The content may be as it was first
 * sent, or as D1 has it after it took over the total that the inventory decided.
 */
function isSame(next: Terms, { terms, outcome }: StoredTerms, sha256: Sha256Hex): boolean {
  if (epochOf(next) !== epochOf(terms) || next.version !== terms.version) return false;
  if (next.hash === undefined || terms.hash === undefined || next.hash === terms.hash) return true;
  return next.hash === hashTerms({ ...terms, total: outcome.total, pendingTotal: null }, sha256);
}

/** Rule X6: the restored D1 may have an older total, which nobody has requested. */
function keepTotal({ head }: Draft, { version }: Terms): TotalOutcome {
  return { version, applied: true, total: head.total, kept: true };
}

function judgeTotal({ head }: Draft, terms: Terms): TotalOutcome {
  const { total: before, sold, held, withdrawn } = head;
  const requested = terms.pendingTotal ?? terms.total;
  const committed = committedOf(head);
  const { version } = terms;
  if (requested >= committed) return { version, applied: true, total: requested };
  // Not always `before`: the terms may also bring a raise of `total` that never arrived here, and that raise is valid
  // even though the lower `pendingTotal` is refused.
  const total = terms.total >= committed ? terms.total : before;
  const refusal = { code: "capacity_below_committed", requested, committed, sold, held, withdrawn } as const;
  return { version, applied: false, total, refusal };
}
