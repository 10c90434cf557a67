// Reads a code as the door of an event does, and says which of rows 1 to 3 of rule D6 refuses it.

import type { PublicKey } from "../../../src/domain/door/tickets/code.ts";
import type { EventTerms } from "../../../src/domain/door/event-terms.ts";
import type { EventId } from "../../../src/domain/ids.ts";
import { presentCode } from "../../../src/door/codes/present-code.ts";
import { decisionOf } from "./cases.ts";
import { eventTerms } from "./event-terms.ts";

export type CodesEvent = { readonly id: EventId; readonly keys: readonly PublicKey[] };

export async function presented(text: string, { id, keys }: CodesEvent, nearby: EventTerms["nearby"] = []) {
  const code = await presentCode(
    { code: text, source: "camera", ticketTypeId: null },
    eventTerms({ terms: { eventId: id, keys, nearby } }),
  );
  if (code.kind === "typed_unchecked" || code.kind === "party") throw new Error("a camera has read it");
  return code;
}

/** The verdict of an entry with it that nothing else refuses. */
export async function faultOf(text: string, event: CodesEvent, nearby: EventTerms["nearby"] = []): Promise<string> {
  const decision = decisionOf({ scan: { code: await presented(text, event, nearby) } });
  return decision.kind === "decided" ? decision.verdict.verdict : decision.kind;
}
