// Makes the scanner's HTTP requests with its device's token. Never throws: a request without a reply resolves, too.

import { type Client, openClient } from "../../../../client/client.ts";
import type { Call } from "./call.ts";

export type DoorCalls = {
  readonly call: Call;
  bundle(eventId: string, since: number | null): Promise<Uint8Array | null>;
};

const ANSWER_MS = 7_000;
const BUNDLE_MS = 60_000;

/** `token`: the device's. Null makes the requests with the session of the person who is signed in in this browser. */
export function openCalls(token: string | null): DoorCalls {
  const client: Client = openClient({ baseUrl: location.origin, ...(token !== null && { token }) });
  return {
    async call(route, ask, withinMs = ANSWER_MS) {
      try {
        const answer = await client.call(route, ask, AbortSignal.timeout(withinMs));
        if (answer.ok) return { kind: "done", body: answer.body };
        return { kind: "refused", problem: answer.problem, retryAfterSeconds: answer.retryAfterSeconds };
      } catch {
        return { kind: "none" };
      }
    },
    async bundle(eventId, since) {
      const query = since === null ? "" : `?since_seq=${since}`;
      const headers = token === null ? {} : { Authorization: `Bearer ${token}` };
      try {
        const signal = AbortSignal.timeout(BUNDLE_MS);
        const answer = await fetch(`/v1/events/${eventId}/door/bundle${query}`, { headers, signal });
        return answer.status === 200 ? new Uint8Array(await answer.arrayBuffer()) : null;
      } catch {
        return null;
      }
    },
  };
}
