// Opens, reads, writes and closes one socket of a viewer. Its state is the socket's attachment, which survives hibernation.

import type { ApiKeyId, DeviceId, EventId, GateId, OrganizationId, UserId, VenueId } from "../domain/ids.ts";
import { MAX_FRAME_BYTES, MAX_SOCKETS_PER_ADDRESS, MAX_SOCKETS_PER_CREDENTIAL } from "../domain/limits.ts";
import { CLOSE, type ErrorFrame, SUBPROTOCOL } from "./protocol.ts";

const MAX_ERRORS = 10;
/** The code of a close without a code; it must not be sent. */
const NO_STATUS = 1005;

type Sockets = Pick<DurableObjectState, "acceptWebSocket" | "getWebSockets">;

/** Who follows by a credential; if it is revoked, the socket is closed (rule T5). */
export type Follower =
  | {
      readonly kind: "device";
      readonly id: DeviceId;
      readonly organizationId: OrganizationId;
      readonly venueId: VenueId;
      /**
       * The one event that the device is for; null, or absent as an earlier release stored it, for all events of the venue.
       */
      readonly eventId?: EventId | null;
      /** The device's gate; null for any of the venue. Absent when an earlier release stored it. */
      readonly gateId?: GateId | null;
    }
  | (Organiser & { readonly kind: "api_key"; readonly id: ApiKeyId })
  | (Organiser & { readonly kind: "user"; readonly id: UserId; readonly sessionId: string });
/** `scansAlone`: may not read the catalogue, and follows only events that are published or live (table P). */
type Organiser = { readonly organizationId: OrganizationId; readonly scansAlone: boolean };
type Attachment = { readonly errors: number; readonly follower: Follower | null };

/**
 * `full`: there is no room for another socket. `tags` find the socket again. `viewer` is the hash of the address of a
 * viewer without a credential; null or absent when it is not counted.
 */
export type Admission = {
  readonly snapshot: object;
  readonly full: boolean;
  readonly tags?: readonly string[];
  readonly follower?: Follower;
  readonly viewer?: string | null;
};

/**
 * Accepts the upgrade and sends the snapshot in the same turn of the event loop, so that no change can fall between (rule
 * L3). Closes with 1013 when there are too many.
 */
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

/** The tag that finds the sockets of one credential. */
export function ownerTag(id: string): string {
  return `by:${id}`;
}

/** Whose sockets are counted together, and how many they may be. */
function ownerOf({ follower, viewer }: Admission) {
  if (follower) {
    const reason = "too many sockets of one credential";
    return { tag: ownerTag(follower.id), most: MAX_SOCKETS_PER_CREDENTIAL, reason };
  }
  if (!viewer) return null;
  return { tag: `from:${viewer}`, most: MAX_SOCKETS_PER_ADDRESS, reason: "too many sockets of one address" };
}

/**
 * Sends an error in reply to any message but `ping`, which the runtime answers; the tenth closes the socket. A message that
 * is too large closes it at once: the runtime has read all of it before this is called, so each costs memory and time of
 * the object (rule L6).
 */
export function refuseMessage(socket: WebSocket, message: string | ArrayBuffer): void {
  if (!endTooLarge(socket, message, MAX_FRAME_BYTES)) noteError(socket, UNKNOWN_MESSAGE);
}

export const UNKNOWN_MESSAGE: ErrorFrame = { type: "error", code: "unknown_message" };

/** Sends the error; the tenth on a socket closes it. */
export function noteError(socket: WebSocket, error: ErrorFrame): void {
  const { errors, follower } = attachmentOf(socket);
  socket.serializeAttachment({ errors: errors + 1, follower } satisfies Attachment);
  sendFrame(socket, JSON.stringify(error));
  if (errors + 1 >= MAX_ERRORS) closeSocket(socket, CLOSE.protocol, "unknown messages");
}

/** Resets the count of errors after a valid message. */
export function forgetErrors(socket: WebSocket): void {
  const { errors, follower } = attachmentOf(socket);
  if (errors > 0) socket.serializeAttachment({ errors: 0, follower } satisfies Attachment);
}

/**
 * Closes the socket if the message is too large, and returns whether it did. A character is at least a byte, so a huge text
 * need not be encoded to be measured.
 */
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

/** The credential by which the socket was opened; null for the public. */
export function followerOf(socket: WebSocket): Follower | null {
  return attachmentOf(socket).follower;
}

/** The open sockets that came by a credential, each with its follower. */
export function followersOf(
  sockets: readonly WebSocket[],
): { readonly socket: WebSocket; readonly follower: Follower }[] {
  return sockets.flatMap((socket) => {
    // The state is checked since a socket that was closed from this end stays in the list until the other end has replied.
    const follower = socket.readyState === WebSocket.OPEN ? followerOf(socket) : null;
    return follower ? [{ socket, follower }] : [];
  });
}

/** Replaces the follower of an open socket. */
export function keepFollower(socket: WebSocket, follower: Follower): void {
  socket.serializeAttachment({ ...attachmentOf(socket), follower } satisfies Attachment);
}

/** Sockets that an earlier version accepted have no attachment, or one without a follower. */
function attachmentOf(socket: WebSocket): Attachment {
  // The cast holds, since only `serializeAttachment` in this file writes attachments.
  const attachment = socket.deserializeAttachment() as Partial<Attachment> | null;
  return { errors: attachment?.errors ?? 0, follower: attachment?.follower ?? null };
}

/** Completes a close from the other end with its own code and reason. */
export function completeClose(socket: WebSocket, code: number, reason: string): void {
  if (code === NO_STATUS) closeSocket(socket);
  else closeSocket(socket, code, reason);
}

/** Closing twice, or after the other end did, is harmless. */
export function closeSocket(socket: WebSocket, code?: number, reason?: string): void {
  try {
    socket.close(code, reason);
  } catch {
    // The socket is already closed.
  }
}

/** Rule L6: never waits. Sending to a socket that is gone is harmless, since its close event is on its way. */
export function sendFrame(socket: WebSocket, frame: string): void {
  try {
    socket.send(frame);
  } catch {
    // The other end closed between two frames.
  }
}
