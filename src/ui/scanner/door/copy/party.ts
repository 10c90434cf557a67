// Reads which tickets of the same order are outside, after one of them was let in (rule D13).

import type { Operations } from "../../../../client/client.ts";
import type { Call } from "../link/call.ts";

export type PartyTicket = Operations["GET /v1/events/{id}/door/party"]["answer"]["data"][number];

/** Null when the request failed. */
export async function readParty(call: Call, eventId: string, serial: string): Promise<readonly PartyTicket[] | null> {
  const answer = await call("GET /v1/events/{id}/door/party", { id: eventId, query: { serial } });
  return answer.kind === "done" ? answer.body.data : null;
}
