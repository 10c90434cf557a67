// Decides commands: plain functions of the draft, the command and the draft's clock.

import { must } from "../result.ts";
import { accept, refuse } from "../result.ts";
import { isVisible } from "../terms.ts";
import { occupancyOf } from "./memory/book.ts";
import type { Command, CountsReply, HoldView, ReadCommand, ReadReply, ReplyOf } from "./command.ts";
import { decideClaim, decideFollow, decideUnclaim } from "./decisions/claim-holds.ts";
import { decideExtend } from "./decisions/extend-hold.ts";
import { decideCheckout, decideEraseContact, decideResolve, decideSettle, readOrder } from "./decisions/keep-order.ts";
import { replyOnly, findFor, viewOf } from "./decisions/parts.ts";
import { decideHold } from "./decisions/place-hold.ts";
import { decideRelease } from "./decisions/release-hold.ts";
import { decideChange, decideJudged, decideReturn } from "./decisions/change-tickets.ts";
import { decideTerms } from "./decisions/take-terms.ts";
import { type Decision, type Draft, draftTerms } from "./memory/draft.ts";

export type Reply = ReplyOf<Command>;
/**
 * How long a hold lasts (rule H3), and a reserved order (rule O4); how many of both there may be (rule X7); how many
 * expired holds get a ledger row each (rule H4). `isFull`: the object's database has no room for new holds (rule H13).
 */
export type LedgerSettings = {
  readonly holdTtlMs: number;
  readonly orderTtlMs: number;
  readonly maxLive: number;
  readonly maxExpiryRows: number;
  readonly isFull?: boolean;
};

export function decide(draft: Draft, command: Command, settings: LedgerSettings): Decision<Reply> {
  if (command.kind === "terms") return decideTerms(draft, command);
  if (!draft.terms) return replyOnly(refuse({ code: "not_found" }));
  switch (command.kind) {
    case "hold":
      return decideHold(draft, command, settings);
    case "release":
      return decideRelease(draft, command);
    case "extend":
      return decideExtend(draft, command, settings.holdTtlMs);
    case "read":
      return replyOnly(readHolds(draft, command));
    case "counts":
      return replyOnly(readCounts(draft));
    case "checkout":
      return decideCheckout(draft, command, settings.orderTtlMs);
    case "order":
      return replyOnly(readOrder(draft, command));
    case "settle":
      return decideSettle(draft, command);
    case "return":
      return decideReturn(draft, command);
    case "change_ticket":
      return decideChange(draft, command);
    case "judged":
      return decideJudged(draft, command);
    case "erase_contact":
      return decideEraseContact(draft, command);
    case "resolve":
      return decideResolve(draft, command);
    case "claim":
      return decideClaim(draft, command);
    case "unclaim":
      return decideUnclaim(draft, command);
    case "follow":
      return decideFollow(draft, command);
  }
}

function readHolds(draft: Draft, command: ReadCommand): ReadReply {
  const holds: HoldView[] = [];
  for (const holdId of command.holdIds) {
    const hold = findFor(draft, holdId, command.by);
    if (!hold) return refuse({ code: "not_found" });
    holds.push(viewOf(draft, hold));
  }
  return accept({ holds });
}

function readCounts(draft: Draft): CountsReply {
  const occupancy = must(occupancyOf(draft), "terms are there");
  return accept({ ...occupancy, at: draft.now, visible: isVisible(draftTerms(draft)) });
}
