// What an object writes to the log: one line of JSON for each fault (docs/operations.md, "Log lines").

import { describeFault } from "../domain/fault.ts";

export type Log = (event: string, fault: unknown, requestId?: string | null) => void;

/** `subject`: what the object is of, with the name of its field. */
export function openLog(subject: () => Readonly<Record<string, string | null>>): Log {
  return (event, fault, requestId = null) => {
    const line = { level: "error", event, ...subject(), request_id: requestId };
    console.error(JSON.stringify({ ...line, error: describeFault(fault) }));
  };
}
