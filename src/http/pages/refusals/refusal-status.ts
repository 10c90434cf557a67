// Chooses the status of a page that shows a refusal, and whether the request may have been done all the same.

import type { Refusal } from "../../../domain/errors.ts";
import { problemHeaders } from "../../problems/problem.ts";
import type { PageContext } from "../page-response.ts";

/** 409; of what passes by itself 429 or 503, with `Retry-After` as the API has it. */
export function refusalStatus(c: PageContext, refusal: Refusal): 409 | 429 | 503 {
  if (!("retryAfterSeconds" in refusal)) return 409;
  for (const [name, value] of Object.entries(problemHeaders(refusal, Math.random))) c.header(name, value);
  return refusal.code === "rate_limited" ? 429 : 503;
}

const UNSURE: readonly Refusal["code"][] = ["idempotency_in_progress", "temporarily_unavailable", "overloaded"];

/** Whether the next page's form has the field of the one that was sent, so that a repeat does it once. */
export function keepsField(refusal: Refusal): boolean {
  return refusal.code === "rate_limited" || isUnsure(refusal);
}

/** Whether some of it may have been done. */
export function isUnsure(refusal: Refusal): boolean {
  if (refusal.code !== "basket_refused") return UNSURE.includes(refusal.code);
  return refusal.refused.some((item) => item.refusal !== null && isUnsure(item.refusal));
}
