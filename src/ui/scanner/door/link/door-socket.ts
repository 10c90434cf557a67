// Keeps the scanner's socket to its door open (rule D23): connects, pings each second, and reconnects when it is lost.

import { retryDelay } from "../../../../client/live.ts";
import type {
  AlertFrame,
  DoorNewsFrame,
  DoorSnapshotFrame,
  LeaseFrame,
  RefusedFrame,
  ScannerMessage,
  TermsFrame,
  VerdictFrame,
} from "../../../../sockets/door-protocol.ts";
import {
  BEARER_PROTOCOL,
  CLOSE,
  type ErrorFrame,
  type NoticeFrame,
  SUBPROTOCOL,
} from "../../../../sockets/protocol.ts";
import { PING_EVERY_MS, SLEPT_MS } from "./link.ts";

export type DoorFrame =
  | (DoorSnapshotFrame | DoorNewsFrame | TermsFrame | LeaseFrame | AlertFrame | NoticeFrame)
  | (VerdictFrame | RefusedFrame | ErrorFrame);

export type DoorSocketOptions = {
  readonly eventId: string;
  readonly token: string;
  /** Called with each message, which proves that the door is reachable. */
  readonly onHeard: () => void;
  readonly onFrame: (frame: DoorFrame) => void;
  readonly onClosed: () => void;
  /** Called when the socket is closed for good: the phone's credential was revoked, or the event is over. */
  readonly onEnded: (code: number) => void;
};

export type DoorSocket = {
  /** Returns false when the socket is not open, and nothing was sent. */
  send(message: ScannerMessage): boolean;
  isOpen(): boolean;
  /** Reconnects at once instead of after the pause before the next attempt. */
  hurry(): void;
  close(): void;
};

/** A socket that is silent for so long counts as lost, whatever state the browser reports. */
const DEAD_MS = 6_000;
const FINAL: ReadonlySet<number> = new Set([CLOSE.notAuthenticated, CLOSE.notAllowed, CLOSE.eventOver]);

export function openDoorSocket(options: DoorSocketOptions): DoorSocket {
  const { eventId, token, onHeard, onFrame, onClosed, onEnded } = options;
  const url = `${location.origin.replace(/^http/, "ws")}/v1/events/${eventId}/door`;
  let socket: WebSocket | null = null;
  let [attempts, heardAt, wasOpen, isClosed] = [0, 0, false, false];
  let retry: ReturnType<typeof setTimeout> | undefined;

  function connect(): void {
    clearTimeout(retry);
    if (isClosed || socket !== null) return;
    const own = new WebSocket(url, [SUBPROTOCOL, BEARER_PROTOCOL + token]);
    socket = own;
    heardAt = performance.now();
    own.addEventListener("open", () => {
      if (own === socket) wasOpen = true;
      own.send("ping");
    });
    own.addEventListener("message", ({ data }) => {
      if (own !== socket) return;
      [attempts, heardAt] = [0, performance.now()];
      onHeard();
      const frame = parse(String(data));
      if (frame !== null) onFrame(frame);
    });
    own.addEventListener("close", ({ code }) => own === socket && lose(code));
  }

  function lose(code: number): void {
    socket?.close();
    socket = null;
    if (FINAL.has(code)) {
      isClosed = true;
      return onEnded(code);
    }
    onClosed();
    retry = setTimeout(connect, retryDelay({ code, wasOpen, attempts }, Math.random()));
    [attempts, wasOpen] = [attempts + 1, false];
  }

  let beatAt = performance.now();
  const beat = setInterval(() => {
    const now = performance.now();
    // While the page did not run it could not receive messages, so that silence does not count.
    if (now - beatAt >= SLEPT_MS) heardAt = now;
    beatAt = now;
    if (socket === null) return;
    if (now - heardAt > DEAD_MS) return lose(1006);
    if (socket.readyState === WebSocket.OPEN) socket.send("ping");
  }, PING_EVERY_MS);

  connect();
  return {
    send(message) {
      if (socket?.readyState !== WebSocket.OPEN) return false;
      socket.send(JSON.stringify(message));
      return true;
    },
    isOpen: () => socket?.readyState === WebSocket.OPEN,
    hurry() {
      if (socket === null) connect();
    },
    close() {
      isClosed = true;
      clearInterval(beat);
      clearTimeout(retry);
      socket?.close();
      socket = null;
    },
  };
}

/** Null for a text that is no frame, such as `pong`. */
function parse(text: string): DoorFrame | null {
  try {
    const frame: unknown = JSON.parse(text);
    // The cast: v1 only ever adds to frames, and the server's tests hold them to the document.
    return typeof frame === "object" && frame !== null && "type" in frame ? (frame as DoorFrame) : null;
  } catch {
    return null;
  }
}
