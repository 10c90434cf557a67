// A viewer's socket on a ticket type's own object, as a test follows it.

import type { TicketTypeId } from "../../../src/domain/ids.ts";
import type { DoorShown } from "../../../src/feed/client.ts";
import { objectOf } from "./fixture.ts";
import { ask } from "./http.ts";

export type Frame = {
  type: string;
  at: string;
  code?: string;
  event?: { id: string; status: string; version?: number };
  gates?: { id: string; gate_code: string; status: string; version: number }[];
  gate?: { id: string; gate_code: string; status: string; version: number };
  devices?: { id: string; gate_id: string | null; queued_scans: number; last_heartbeat_at: string }[];
  notice?: { text: string | null; version: number; updated_at: string } | null;
  sockets?: number;
  door?: DoorShown | null;
  ticket_types?: {
    id: string;
    seq: number;
    status: string;
    total: number;
    sold: number;
    held: number;
    available: number;
  }[];
};

export type Viewer = {
  readonly socket: WebSocket;
  readonly frames: Frame[];
  readonly texts: string[];
  /** Resolves when a frame fits, also one that has come before. */
  until(fits: (frame: Frame) => boolean): Promise<Frame>;
  readonly closed: Promise<{ code: number; reason: string }>;
};

export function upgrade(typeId: TicketTypeId, headers: Record<string, string> = {}): Promise<Response> {
  return objectOf(typeId).fetch(`https://inventory/${typeId}`, { headers: { Upgrade: "websocket", ...headers } });
}

export async function openViewer(typeId: TicketTypeId): Promise<Viewer> {
  return viewerOn(await upgrade(typeId));
}

/** A socket through the Worker, as any client opens it: of an event, its scanner channel or a ticket type. */
export async function follow(path: string, token?: string): Promise<Viewer> {
  return viewerOn(await ask("GET", path, { headers: { Upgrade: "websocket" }, ...(token !== undefined && { token }) }));
}

export function viewerOn({ status, webSocket: socket }: Response): Viewer {
  if (!socket) throw new Error(`no socket: ${status}`);
  const frames: Frame[] = [];
  const texts: string[] = [];
  const waiting = new Set<() => void>();
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    socket.addEventListener("close", ({ code, reason }) => resolve({ code, reason }));
  });
  socket.addEventListener("message", ({ data }) => {
    const text = String(data);
    texts.push(text);
    if (text !== "pong") frames.push(JSON.parse(text) as Frame);
    for (const look of waiting) look();
  });
  socket.accept();
  return {
    socket,
    frames,
    texts,
    closed,
    until: (fits) =>
      new Promise((resolve) => {
        const look = (): void => {
          const frame = frames.find(fits);
          if (!frame) return;
          waiting.delete(look);
          resolve(frame);
        };
        waiting.add(look);
        look();
      }),
  };
}

/** Shows this type with these counts. */
export const showing =
  (id: string, counts: Partial<NonNullable<Frame["ticket_types"]>[number]>) =>
  ({ ticket_types }: Frame): boolean => {
    const shown = ticket_types?.find((each) => each.id === id);
    return shown !== undefined && Object.entries(counts).every(([name, value]) => Reflect.get(shown, name) === value);
  };

export const available =
  (count: number) =>
  (frame: Frame): boolean =>
    frame.ticket_types?.[0]?.available === count;
