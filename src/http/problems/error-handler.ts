// Throws that reach the edge: which of them mean that D1 is away, and what of them may stand in a log.

import { HTTPException } from "hono/http-exception";
import { isD1Fault } from "../../db/fault.ts";
import { type Refusal, UNAVAILABLE } from "../../domain/errors.ts";

/** Errors that D1 answers after it has read the statement: ours to repair, not to wait for. */
const FAULT_OF_STATEMENT = /SQLITE_|D1_TYPE_ERROR|D1_COLUMN_NOTFOUND/;

/** What a throw is answered with: never anything of its text. */
export function refusalOf(thrown: unknown): Refusal {
  if (thrown instanceof HTTPException && thrown.status === 415) return { code: "unsupported_media_type" };
  if (thrown instanceof HTTPException && thrown.status === 400) {
    return { code: "invalid_request", errors: [{ path: "", message: "The request cannot be read." }] };
  }
  return isStoreAway(thrown) ? UNAVAILABLE : { code: "internal_error" };
}

/** Whether D1 did not answer, as against refusing what it was asked (rule X3). */
function isStoreAway(thrown: unknown): boolean {
  return isD1Fault(thrown) && !messagesOf(thrown).some((message) => FAULT_OF_STATEMENT.test(message));
}

function messagesOf(thrown: unknown): string[] {
  return thrown instanceof Error ? [thrown.message, ...messagesOf(thrown.cause)] : [];
}

/** Class and place of a throw. Why no message: one may repeat a body, a note or a parameter. */
export function describeBug(thrown: Error): { error: string; cause: string | null; stack: readonly string[] } {
  const frames = (thrown.stack ?? "").split("\n").filter((line) => /^\s+at /.test(line));
  return {
    error: thrown.name,
    cause: thrown.cause instanceof Error ? thrown.cause.name : null,
    stack: frames.slice(0, 12).map((line) => line.trim()),
  };
}
