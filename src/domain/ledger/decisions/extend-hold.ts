// Decides the extension of a hold (rule O9), the only way in which its time changes, and never to an earlier one.

import { DEFAULT_HOLD_EXTENSION } from "../../events/event.ts";
import type { Hold } from "../../orders/hold.ts";
import { MAX_EXTENSIONS, MAX_HELD_MS, MIN_EXTENSION_MS } from "../../limits.ts";
import { accept, must, refuse } from "../../result.ts";
import type { Refusal } from "../../errors.ts";
import { occupancyOf } from "../memory/book.ts";
import type { ExtendCommand, HoldReply } from "../command.ts";
import { type Decision, type Draft, draftTerms } from "../memory/draft.ts";
import { replyOnly, entryOf, findFor, holdView, viewOf, explainInactive, explainUnusable } from "./parts.ts";

/** `holdTtlMs` is how long an extension lasts from now on at most. */
export function decideExtend(draft: Draft, command: ExtendCommand, holdTtlMs: number): Decision<HoldReply> {
  const hold = findFor(draft, command.holdId, command.by);
  if (!hold) return replyOnly(refuse({ code: "not_found" }));
  if (hold.extensionKeys.includes(command.key)) return replyOnly(accept({ hold: viewOf(draft, hold), replayed: true }));
  const refusal = explainUnusable(draft) ?? explainInactive(hold) ?? explainNeverExtended(draft, hold);
  if (refusal) return replyOnly(refuse(refusal));
  const heldUntil = Math.min(draft.now + holdTtlMs, hold.firstPlacedAt + MAX_HELD_MS);
  if (heldUntil - hold.heldUntil < MIN_EXTENSION_MS) {
    return replyOnly(accept({ hold: viewOf(draft, hold), replayed: false }));
  }
  if (isNeededByOthers(draft)) return replyOnly(refuse(refusalOf(hold, "others_waiting")));
  const extensionKeys = [...hold.extensionKeys, command.key];
  return {
    changes: [
      {
        hold: { ...hold, heldUntil, extensionKeys, updatedAt: draft.now },
        entry: entryOf("extend", command, { holdId: hold.id, quantity: hold.quantity }),
      },
    ],
    reply: (after) => accept({ hold: holdView(after, hold.id), replayed: false }),
  };
}

/** Why this hold can never be extended, now or later: the event does not allow it, or no extension could gain time. */
function explainNeverExtended(draft: Draft, hold: Hold): Refusal | null {
  if (extensionOf(draft) === "never") return refusalOf(hold, "not_offered");
  const mostGained = hold.firstPlacedAt + MAX_HELD_MS - hold.heldUntil;
  const isAtLimit = hold.extensionKeys.length >= MAX_EXTENSIONS || mostGained < MIN_EXTENSION_MS;
  return isAtLimit ? refusalOf(hold, "limit") : null;
}

function isNeededByOthers(draft: Draft): boolean {
  const { available } = must(occupancyOf(draft), "terms are there");
  return extensionOf(draft) === "while_available" && available <= 0;
}

function extensionOf(draft: Draft) {
  return draftTerms(draft).holdExtension ?? DEFAULT_HOLD_EXTENSION;
}

type ExtensionRefused = Extract<Refusal, { code: "extension_refused" }>;

function refusalOf(hold: Hold, reason: ExtensionRefused["reason"]): ExtensionRefused {
  return { code: "extension_refused", reason, holdId: hold.id };
}
