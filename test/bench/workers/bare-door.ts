// Has what the bench's own doors share: the replies that the app and scanners need to go on. For the bench only.

import { DurableObject } from "cloudflare:workers";
import type { ScanReply, TermsReply } from "../../../src/domain/door/command.ts";
import type { Admitted } from "../../../src/domain/door/scan.ts";
import type { EventTerms } from "../../../src/domain/door/event-terms.ts";
import type { EventId, ScanId, TicketTypeId } from "../../../src/domain/ids.ts";
import { accept } from "../../../src/domain/result.ts";
import type { ScanRequest } from "../../../src/door/client.ts";
import { renderScan } from "../../../src/door/shown-scan.ts";
import type { ScannerMessage } from "../../../src/sockets/door-protocol.ts";
import { joinSocket } from "../../../src/sockets/sessions.ts";

const TYPE = "tt_00000000000000000000000000" as TicketTypeId;

/** Lets everybody in, over HTTP and over sockets, and stores nothing. */
export class BareDoor extends DurableObject<Env> {
  scan(_id: EventId, { scanId }: ScanRequest): ScanReply | Promise<ScanReply> {
    return admitted(scanId, 0);
  }

  terms(_id: EventId, terms: EventTerms | null): TermsReply {
    return accept({ version: terms?.version ?? 0 });
  }

  shown(): ReturnType<typeof accept<null>> {
    return accept(null);
  }

  override fetch(request: Request): Response {
    return joinSocket(this.ctx, request, { snapshot: { type: "snapshot" }, full: false });
  }

  /** A verdict of the size of a real one for each scan, which is what the load waits for. */
  override webSocketMessage(socket: WebSocket, text: string | ArrayBuffer): void {
    const message = JSON.parse(String(text)) as ScannerMessage;
    if (message.type !== "scan") return;
    const { scan_id } = message;
    const reply = admitted(scan_id as ScanId, 0);
    if (reply.ok) socket.send(JSON.stringify({ type: "verdict", scan_id, scan: renderScan(reply.value) }));
  }

  override webSocketClose(): void {
    // The other end is gone; the runtime replies to it.
  }
}

/** What the door says of the first ticket that it has seen. */
export const ADMITTED: Admitted = {
  verdict: "admitted",
  ...{ adds: 1, fromLease: 0, inside: 1, insideBy: 1, attention: null, against: null },
};

export function admitted(scanId: ScanId, serial: number): ScanReply {
  return accept({ scanId, at: Date.now(), again: false, verdict: ADMITTED, serial, ticketTypeId: TYPE });
}
