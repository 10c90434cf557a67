// Serves a refusal as a page for people: what happened, what to do, and a link to go on.

import type { Context } from "hono";
import type { Refusal } from "../../../domain/errors.ts";
import { wordsView } from "../../../ui/shared/views/by-link.ts";
import { entryOf } from "../../problems/problem-map.ts";
import { problemHeaders } from "../../problems/problem.ts";
import { pageResponse, hrefIn, REFUSED, type RefusedStatus, wordingFor } from "../page-response.ts";

/** The page of a refusal. It shows `requestId` where only we can help. */
export function refusalPage(c: Context, refusal: Refusal, requestId: string) {
  const { status } = entryOf(refusal);
  for (const [name, value] of Object.entries(problemHeaders(refusal, Math.random))) c.header(name, value);
  return statusPage(c, status, requestId);
}

/** The page for a response with this status. */
export function statusPage(c: Context, status: number, requestId: string) {
  const wording = wordingFor(c);
  const { problem } = wording.t;
  const [title, words] = wordsOf(wording, status, requestId);
  const main = wordsView(title, words, { href: hrefIn(c, "/"), text: problem.home });
  return pageResponse(c, { wording, title, main, status: shownStatus(status) });
}

function wordsOf(
  { t: { problem } }: ReturnType<typeof wordingFor>,
  status: number,
  requestId: string,
): [string, string[]] {
  if (status === 404 || status === 410) return [problem.notFound, [problem.notFoundMore]];
  if (status === 403) return [problem.foreign, [problem.foreignMore]];
  if (status === 429) return [problem.tooMuch, [problem.tooMuchMore]];
  if (status === 503) return [problem.busy, [problem.busyMore]];
  if (status >= 500) return [problem.broken, [problem.brokenMore, requestId]];
  return [problem.wrong, [problem.wrongMore]];
}

function shownStatus(status: number): RefusedStatus {
  return REFUSED.find((each) => each === status) ?? (status >= 500 ? 500 : 400);
}
