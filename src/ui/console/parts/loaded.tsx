// Draws a reply in each of its states: loading, loaded, loaded but outdated, and refused with what to do.

import type { ComponentChildren } from "preact";
import type { Problem, Route, Success } from "../../../client/client.ts";
import type { Read } from "../data/queries.ts";
import { texts } from "../language.ts";
import { refusal } from "./format.ts";

export function Loaded<R extends Route>({
  read,
  children,
}: {
  readonly read: Read<R>;
  readonly children: (answer: Success<R>) => ComponentChildren;
}) {
  const { answer, problem, again } = read;
  if (answer === undefined) return problem ? <Failed problem={problem} again={again} /> : <Waiting />;
  return (
    <>
      {problem && <p class="notice notice-warn small">{texts().error.stale}</p>}
      {children(answer)}
    </>
  );
}

/** Keeps room for the content, so that little moves when it comes. */
export function Waiting() {
  return (
    <div class="waiting stack" role="status">
      <span class="unseen">{texts().list.loading}</span>
      <div class="bone" />
      <div class="bone" />
      <div class="bone" />
    </div>
  );
}

export function Failed({ problem, again }: { readonly problem: Problem; again(): void }) {
  const t = texts();
  const isGone = problem.code === "not_found";
  return (
    <div class="notice notice-bad stack" role="alert">
      <div>
        <p class="strong">{isGone ? t.lost.title : t.error.heading}</p>
        <p>{isGone ? t.lost.lead : refusal(problem)}</p>
      </div>
      <div class="row">
        <button type="button" class="button-quiet" onClick={again}>
          {t.error.again}
        </button>
        {location.pathname !== "/console" && <a href="/console">{t.lost.home}</a>}
      </div>
    </div>
  );
}

type Failing = Pick<Read<Route>, "problem" | "again"> & { readonly answer: unknown };

/** Shows that a read failed that only adds names or warnings to a screen, and repeats it on request. */
export function FailedReads({ reads }: { readonly reads: readonly Failing[] }) {
  const { error } = texts();
  const failed = reads.filter(({ answer, problem }) => answer === undefined && problem !== null);
  const [first] = failed;
  if (!first?.problem) return null;
  return (
    <div class="notice notice-warn small row row-apart" role="alert">
      <span>
        {error.part} {refusal(first.problem)}
      </span>
      <button type="button" class="button-link small" onClick={() => failed.forEach(({ again }) => again())}>
        {error.again}
      </button>
    </div>
  );
}

/** An empty list, which says what to do next. */
export function Empty({ title, lead, children }: { title: string; lead?: string; children?: ComponentChildren }) {
  return (
    <div class="empty stack stack-tight">
      <p class="strong">{title}</p>
      {lead && <p class="muted">{lead}</p>}
      {children}
    </div>
  );
}
