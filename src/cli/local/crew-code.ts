// Requests a crew code for the demonstration's open event, so that a newcomer can make a scanner of a browser window.

import { openClient } from "../../client/client.ts";
import { type Demo, openEventOf } from "./demo.ts";

const USES = 20;
const ANSWER_MS = 10_000;

/**
 * Requests a new one each time, since codes are stored nowhere. Null when the server gives none, for example when too many
 * are open.
 */
export async function drawCrewCode(baseUrl: string, demo: Demo): Promise<string | null> {
  const client = openClient({ baseUrl, token: demo.api_keys.owner });
  const ask = { id: openEventOf(demo).id, idempotencyKey: crypto.randomUUID(), body: { uses: USES } };
  const made = await client.call("POST /v1/events/{id}/crew-codes", ask, AbortSignal.timeout(ANSWER_MS));
  return made.ok ? made.body.secret : null;
}
