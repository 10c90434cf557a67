// What an inventory object writes to the log: one line of JSON for each fault (docs/workflows.md, "Log lines").

import { describeFault } from "../domain/fault.ts";

export type Log = (event: string, fault: unknown, requestId?: string | null) => void;

export function openLog(ticketTypeId: () => string | null): Log {
  return (event, fault, requestId = null) => {
    const line = { level: "error", event, ticket_type_id: ticketTypeId(), request_id: requestId };
    console.error(JSON.stringify({ ...line, error: describeFault(fault) }));
  };
}
