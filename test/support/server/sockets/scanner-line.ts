// Sends a scanner's scans to the door of a running server, over HTTP or over a socket that it holds. Both give the same
// verdicts (rule D23).

import type { Direction } from "../../../../src/domain/door/scan.ts";
import type { RefusedFrame, ScanShown, VerdictFrame } from "../../../../src/sockets/door-protocol.ts";
import type { Client } from "../client.ts";
import type { Scanner } from "../catalogue/door-show.ts";
import type { Frame } from "../wire.ts";
import { openSocket } from "./viewer.ts";

export type ScanSent = { readonly scan_id: string; readonly code: string; readonly direction: Direction };
export type ScanAnswer =
  | { readonly ok: true; readonly scan: ScanShown }
  | { readonly ok: false; readonly code: string };

export type ScannerLine = {
  /** Rejects when the connection breaks before the reply. Acknowledges the last verdict with the next scan. */
  scan(sent: ScanSent): Promise<ScanAnswer>;
  close(): void;
};

export function overHttp(client: Client, eventId: string, { token, gateId }: Scanner): ScannerLine {
  let acked: string[] = [];
  return {
    async scan(sent) {
      const json = { ...sent, source: "camera", gate_id: gateId, acked };
      const { status, body } = await client.ask<unknown>("POST", `/v1/events/${eventId}/scans`, { token, json });
      if (status !== 200) return { ok: false, code: (body as { readonly code: string }).code };
      const scan = body as ScanShown;
      acked = [scan.scan_id];
      return { ok: true, scan };
    },
    close: () => undefined,
  };
}

export async function overSocket(baseUrl: string, eventId: string, { token, gateId }: Scanner): Promise<ScannerLine> {
  const viewer = await openSocket(baseUrl, `/v1/events/${eventId}/door`, { Authorization: `Bearer ${token}` });
  const send = (message: object) => viewer.socket.send(JSON.stringify(message));
  return {
    async scan(sent) {
      const seen = viewer.frames.length;
      send({ type: "scan", ...sent, source: "camera", gate_id: gateId });
      const answers = () => viewer.frames.slice(seen).map(({ frame }) => asAnswer(frame, sent.scan_id));
      await viewer.until(() => answers().some((answer) => answer !== null));
      const answer = answers().find((each) => each !== null);
      if (answer?.type !== "verdict") return { ok: false, code: answer?.code ?? "none" };
      send({ type: "ack", scan_ids: [answer.scan.scan_id] });
      return { ok: true, scan: answer.scan };
    },
    close: () => viewer.socket.terminate(),
  };
}

/** The casts: this socket has the door's frames. */
function asAnswer(frame: Frame, scanId: string): VerdictFrame | RefusedFrame | null {
  const known = frame as unknown as VerdictFrame | RefusedFrame;
  const isAnswer = known.type === "verdict" || known.type === "refused";
  return isAnswer && known.scan_id === scanId ? known : null;
}
