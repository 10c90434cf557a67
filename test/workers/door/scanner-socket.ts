// A scanner's socket at a door, as a test holds it.

import { newId } from "../../../src/app/context.ts";
import type { Direction } from "../../../src/domain/door/scan.ts";
import type {
  AlertFrame,
  DoorNewsFrame,
  DoorSnapshotFrame,
  LeaseFrame,
  RefusedFrame,
  ScanMessage,
  TermsFrame,
  TicketSeen,
  VerdictFrame,
} from "../../../src/sockets/door-protocol.ts";
import type { ErrorFrame, NoticeFrame } from "../../../src/sockets/protocol.ts";
import { type At, atGate, type Bought, buy, openEvening } from "./evening.ts";
import { type Doors, openGate } from "../support/doors.ts";
import { follow, type Viewer } from "../support/socket.ts";

export type DoorFrame =
  | DoorSnapshotFrame
  | LeaseFrame
  | DoorNewsFrame
  | AlertFrame
  | TermsFrame
  | NoticeFrame
  | VerdictFrame
  | RefusedFrame
  | ErrorFrame;
type Of<T extends DoorFrame["type"]> = Extract<DoorFrame, { readonly type: T }>;

export type ScannerSocket = Pick<Viewer, "socket" | "texts" | "closed"> & {
  readonly frames: readonly DoorFrame[];
  readonly of: <T extends DoorFrame["type"]>(type: T) => Of<T>[];
  /** Resolves when a frame of this type fits, also one that has come before. */
  readonly until: <T extends DoorFrame["type"]>(type: T, fits?: (frame: Of<T>) => boolean) => Promise<Of<T>>;
  readonly send: (message: object) => void;
  /** Sends a scan; resolves with its reply. */
  readonly scan: (code: string, parts?: Partial<ScanMessage>) => Promise<VerdictFrame | RefusedFrame>;
};

export const doorPath = ({ eventId }: Pick<Doors, "eventId">) => `/v1/events/${eventId}/door`;

export async function openScanner(show: Pick<Doors, "eventId">, at: At): Promise<ScannerSocket> {
  const viewer = await follow(doorPath(show), at.token);
  const frames = viewer.frames as unknown as DoorFrame[];
  const send = (message: object) => viewer.socket.send(JSON.stringify(message));
  const until: ScannerSocket["until"] = async (type, fits = () => true) => {
    type Sought = Of<typeof type>;
    const found = await viewer.until((frame) => frame.type === type && fits(frame as unknown as Sought));
    return found as unknown as Sought;
  };
  return {
    ...{ socket: viewer.socket, texts: viewer.texts, closed: viewer.closed, frames, until, send },
    of: (type) => frames.filter((frame): frame is Of<typeof type> => frame.type === type),
    async scan(code, parts = {}) {
      const scan_id = newId("scn");
      const direction: Direction = "in";
      const before = frames.length;
      const message = { type: "scan", scan_id, code, direction, source: "camera", gate_id: at.gateId, ...parts };
      send(message);
      const isAnswer = (frame: DoorFrame): frame is VerdictFrame | RefusedFrame =>
        (frame.type === "verdict" || frame.type === "refused") && frame.scan_id === message.scan_id;
      await viewer.until((frame) => {
        const known = frame as unknown as DoorFrame;
        return frames.indexOf(known) >= before && isAnswer(known);
      });
      return frames.slice(before).find(isAnswer) as VerdictFrame | RefusedFrame;
    },
  };
}

export const saidBy = (answer: VerdictFrame | RefusedFrame): string =>
  answer.type === "verdict" ? answer.scan.verdict : answer.code;

/** What a scanner knows of the tickets by its frames: the last of each. Throws where it has missed something. */
export function knownBy(scanner: ScannerSocket, from: number): { to: number; tickets: Map<string, TicketSeen> } {
  let to = from;
  const tickets = new Map<string, TicketSeen>();
  for (const { from_seq, to_seq, seen } of scanner.of("door")) {
    if (from_seq > to) throw new Error(`row ${from_seq} follows row ${to}: something was missed`);
    to = Math.max(to, to_seq);
    for (const ticket of seen) tickets.set(ticket.serial, ticket);
  }
  return { to, tickets };
}

/** An evening with scanners at two gates, and a ticket that was bought for it. `there` has the id of its device. */
export async function openTwoGates(): Promise<{
  readonly show: Doors;
  readonly here: At;
  readonly there: At & { readonly id: string };
  readonly ticket: Bought;
}> {
  const show = await openEvening();
  const other = await openGate(show.tenant, show.venueId);
  const there = { ...atGate(other), id: other.device.id };
  return { show, here: atGate(show), there, ticket: await buy(show, show.typeId) };
}
