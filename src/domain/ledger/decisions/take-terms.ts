// Taking new terms (rules K4, K6, X6): an older version never overwrites a newer, a total never goes below committed, and
// after a restore of D1 the inventory's own total stands.

import { assert, accept, refuse } from "../../result.ts";
import { hashTerms, shownStatus, type Terms, type TotalOutcome } from "../../terms.ts";
import type { StoredTerms } from "../book.ts";
import { committedOf, type Sha256Hex } from "../chain.ts";
import type { TermsCommand, TermsReply } from "../command.ts";
import type { Decision, Draft } from "../draft.ts";
import { answerOnly, entryOf } from "./parts.ts";

/** Refuses with `version_conflict` what is not newer than the terms in force and not the same as they. */
export function decideTerms(draft: Draft, { terms, actor, requestId }: TermsCommand): Decision<TermsReply> {
  const current = draft.terms;
  assert(
    !current || current.terms.ticketTypeId === terms.ticketTypeId,
    "terms reach the inventory of their own ticket type",
  );
  if (current && !isNewer(terms, current.terms)) {
    if (!isSame(terms, current, draft.sha256)) return answerOnly(refuse({ code: "version_conflict" }));
    return answerOnly(accept({ version: terms.version, total: current.outcome }));
  }
  const { total: before, sold, withdrawn } = draft.head;
  const restored = current !== null && epochOf(terms) > epochOf(current.terms);
  const outcome = restored ? keepTotal(draft, terms) : judgeTotal(draft, terms);
  const total = outcome.total;
  const shows = shownStatus(terms.hidden, { total, sold, withdrawn });
  const showed = current && shownStatus(current.terms.hidden, draft.head);
  // Why: rule L2 wants a ledger row for what a message shows, and the first terms are what a type's books open with.
  const entry =
    total !== before || shows !== showed ? entryOf("terms", { actor, requestId }, { total: total - before }) : null;
  return {
    changes: [{ terms: { terms, outcome }, entry }],
    answer: () => accept({ version: terms.version, total: outcome }),
  };
}

function epochOf({ epoch = 0 }: Terms): number {
  return epoch;
}

/** Whether D1 said `next` after `known`: of a later epoch (rule X6), or of the same with a later version. */
export function isNewer(next: Terms, known: Terms): boolean {
  const [epoch, before] = [epochOf(next), epochOf(known)];
  return epoch === before ? next.version > known.version : epoch > before;
}

/**
 * Whether terms are a repeat of those in force: the same epoch and version, and the same content, as it was when it was
 * sent or as D1 has it since it took over what the inventory made of the total.
 */
function isSame(next: Terms, { terms, outcome }: StoredTerms, sha256: Sha256Hex): boolean {
  if (epochOf(next) !== epochOf(terms) || next.version !== terms.version) return false;
  if (next.hash === undefined || terms.hash === undefined || next.hash === terms.hash) return true;
  return next.hash === hashTerms({ ...terms, total: outcome.total, pendingTotal: null }, sha256);
}

/** Rule X6: the restored D1 may have an older total, and nobody has asked for that one. */
function keepTotal({ head }: Draft, { version }: Terms): TotalOutcome {
  return { version, applied: true, total: head.total, kept: true };
}

function judgeTotal({ head }: Draft, terms: Terms): TotalOutcome {
  const { total: before, sold, held, withdrawn } = head;
  const requested = terms.pendingTotal ?? terms.total;
  const committed = committedOf(head);
  const { version } = terms;
  if (requested >= committed) return { version, applied: true, total: requested };
  // Why not simply what was: with a lower total that is refused may come a raise that was never heard of, and it stands.
  const total = terms.total >= committed ? terms.total : before;
  const refusal = { code: "capacity_below_committed", requested, committed, sold, held, withdrawn } as const;
  return { version, applied: false, total, refusal };
}
