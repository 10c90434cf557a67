// Taking new terms (rules K4, K6): an older version never overwrites a newer, a total never goes below committed.

import { assert, accept } from "../../result.ts";
import { shownStatus, type TotalOutcome } from "../../terms.ts";
import { committedOf } from "../chain.ts";
import type { TermsCommand, TermsReply } from "../command.ts";
import type { Decision, Draft } from "../draft.ts";
import { answerOnly, entryOf } from "./parts.ts";

export function decideTerms(draft: Draft, { terms, actor, requestId }: TermsCommand): Decision<TermsReply> {
  const current = draft.terms;
  if (current && current.terms.version >= terms.version) {
    return answerOnly(accept({ version: current.terms.version, total: current.outcome }));
  }
  assert(
    !current || current.terms.ticketTypeId === terms.ticketTypeId,
    "terms reach the inventory of their own ticket type",
  );
  const { total: before, sold, held, withdrawn } = draft.head;
  const requested = terms.pendingTotal ?? terms.total;
  const committed = committedOf(draft.head);
  const { version } = terms;
  // Why not simply what was: with a lower total that is refused may come a raise that was never heard of, and it stands.
  const standing = terms.total >= committed ? terms.total : before;
  const outcome: TotalOutcome =
    requested >= committed
      ? { version, applied: true, total: requested }
      : {
          version,
          applied: false,
          total: standing,
          refusal: { code: "capacity_below_committed", requested, committed, sold, held, withdrawn },
        };
  const total = outcome.total;
  const shows = shownStatus(terms.hidden, { total, sold, withdrawn });
  const showed = current && shownStatus(current.terms.hidden, draft.head);
  // Why: rule L2 wants a ledger row for what a message shows, and the first terms are what a type's books open with.
  const entry =
    total !== before || shows !== showed ? entryOf("terms", { actor, requestId }, { total: total - before }) : null;
  return {
    changes: [{ terms: { terms, outcome }, entry }],
    answer: () => accept({ version, total: outcome }),
  };
}
