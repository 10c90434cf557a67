// Gives a hold back for its holder or an organiser (rule H9).

import { isCurrent } from "../../if-match.ts";
import { accept, refuse } from "../../result.ts";
import type { Hold } from "../../orders/hold.ts";
import type { ReleaseCommand, ReleaseReply } from "../command.ts";
import type { Decision, Draft } from "../memory/draft.ts";
import { replyOnly, entryOf, findFor, giverOf, GONE, holdView } from "./parts.ts";

export function decideRelease(draft: Draft, command: ReleaseCommand): Decision<ReleaseReply> {
  const hold = findFor(draft, command.holdId, command.by);
  if (!hold) return replyOnly(refuse({ code: "not_found" }));
  if (!isCurrent(command.ifMatch ?? null, hold.seq)) return replyOnly(refuse({ code: "version_conflict" }));
  if (hold.status === "converted") return replyOnly(refuse({ code: "hold_converted", holdId: hold.id }));
  if (hold.status !== "active") return replyOnly(accept(holdView(draft, hold.id)));
  const cancelled: Hold = { ...hold, ...GONE, status: "cancelled", updatedAt: draft.now };
  return {
    changes: [
      {
        hold: cancelled,
        entry: entryOf("release", command, { holdId: hold.id, quantity: hold.quantity, held: -hold.quantity }),
        gaveBack: giverOf(command.by),
      },
    ],
    reply: (after) => accept(holdView(after, hold.id)),
  };
}
