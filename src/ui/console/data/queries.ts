// Reads what screens show. query-core caches each reply for a while, so that going back shows it at once while it is
// read again.

import { QueryClient, QueryObserver } from "@tanstack/query-core";
import { useCallback, useEffect, useState } from "preact/hooks";
import type { Problem, Route, Success } from "../../../client/client.ts";
import { type ListRoute, MOST_READ_ON, type RowOf } from "../../shared/list-routes.ts";
import { callApi, type RouteInput } from "./api.ts";

class RefusedError extends Error {
  readonly problem: Problem;
  constructor(problem: Problem) {
    super(problem.code);
    this.problem = problem;
  }
}

/** Refusals that are retried, since they decided nothing. */
const PASSING: ReadonlySet<string> = new Set(["unreachable", "overloaded", "temporarily_unavailable"]);

export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      gcTime: 300_000,
      retry: (failures, error) => failures < 2 && error instanceof RefusedError && PASSING.has(error.problem.code),
    },
  },
});
queries.mount();

/**
 * `answer` stays while it is read again; `problem` says why there is none, or no newer one. `readAt`: epoch ms, 0
 * before the first.
 */
export type Read<R extends Route> = {
  readonly answer: Success<R> | undefined;
  readonly problem: Problem | null;
  readonly readAt: number;
  again(): void;
};

/** Whether the reply is there, or was refused. */
export function isSettled({ answer, problem }: { readonly answer: unknown; readonly problem: unknown }): boolean {
  return answer !== undefined || problem !== null;
}

/** `isStill`: the data is read again only after an action. */
type How = { readonly isOff?: boolean; readonly everyMs?: number; readonly isStill?: boolean };

function queryOf<R extends Route>(route: R, input: RouteInput<R>, { isOff = false, isStill = false, everyMs }: How) {
  return {
    queryKey: [route, input] as const,
    enabled: !isOff,
    refetchInterval: everyMs === undefined || isStill ? (false as const) : everyMs,
    refetchOnWindowFocus: !isStill,
    refetchOnReconnect: !isStill,
    queryFn: async (): Promise<Success<R>> => {
      const answer = await callApi(route, input);
      if (!answer.ok) throw new RefusedError(answer.problem);
      return answer;
    },
  };
}

/** Reads `route`, again when `input` changes, and as often as `how.everyMs` says. */
export function useRead<R extends Route>(route: R, input: RouteInput<R>, how: How = {}): Read<R> {
  const key = JSON.stringify([route, input, how]);
  const [observer] = useState(() => new QueryObserver(queries, queryOf(route, input, how)));
  const [, redraw] = useState(0);
  useEffect(() => {
    observer.setOptions(queryOf(route, input, how));
    redraw((n) => n + 1);
  }, [key]);
  useEffect(() => observer.subscribe(() => redraw((n) => n + 1)), [observer]);
  const again = useCallback(() => void observer.refetch(), [observer]);
  // Not the observer's last result: in the first render after a change that is the result of the query before.
  const result = observer.getOptimisticResult(queries.defaultQueryOptions(queryOf(route, input, how)));
  const problem = result.error instanceof RefusedError ? result.error.problem : null;
  return { answer: result.data, problem, readAt: result.dataUpdatedAt, again };
}

/** Reads these routes again wherever a screen shows them. */
export async function readAgain(...routes: readonly Route[]): Promise<void> {
  await Promise.all(routes.map((route) => queries.invalidateQueries({ queryKey: [route] })));
}

export type Pages<R extends ListRoute> = Read<R> & {
  readonly rows: readonly RowOf<R>[] | undefined;
  /** Reads the next page; null when there is none. Resolves with the refusal, or null. */
  readonly more: (() => Promise<Problem | null>) | null;
};

/**
 * A list page by page (rule C8): the first page is read like any other data, further ones on request. From then on the
 * list is not refreshed, since a reader at its end would lose their place, until an action of theirs reads it again
 * from its beginning.
 */
export function usePages<R extends ListRoute>(route: R, input: RouteInput<R>, how: How = {}): Pages<R> {
  const queryKey = JSON.stringify([route, input]);
  const [further, setFurther] = useState<Further<R> | null>(null);
  const first = useRead(route, input, { ...how, isStill: further?.queryKey === queryKey });
  const { readAt } = first;
  const own = further?.queryKey === queryKey && further.readAt === readAt ? further : null;
  useEffect(() => {
    if (further !== null && own === null) setFurther(null);
  }, [queryKey, readAt]);
  const body = first.answer?.body;
  const cursor = own ? own.cursor : (body?.next_cursor ?? null);
  const more = async (): Promise<Problem | null> => {
    // Set before the call, so that the first page is not read again meanwhile.
    setFurther({ queryKey, readAt, rows: own?.rows ?? [], cursor });
    const query = { ...("query" in input ? input.query : {}), cursor };
    // Every list accepts the route's own parameters with the cursor of the page before.
    const answer = await callApi(route, { ...input, query });
    if (!answer.ok) return answer.problem;
    const rows = [...(own?.rows ?? []), ...answer.body.data];
    setFurther({ queryKey, readAt, rows, cursor: answer.body.next_cursor });
    return null;
  };
  return { ...first, rows: body && [...body.data, ...(own?.rows ?? [])], more: cursor === null ? null : more };
}

/**
 * Reads further pages without a request while their rows are needed to name what another list shows. The result is that
 * of the whole list: it has no answer while one of its pages could not be read.
 */
export function useReadOn<R extends ListRoute>(pages: Pages<R>, isNeeded: boolean): Omit<Read<R>, "readAt"> {
  const { rows, more, readAt, answer, problem, again } = pages;
  const [failed, setFailed] = useState<{ readonly end: string; readonly problem: Problem } | null>(null);
  const known = rows?.length ?? 0;
  const end = `${readAt} ${known}`;
  const isNext = isNeeded && more !== null && known < MOST_READ_ON;
  useEffect(() => {
    let isCurrent = isNext;
    const readOn = async (): Promise<void> => {
      const refusal = (await more?.()) ?? null;
      if (isCurrent) setFailed(refusal && { end, problem: refusal });
    };
    if (isNext) void readOn();
    return () => {
      isCurrent = false;
    };
  }, [isNext, end]);
  // Only of the page that is needed now: once the list has grown, or was read again, it says nothing any more.
  if (!isNext || failed?.end !== end) return { answer, problem, again };
  return { answer: undefined, problem: failed.problem, again };
}

/** The pages after the first page that was read at `readAt`. */
type Further<R extends ListRoute> = {
  readonly queryKey: string;
  readonly readAt: number;
  readonly rows: readonly RowOf<R>[];
  readonly cursor: string | null;
};
