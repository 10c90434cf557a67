// Writes the server's log: one line of JSON for each fault (docs/operations.md, "Log lines").

import { describeFault } from "../domain/fault.ts";

/** `event` names the line; the other fields say what it is about, by ids alone. */
export type LogLine = { readonly event: string } & Readonly<Record<string, unknown>>;

/** `fault` is what was thrown, if anything was; its kind and message are logged. */
export function logError(line: LogLine, fault?: unknown): void {
  const error = fault === undefined ? {} : { error: describeFault(fault) };
  console.error(JSON.stringify({ level: "error", ...line, ...error }));
}

export type ObjectLog = (event: string, fault: unknown, requestId?: string | null) => void;

/** Opens the log of an object. `subject` returns the id of what the object belongs to, under the name of its field. */
export function openObjectLog(subject: () => Readonly<Record<string, string | null>>): ObjectLog {
  return (event, fault, requestId = null) => logError({ event, ...subject(), request_id: requestId }, fault);
}
