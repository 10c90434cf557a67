// One socket of a viewer: admission, messages and sending. Its state is the socket's attachment, which hibernation keeps.

import type { ApiKeyId, DeviceId, EventId, GateId, OrganizationId, UserId, VenueId } from "../domain/ids.ts";
import { MAX_FRAME_BYTES, MAX_SOCKETS_PER_ADDRESS, MAX_SOCKETS_PER_CREDENTIAL } from "../domain/limits.ts";
import { CLOSE, type ErrorFrame, SUBPROTOCOL } from "./protocol.ts";

const MAX_ERRORS = 10;
/** Stands for a close without a code; it must not be sent. */
const NO_STATUS = 1005;

type Sockets = Pick<DurableObjectState, "acceptWebSocket" | "getWebSockets">;

/** Who follows by a credential, so that its loss can close the socket (rule T5). */
export type Follower =
  | {
      readonly kind: "device";
      readonly id: DeviceId;
      readonly organizationId: OrganizationId;
      readonly venueId: VenueId;
      /** The one event that it is for; null or absent, as an earlier release leaves it: all of the venue. */
      readonly eventId?: EventId | null;
      /** Its own; null: any of the venue. Absent as an earlier release leaves it. */
      readonly gateId?: GateId | null;
    }
  | (Organiser & { readonly kind: "api_key"; readonly id: ApiKeyId })
  | (Organiser & { readonly kind: "user"; readonly id: UserId; readonly sessionId: string });
/** `scansAlone`: of the catalogue it may read nothing, and follows what is published or live (table P). */
type Organiser = { readonly organizationId: OrganizationId; readonly scansAlone: boolean };
type Attachment = { readonly errors: number; readonly follower: Follower | null };

/**
 * `full`: there is no room for one more. `tags` find the socket again. `viewer` stands for the address that a viewer
 * without a credential comes from; null or absent when it is not counted.
 */
export type Admission = {
  readonly snapshot: object;
  readonly full: boolean;
  readonly tags?: readonly string[];
  readonly follower?: Follower;
  readonly viewer?: string | null;
};

/** Accepts the upgrade and sends the snapshot in the same turn: no change can fall between (rule L3). Too many: 1013. */
export function joinSocket(sockets: Sockets, request: Request, admission: Admission): Response {
  const { snapshot, full, tags = [], follower } = admission;
  const { 0: client, 1: server } = new WebSocketPair();
  const own = ownerOf(admission);
  const tooMany = own !== null && sockets.getWebSockets(own.tag).length >= own.most;
  sockets.acceptWebSocket(server, own === null ? [...tags] : [...tags, own.tag]);
  server.serializeAttachment({ errors: 0, follower: follower ?? null } satisfies Attachment);
  if (full || tooMany) closeSocket(server, CLOSE.full, full ? "too many sockets" : own?.reason);
  else sendFrame(server, JSON.stringify(snapshot));
  const offered = (request.headers.get("Sec-WebSocket-Protocol") ?? "").split(",").map((name) => name.trim());
  const headers = offered.includes(SUBPROTOCOL) ? { "Sec-WebSocket-Protocol": SUBPROTOCOL } : undefined;
  return new Response(null, { status: 101, webSocket: client, ...(headers && { headers }) });
}

/** Finds the sockets of one credential. */
export function ownerTag(id: string): string {
  return `by:${id}`;
}

/** Whose sockets are counted together, and how many of them there may be. */
function ownerOf({ follower, viewer }: Admission) {
  if (follower) {
    const reason = "too many sockets of one credential";
    return { tag: ownerTag(follower.id), most: MAX_SOCKETS_PER_CREDENTIAL, reason };
  }
  if (!viewer) return null;
  return { tag: `from:${viewer}`, most: MAX_SOCKETS_PER_ADDRESS, reason: "too many sockets of one address" };
}

/**
 * Anything but `ping`, which the runtime answers, is answered with an error, and the tenth closes the socket. A frame
 * that is too large closes it at once: the runtime has taken the whole of it before this is called, so each is memory
 * and time of the object (rule L6).
 */
export function refuseMessage(socket: WebSocket, message: string | ArrayBuffer): void {
  if (!endTooLarge(socket, message, MAX_FRAME_BYTES)) noteError(socket, UNKNOWN_MESSAGE);
}

export const UNKNOWN_MESSAGE: ErrorFrame = { type: "error", code: "unknown_message" };

/** Answers with the error; the tenth of a socket closes it. */
export function noteError(socket: WebSocket, error: ErrorFrame): void {
  const { errors, follower } = attachmentOf(socket);
  socket.serializeAttachment({ errors: errors + 1, follower } satisfies Attachment);
  sendFrame(socket, JSON.stringify(error));
  if (errors + 1 >= MAX_ERRORS) closeSocket(socket, CLOSE.protocol, "unknown messages");
}

/** What was right starts the count anew. */
export function forgetErrors(socket: WebSocket): void {
  const { errors, follower } = attachmentOf(socket);
  if (errors > 0) socket.serializeAttachment({ errors: 0, follower } satisfies Attachment);
}

/** Whether it was, and the socket is closed. A character is at least a byte, so that a huge text is not encoded to be measured. */
export function endTooLarge(socket: WebSocket, message: string | ArrayBuffer, most: number): boolean {
  const isText = typeof message === "string";
  const bytes = isText && message.length <= most ? new TextEncoder().encode(message).byteLength : byteLength(message);
  if (bytes <= most) return false;
  closeSocket(socket, CLOSE.tooLarge, "the frame is too large");
  return true;
}

function byteLength(message: string | ArrayBuffer): number {
  return typeof message === "string" ? message.length : message.byteLength;
}

/** By what credential the socket was opened; null for the public. */
export function followerOf(socket: WebSocket): Follower | null {
  return attachmentOf(socket).follower;
}

/** Those who follow by a credential, each socket with it. */
export function followersOf(
  sockets: readonly WebSocket[],
): { readonly socket: WebSocket; readonly follower: Follower }[] {
  return sockets.flatMap((socket) => {
    // Why asked: one that was told goodbye stays in the list until its other end has answered.
    const follower = socket.readyState === WebSocket.OPEN ? followerOf(socket) : null;
    return follower ? [{ socket, follower }] : [];
  });
}

/** From now on this is by what the socket is open. */
export function keepFollower(socket: WebSocket, follower: Follower): void {
  socket.serializeAttachment({ ...attachmentOf(socket), follower } satisfies Attachment);
}

/** Sockets that an earlier version accepted have no attachment, or one without a follower. */
function attachmentOf(socket: WebSocket): Attachment {
  // The one cast: nothing but `serializeAttachment` in this file writes it.
  const known = socket.deserializeAttachment() as Partial<Attachment> | null;
  return { errors: known?.errors ?? 0, follower: known?.follower ?? null };
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
