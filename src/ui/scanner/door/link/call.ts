// Types the result of an HTTP request: done, refused, or no reply. A missing reply is a result, not an exception.

import type { Operations, Problem } from "../../../../client/client.ts";
import { type ListRoute, MOST_READ_ON, type RowOf } from "../../../shared/list-routes.ts";

type Route = keyof Operations;

/** `none`: the network failed, or something between this page and the server replied. */
export type Called<R extends Route> =
  | { readonly kind: "done"; readonly body: Operations[R]["answer"] }
  | { readonly kind: "refused"; readonly problem: Problem; readonly retryAfterSeconds: number | null }
  | { readonly kind: "none" };

export type Call = <R extends Route>(route: R, ask: Operations[R]["ask"], withinMs?: number) => Promise<Called<R>>;

const PAGE_ROWS = 100;
const MOST_PAGES = MOST_READ_ON / PAGE_ROWS;

/** All rows of a list, page after page. Null when one of the pages could not be read. */
export async function readList<R extends ListRoute>(
  call: Call,
  route: R,
  ask: Operations[R]["ask"],
): Promise<RowOf<R>[] | null> {
  const rows: RowOf<R>[] = [];
  let cursor: string | null = null;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const query: object = {
      ...("query" in ask ? ask.query : {}),
      limit: PAGE_ROWS,
      ...(cursor !== null && { cursor }),
    };
    // The route's own parameters, and the cursor of its last response: every list takes one.
    const read: Called<R> = await call(route, { ...ask, query });
    if (read.kind !== "done") return null;
    rows.push(...read.body.data);
    cursor = read.body.next_cursor;
    if (cursor === null) break;
  }
  return rows;
}

/** Whether the same request may succeed later. */
export function isForLater<R extends Route>(called: Exclude<Called<R>, { kind: "done" }>): boolean {
  return called.kind === "none" || called.problem.status >= 500 || called.problem.status === 429;
}
