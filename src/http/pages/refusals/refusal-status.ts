// Chooses the status of a page that shows a refusal, and decides whether the request may have been carried out
// nevertheless.

import type { Refusal } from "../../../domain/errors.ts";
import { problemHeaders } from "../../problems/problem.ts";
import type { PageContext } from "../page-response.ts";

/** 409, or 429 or 503 for a refusal that is only temporary; then it also sets `Retry-After` as the API does. */
export function refusalStatus(c: PageContext, refusal: Refusal): 409 | 429 | 503 {
  if (!("retryAfterSeconds" in refusal)) return 409;
  for (const [name, value] of Object.entries(problemHeaders(refusal, Math.random))) c.header(name, value);
  return refusal.code === "rate_limited" ? 429 : 503;
}

const UNSURE: readonly Refusal["code"][] = ["idempotency_in_progress", "temporarily_unavailable", "overloaded"];

/**
 * Whether the form on the next page keeps the field of the one that was sent, so that a repeat is carried out only
 * once.
 */
export function keepsField(refusal: Refusal): boolean {
  return refusal.code === "rate_limited" || isUnsure(refusal);
}

/** Whether a part of the request may have been carried out. */
export function isUnsure(refusal: Refusal): boolean {
  if (refusal.code !== "basket_refused") return UNSURE.includes(refusal.code);
  return refusal.refused.some((item) => item.refusal !== null && isUnsure(item.refusal));
}
