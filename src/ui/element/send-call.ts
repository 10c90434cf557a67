// Sends a saved call by the public API, and returns its outcome.

import type { Caller as Client, Refused, Success } from "../../client/client.ts";
import type { Done } from "./calls.ts";
import type { Call } from "./saved-state.ts";
import type { RefusalFacts } from "../shared/refusal-text.ts";

/** Refusals that pass by themselves: the same call is sent again, since it may or may not have been carried out. */
const PASSING: ReadonlySet<string> = new Set([
  "idempotency_in_progress",
  "overloaded",
  "rate_limited",
  "restoring",
  "temporarily_unavailable",
  "internal_error",
]);

/** A refusal, with its ticket type or hold if it concerns only one. `paths`: those of the invalid fields. */
export type RefusedCall = {
  readonly facts: RefusalFacts;
  readonly typeId: string | null;
  readonly paths: readonly string[];
};

/**
 * `again`: it is not known whether the call was carried out, so it is sent again after `afterSeconds`. `nobody`: the
 * token is no longer valid.
 */
export type Sent =
  | { readonly kind: "done"; readonly done: Done; readonly refused: readonly RefusedCall[] }
  | { readonly kind: "refused"; readonly refused: readonly RefusedCall[] }
  | { readonly kind: "again"; readonly afterSeconds: number | null; readonly facts: RefusalFacts | null }
  | { readonly kind: "nobody" };

export async function sendCall(client: Client, eventId: string, call: Call): Promise<Sent> {
  try {
    switch (call.kind) {
      case "hold":
        return await hold(client, eventId, call);
      case "swap": {
        const { key: idempotencyKey, typeId: id, quantity, replaces } = call;
        const input = { id, idempotencyKey, body: { quantity, replaces } };
        return oneHold(await client.call("POST /v1/ticket-types/{id}/holds", input), call.typeId);
      }
      case "extend": {
        const input = { id: call.holdId, idempotencyKey: call.key };
        return oneHold(await client.call("POST /v1/holds/{id}/extend", input), null);
      }
      case "release":
        return released(await client.call("DELETE /v1/holds/{id}", { id: call.holdId }));
      case "checkout": {
        const { key: idempotencyKey, holdIds: hold_ids, contact, locale } = call;
        const answer = await client.call("POST /v1/checkouts", { idempotencyKey, body: { hold_ids, contact, locale } });
        return answer.ok
          ? { kind: "done", done: { holds: [], order: answer.body }, refused: [] }
          : refusedBy(answer, null);
      }
    }
  } catch {
    return { kind: "again", afterSeconds: null, facts: null };
  }
}

async function hold(client: Client, id: string, call: Extract<Call, { kind: "hold" }>): Promise<Sent> {
  const items = call.items.map(({ typeId, quantity }) => ({ ticket_type_id: typeId, quantity }));
  const input = { id, idempotencyKey: call.key, body: { items, all_or_nothing: false } };
  const answer = await client.call("POST /v1/events/{id}/holds", input);
  if (answer.ok) {
    const { holds, refused } = answer.body;
    return { kind: "done", done: { holds, order: null }, refused: refused.map(refusedItem) };
  }
  const { problem } = answer;
  const listed = problem["refused"];
  if (problem.code !== "basket_refused" || !Array.isArray(listed)) return refusedBy(answer, null);
  const refused = (listed as readonly RefusedItem[]).map(refusedItem);
  // Some types of the basket may be held; the same call, sent again, returns which.
  const unsure = refused.find(({ facts }) => facts.code !== null && PASSING.has(facts.code));
  return unsure ? { kind: "again", afterSeconds: null, facts: unsure.facts } : { kind: "refused", refused };
}

type RefusedItem = RefusalFacts & { readonly ticket_type_id: string };

function refusedItem(item: RefusedItem): RefusedCall {
  return { facts: item, typeId: item.ticket_type_id, paths: [] };
}

type HoldAnswer = Success<"GET /v1/holds/{id}"> | Refused;

function oneHold(answer: HoldAnswer, typeId: string | null): Sent {
  if (!answer.ok) return refusedBy(answer, typeId);
  return { kind: "done", done: { holds: [answer.body], order: null }, refused: [] };
}

/** A hold that has ended already need not be released, so that refusal counts as success. */
function released(answer: HoldAnswer): Sent {
  const sent = oneHold(answer, null);
  return sent.kind === "refused" ? { kind: "done", done: { holds: [], order: null }, refused: [] } : sent;
}

function refusedBy({ problem, retryAfterSeconds }: Refused, typeId: string | null): Sent {
  if (problem.code === "unauthenticated") return { kind: "nobody" };
  if (PASSING.has(problem.code)) return { kind: "again", afterSeconds: retryAfterSeconds, facts: problem };
  const paths = (problem.errors ?? []).map(({ path }) => path);
  return { kind: "refused", refused: [{ facts: problem, typeId, paths }] };
}
