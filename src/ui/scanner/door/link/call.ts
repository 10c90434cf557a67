// Types the result of an HTTP request: done, refused, or no reply, which is a result like the others.

import type { Operations, Problem } from "../../../../client/client.ts";

type Route = keyof Operations;

/** `none`: the network failed, or something between this page and the server replied. */
export type Called<R extends Route> =
  | { readonly kind: "done"; readonly body: Operations[R]["answer"] }
  | { readonly kind: "refused"; readonly problem: Problem; readonly retryAfterSeconds: number | null }
  | { readonly kind: "none" };

export type Call = <R extends Route>(route: R, ask: Operations[R]["ask"], withinMs?: number) => Promise<Called<R>>;

/** Whether the same request may succeed later. */
export function isForLater<R extends Route>(called: Exclude<Called<R>, { kind: "done" }>): boolean {
  return called.kind === "none" || called.problem.status >= 500 || called.problem.status === 429;
}
