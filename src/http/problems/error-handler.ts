// Handles throws that reach the edge: decides which of them mean that D1 is away, and which parts of them may be
// logged.

import { HTTPException } from "hono/http-exception";
import { isD1Fault } from "../../db/fault.ts";
import { type Refusal, UNAVAILABLE } from "../../domain/errors.ts";

/** Errors that D1 returns after it has read the statement; these are bugs of ours, and waiting does not help. */
const FAULT_OF_STATEMENT = /SQLITE_|D1_TYPE_ERROR|D1_COLUMN_NOTFOUND/;

/** The refusal for a throw. It never contains the throw's text. */
export function refusalOf(thrown: unknown): Refusal {
  if (thrown instanceof HTTPException && thrown.status === 415) return { code: "unsupported_media_type" };
  if (thrown instanceof HTTPException && thrown.status === 400) {
    return { code: "invalid_request", errors: [{ path: "", message: "The request cannot be read." }] };
  }
  return isStoreAway(thrown) ? UNAVAILABLE : { code: "internal_error" };
}

/** Whether D1 did not reply, rather than refusing the statement (rule X3). */
function isStoreAway(thrown: unknown): boolean {
  return isD1Fault(thrown) && !messagesOf(thrown).some((message) => FAULT_OF_STATEMENT.test(message));
}

function messagesOf(thrown: unknown): string[] {
  return thrown instanceof Error ? [thrown.message, ...messagesOf(thrown.cause)] : [];
}

/** The class and place of a throw. Its message is left out, since it may contain a body, a note or a parameter. */
export function describeBug(thrown: Error): { error: string; cause: string | null; stack: readonly string[] } {
  const frames = (thrown.stack ?? "").split("\n").filter((line) => /^\s+at /.test(line));
  return {
    error: thrown.name,
    cause: thrown.cause instanceof Error ? thrown.cause.name : null,
    stack: frames.slice(0, 12).map((line) => line.trim()),
  };
}
