// Calls the API by the session's cookie. A refusal is a reply; a call without any reply is refused as `unreachable`. A
// call that needs the password again waits until it was given, and is then sent again with the same key (rule P8).

import { signal } from "@preact/signals";
import {
  openClient,
  type Operations,
  type Problem,
  type Refused,
  type Route,
  type Success,
} from "../../../client/client.ts";
import { type Call, withCall } from "../decisions/api-calls.ts";

export type Reply<R extends Route> = Success<R> | Refused;
export type RouteInput<R extends Route> = Operations[R]["ask"];

/** The calls of this screen since it was opened. */
export const calls = signal<readonly Call[]>([]);
/** True once a call was refused because nobody is signed in any more. */
export const sessionEnded = signal(false);
/** Set while a call waits for the password; to be called with whether it was given. */
export const passwordRequest = signal<((given: boolean) => void) | null>(null);

export const client = openClient({ baseUrl: location.origin, fetch: send });

async function send(request: Request): Promise<Response> {
  const { method, url } = request;
  const { pathname, search } = new URL(url);
  const isJson = request.headers.get("Content-Type")?.startsWith("application/json") ?? false;
  const call = { method, path: pathname + search };
  const body = isJson ? await request.text() : "";
  const ifMatch = request.headers.get("If-Match");
  calls.value = withCall(calls.value, { ...call, ...(body !== "" && { body }), ...(ifMatch !== null && { ifMatch }) });
  // A new request, since the text of a request's body can be read only once, and was read above.
  return fetch(body === "" ? request : new Request(request, { method, body }));
}

export async function callApi<R extends Route>(route: R, input: RouteInput<R>): Promise<Reply<R>> {
  const answer = await attempt(route, input);
  if (answer.ok) return answer;
  const { code } = answer.problem;
  if (code === "unauthenticated") sessionEnded.value = true;
  if (code !== "password_required") return answer;
  const wasGiven = await askForPassword();
  return wasGiven ? callApi(route, input) : answer;
}

async function attempt<R extends Route>(route: R, input: RouteInput<R>): Promise<Reply<R>> {
  try {
    return await client.call(route, input);
  } catch {
    return { ok: false, problem: UNREACHABLE, retryAfterSeconds: null };
  }
}

const UNREACHABLE: Problem = { type: "", title: "", status: 0, code: "unreachable", detail: "", request_id: "" };

function askForPassword(): Promise<boolean> {
  passwordRequest.value?.(false);
  return new Promise((resolve) => {
    passwordRequest.value = (given) => {
      passwordRequest.value = null;
      resolve(given);
    };
  });
}

/** The tag of a version that was read, as the API writes it (docs/api.md, "Conventions"). */
export function etagOf({ version }: { readonly version: number }): string {
  return `"${version}"`;
}

/** The values of a form as the body of a route: its fields have the route's names, and the server checks each of them. */
export function bodyOf<B>(values: Readonly<Record<string, unknown>>): B {
  return values as B;
}
