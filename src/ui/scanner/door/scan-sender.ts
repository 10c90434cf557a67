// Sends each scan to the door and resolves with the reply: over the socket if it is open, else over HTTP. A scan that
// is sent over both counts once by its `scan_id` (rule D4), and its reply is taken however late it arrives.

import type { Operations } from "../../../client/client.ts";
import { MAX_ACKED } from "../../../domain/limits.ts";
import type {
  RefusedFrame,
  ScanMessage,
  ScannerMessage,
  ScanShown,
  VerdictFrame,
} from "../../../sockets/door-protocol.ts";
import type { Call } from "./link/call.ts";
import type { Way } from "./link/link.ts";

type Input = Operations["POST /v1/events/{id}/scans"]["ask"]["body"];
type Body = Extract<Input, { readonly code: string } | { readonly ticket_id: string }>;
type OfCode = Omit<ScanMessage, "type" | "scan_id"> & { readonly scan_id: string };
/** A ticket without its code, which can be sent only over HTTP (rule D13). */
type OfTicket = Omit<Extract<Body, { readonly ticket_id: string }>, "acked" | "override">;
export type SentScan = OfCode | OfTicket;

/**
 * `refused`: the door decided nothing, and a repeat would not help. `none`: there was no reply, or only one that says
 * nothing about an earlier request of the same scan.
 */
export type Reply =
  | { readonly kind: "verdict"; readonly scan: ScanShown }
  | { readonly kind: "refused"; readonly code: string }
  | { readonly kind: "none" };

export type ScanSenderOptions = {
  readonly eventId: string;
  readonly socket: () => { send(message: ScannerMessage): boolean } | null;
  readonly call: Call;
  readonly onHeard: (way: Way) => void;
  readonly onLost: () => void;
};

export type ScanSender = {
  send(question: SentScan): Promise<Reply>;
  /** Acknowledges to the door that its verdict has been shown (rule D5). */
  acknowledge(scanId: string): void;
  takeFrame(frame: VerdictFrame | RefusedFrame): void;
  /** Repeats over HTTP the scans that were sent over the socket and have no reply yet. */
  socketLost(): void;
};

type Pending = { readonly question: SentScan; readonly settle: (reply: Reply) => void };

export function openScanSender({ eventId, socket, call, onHeard, onLost }: ScanSenderOptions): ScanSender {
  const pending = new Map<string, Pending>();
  let acked: readonly string[] = [];

  function settle(scanId: string, reply: Reply): void {
    pending.get(scanId)?.settle(reply);
    pending.delete(scanId);
  }

  /** `isRepeat`: the door may have decided the scan by a request before this one. */
  async function askByHttp(question: SentScan, isRepeat: boolean): Promise<void> {
    const sent = acked;
    const body: Body = { ...question, acked: sent };
    const answer = await call("POST /v1/events/{id}/scans", { id: eventId, body });
    if (answer.kind === "none") onLost();
    else onHeard("http");
    if (answer.kind === "done") {
      acked = acked.filter((id) => !sent.includes(id));
      // The cast: the HTTP response is what the socket sends (docs/api.md), in lists that nobody here changes.
      const scan = "uploads" in answer.body ? null : (answer.body as ScanShown);
      return settle(question.scan_id, scan === null ? { kind: "none" } : { kind: "verdict", scan });
    }
    if (isRepeat || answer.kind === "none" || answer.problem.status >= 500)
      return settle(question.scan_id, { kind: "none" });
    settle(question.scan_id, { kind: "refused", code: answer.problem.code });
  }

  return {
    send(question) {
      const reply = new Promise<Reply>((settle) => pending.set(question.scan_id, { question, settle }));
      const isSent = "code" in question && socket()?.send({ type: "scan", ...question });
      if (!isSent) void askByHttp(question, false);
      return reply;
    },
    acknowledge(scanId) {
      const isSent = socket()?.send({ type: "ack", scan_ids: [scanId] });
      if (!isSent) acked = [...acked, scanId].slice(-MAX_ACKED);
    },
    takeFrame(frame) {
      if (frame.type === "verdict") settle(frame.scan_id, { kind: "verdict", scan: frame.scan });
      else if (frame.scan_id !== undefined)
        settle(
          frame.scan_id,
          frame.code === "rate_limited" || frame.retry_after_seconds === undefined
            ? { kind: "refused", code: frame.code }
            : { kind: "none" },
        );
    },
    socketLost() {
      for (const { question } of pending.values()) void askByHttp(question, true);
    },
  };
}
