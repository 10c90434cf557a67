// Converts what a schema refuses into `invalid_request`, with the path of each fault.

import { z } from "@hono/zod-openapi";
import type { Context as HonoContext } from "hono";
import type { FieldError } from "../../domain/errors.ts";
import { problem } from "../problems/problem.ts";

/** For endpoints without query parameters: an unknown one is refused rather than dropped. */
export const noQuery = z.strictObject({});

type Outcome = { readonly success: true } | { readonly success: false; readonly error: Pick<z.ZodError, "issues"> };

export function problemOfValidation(outcome: Outcome, c: HonoContext) {
  return outcome.success
    ? undefined
    : problem(c, { code: "invalid_request", errors: fieldErrors(outcome.error.issues) });
}

export const MAX_ERRORS = 20;

/** Zod's issues as paths (RFC 6901) and messages; an unknown field is named by its own path. */
export function fieldErrors(issues: readonly z.core.$ZodIssue[]): FieldError[] {
  const errors = issues.flatMap((issue) => {
    if (issue.code !== "unrecognized_keys") return [{ path: pointer(issue.path), message: issue.message }];
    return issue.keys.map((key) => ({ path: pointer([...issue.path, key]), message: "Unknown field" }));
  });
  return errors.slice(0, MAX_ERRORS);
}

const MAX_PATH = 300;

/** A JSON pointer (RFC 6901), cut off at a length that no path of a schema reaches. */
export function pointer(path: readonly PropertyKey[]): string {
  const whole = path.map((step) => `/${String(step).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
  return whole.length > MAX_PATH ? `${whole.slice(0, MAX_PATH)}…` : whole;
}
