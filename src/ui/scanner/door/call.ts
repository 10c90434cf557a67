// What an answer over HTTP is to the scanner: that there is none is one, too.

import type { Operations, Problem } from "../../../client/client.ts";

type Route = keyof Operations;

/** `none`: the network failed, or something between answered. */
export type Called<R extends Route> =
  | { readonly kind: "done"; readonly body: Operations[R]["answer"] }
  | { readonly kind: "refused"; readonly problem: Problem; readonly retryAfterSeconds: number | null }
  | { readonly kind: "none" };

export type Call = <R extends Route>(route: R, ask: Operations[R]["ask"], withinMs?: number) => Promise<Called<R>>;

/** What may be asked again as it was, later. */
export function isForLater<R extends Route>(called: Exclude<Called<R>, { kind: "done" }>): boolean {
  return called.kind === "none" || called.problem.status >= 500 || called.problem.status === 429;
}
