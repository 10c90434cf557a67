// One socket of a viewer: admission, messages and sending. Its state is the socket's attachment, which hibernation keeps.

import { MAX_SOCKETS } from "../domain/limits.ts";
import { CLOSE, type ErrorFrame, type ServerFrame } from "./protocol.ts";

const MAX_ERRORS = 10;
/** Stands for a close without a code; it must not be sent. */
const NO_STATUS = 1005;
const UNKNOWN_MESSAGE = JSON.stringify({ type: "error", code: "unknown_message" } satisfies ErrorFrame);
const SUBPROTOCOL = "voelgoed.v1";

type Sockets = Pick<DurableObjectState, "acceptWebSocket" | "getWebSockets">;

/** Accepts the upgrade and sends the snapshot in the same turn: no change can fall between (rule L3). */
export function joinSocket(sockets: Sockets, request: Request, snapshot: ServerFrame): Response {
  const { 0: client, 1: server } = new WebSocketPair();
  const full = sockets.getWebSockets().length >= MAX_SOCKETS;
  sockets.acceptWebSocket(server);
  if (full) closeSocket(server, CLOSE.full, "too many sockets");
  else sendFrame(server, JSON.stringify(snapshot));
  const offered = (request.headers.get("Sec-WebSocket-Protocol") ?? "").split(",").map((name) => name.trim());
  const headers = offered.includes(SUBPROTOCOL) ? { "Sec-WebSocket-Protocol": SUBPROTOCOL } : undefined;
  return new Response(null, { status: 101, webSocket: client, ...(headers && { headers }) });
}

/** Anything but `ping`, which the runtime answers: told so, and closed at the tenth. */
export function refuseMessage(socket: WebSocket): void {
  const errors = errorsOf(socket.deserializeAttachment()) + 1;
  socket.serializeAttachment({ errors });
  sendFrame(socket, UNKNOWN_MESSAGE);
  if (errors >= MAX_ERRORS) closeSocket(socket, CLOSE.protocol, "unknown messages");
}

function errorsOf(attachment: unknown): number {
  const known = typeof attachment === "object" && attachment !== null && "errors" in attachment ? attachment.errors : 0;
  return typeof known === "number" ? known : 0;
}

/** Says goodbye in the viewer's own words. */
export function answerClose(socket: WebSocket, code: number, reason: string): void {
  if (code === NO_STATUS) closeSocket(socket);
  else closeSocket(socket, code, reason);
}

/** Closing twice, or after the other end did, is nobody's problem either. */
export function closeSocket(socket: WebSocket, code?: number, reason?: string): void {
  try {
    socket.close(code, reason);
  } catch {
    // It is closed.
  }
}

/** Rule L6: never waits, and a socket that is gone is nobody's problem: its close event is on its way. */
export function sendFrame(socket: WebSocket, frame: string): void {
  try {
    socket.send(frame);
  } catch {
    // The other end has left between two frames.
  }
}
