// Handles what a scanner sends over its socket (rules D12, D23).

import type { DoorBook } from "../../domain/door/book.ts";
import type { DoorActor, LeaseCommand, LeaseReply, ScanReply } from "../../domain/door/command.ts";
import { type Refusal, UNAVAILABLE } from "../../domain/errors.ts";
import { type EventId, type OrganizationId, parseId, type ScanId, type TicketTypeId } from "../../domain/ids.ts";
import { MAX_SCANNER_FRAME_BYTES } from "../../domain/limits.ts";
import { accept, assert, must, refuse, type Result } from "../../domain/result.ts";
import type { LeaseFrame, LeaseMessage, RefusedFrame, ScanMessage, VerdictFrame } from "../../sockets/door-protocol.ts";
import {
  endTooLarge,
  type Follower,
  followerOf,
  forgetErrors,
  noteError,
  sendFrame,
  UNKNOWN_MESSAGE,
} from "../../sockets/sessions.ts";
import type { ScanRequest } from "../client.ts";
import { leaseFrame } from "./door-frames.ts";
import { readMessage } from "./read-message.ts";
import { renderScan } from "../shown-scan.ts";

export type ScannerMessagesDeps = {
  readonly book: () => DoorBook;
  readonly clock: () => number;
  /** In how many seconds this scanner may try typed codes again; null when it may now. */
  readonly typingWait: (scanner: string) => number | null;
  /** See `typeOfTyped` in typed-type.ts; rejects when D1 is away. */
  readonly typeOf: (
    organizationId: OrganizationId,
    id: EventId,
    code: string,
  ) => Promise<Result<TicketTypeId | null, Refusal>>;
  readonly scan: (id: EventId, request: ScanRequest) => Promise<ScanReply>;
  readonly lease: (id: EventId, command: Omit<LeaseCommand, "kind">) => Promise<LeaseReply>;
  readonly acked: (scanIds: readonly ScanId[]) => void;
  readonly onFailure: (event: "typed_not_looked_up", fault: unknown) => void;
};

/** Handles one message of a scanner and sends the reply. Never rejects. */
export async function handleScannerMessage(
  deps: ScannerMessagesDeps,
  socket: WebSocket,
  frame: string | ArrayBuffer,
): Promise<void> {
  // A socket that we have closed may deliver messages until the scanner has confirmed the close.
  if (socket.readyState !== WebSocket.OPEN) return;
  if (endTooLarge(socket, frame, MAX_SCANNER_FRAME_BYTES)) return;
  const follower = followerOf(socket);
  const read = readMessage(frame);
  if (read.kind === "malformed") return noteError(socket, { type: "error", code: "malformed_message", ...read.fault });
  // Not counted as an error: a newer scanner may send messages that this release does not know.
  if (read.kind === "unknown") return sendFrame(socket, JSON.stringify(UNKNOWN_MESSAGE));
  if (read.kind === "no_message" || !follower) return noteError(socket, UNKNOWN_MESSAGE);
  forgetErrors(socket);
  const { message } = read;
  if (message.type === "ack") return deps.acked(message.scan_ids as readonly ScanId[]);
  const reply =
    message.type === "lease" ? await replyToLease(deps, follower, message) : await replyToScan(deps, follower, message);
  sendFrame(socket, JSON.stringify(reply));
}

async function replyToScan(
  deps: ScannerMessagesDeps,
  follower: Follower,
  message: ScanMessage,
): Promise<VerdictFrame | RefusedFrame> {
  const { scan_id } = message;
  const reply = await decideScan(deps, follower, message);
  return reply.ok
    ? { type: "verdict", scan_id, scan: renderScan(reply.value) }
    : { type: "refused", scan_id, ...refusedFields(reply.refusal) };
}

/** Decides a scan as over HTTP, except that a socket takes no override of a supervisor. */
async function decideScan(deps: ScannerMessagesDeps, follower: Follower, message: ScanMessage): Promise<ScanReply> {
  const { code, direction, source, from_lease: fromLease = 0 } = message;
  const [scanId, gateId] = [must(parseId("scn", message.scan_id), "it was read"), parseId("gate", message.gate_id)];
  const eventId = deps.book().terms?.eventId;
  if (eventId === undefined || gateId === null) return refuse({ code: "not_found" });
  const by = actorOf(follower);
  const type = source === "typed" ? await typeOf(deps, by, eventId, code) : accept(null);
  if (!type.ok) return type;
  const request = {
    by,
    requestId: scanId,
    scanId,
    code,
    direction,
    gateId,
    source,
    fromLease,
    ticketTypeId: type.value,
  };
  return deps.scan(eventId, { ...request, override: null, acked: [] });
}

async function typeOf(
  deps: ScannerMessagesDeps,
  { id: scanner, organizationId }: DoorActor,
  id: EventId,
  code: string,
) {
  // Checked first, so that a scanner over its limit causes no query of D1 or of an order's home.
  const wait = deps.typingWait(scanner);
  if (wait !== null) return refuse({ code: "rate_limited", retryAfterSeconds: wait } as const);
  try {
    return await deps.typeOf(organizationId, id, code);
  } catch (fault) {
    deps.onFailure("typed_not_looked_up", fault);
    return refuse(UNAVAILABLE);
  }
}

async function replyToLease(
  deps: ScannerMessagesDeps,
  follower: Follower,
  { returned, calls, wants = true }: LeaseMessage,
): Promise<LeaseFrame | RefusedFrame> {
  const eventId = deps.book().terms?.eventId;
  if (eventId === undefined) return { type: "refused", code: "not_found" };
  // A message on a socket has no request id: the rows name the scanner in its place.
  const by = actorOf(follower);
  const reply = await deps.lease(eventId, { by, requestId: by.id, report: { returned, calls }, wants });
  return reply.ok ? leaseFrame(reply.value, deps.clock()) : { type: "refused", ...refusedFields(reply.refusal) };
}

function refusedFields(refusal: Refusal): Pick<RefusedFrame, "code" | "retry_after_seconds"> {
  const wait = "retryAfterSeconds" in refusal ? { retry_after_seconds: refusal.retryAfterSeconds } : {};
  return { code: refusal.code, ...wait };
}

/** The follower as the actor of the door's commands. */
export function actorOf(follower: Follower): DoorActor {
  const { id, organizationId } = follower;
  if (follower.kind !== "device") return { id, organizationId, device: null };
  const { venueId, gateId, eventId = null } = follower;
  assert(gateId !== undefined, "the door's own sockets say at which gate they are");
  return { id, organizationId, device: { venueId, gateId, eventId } };
}
