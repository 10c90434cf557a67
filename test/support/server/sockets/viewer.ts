// Follows a socket as a page does.

import { WebSocket } from "ws";
import type { Frame, Occupancy } from "../wire.ts";

export type Viewer = {
  readonly socket: WebSocket;
  /** Every frame so far with the moment it came, epoch ms. */
  readonly frames: { readonly frame: Frame; readonly cameAt: number }[];
  /** Texts that are no JSON, such as the runtime's `pong`. */
  readonly texts: string[];
  /** Resolves with the first frame that fits and when it came, also one that has come before. */
  until(fits: (frame: Frame) => boolean): Promise<{ readonly frame: Frame; readonly cameAt: number }>;
  untilText(text: string): Promise<void>;
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>;
};

/** A stranger's, on a ticket type. Rejects with the status when there is no upgrade. */
export function openViewer(baseUrl: string, ticketTypeId: string): Promise<Viewer> {
  return openSocket(baseUrl, `/v1/ticket-types/${ticketTypeId}/live`);
}

export function openSocket(baseUrl: string, path: string, headers: Record<string, string> = {}): Promise<Viewer> {
  const socket = new WebSocket(baseUrl.replace(/^http/, "ws") + path, { headers });
  const frames: { frame: Frame; cameAt: number }[] = [];
  const texts: string[] = [];
  const looks = new Set<() => void>();
  const closed = new Promise<{ code: number; reason: string }>((settle) => {
    socket.once("close", (code: number, reason: Buffer) => settle({ code, reason: reason.toString("utf8") }));
  });
  socket.on("message", (data: Buffer) => {
    const text = data.toString("utf8");
    // The one cast: what a frame must be is docs/api.md's, and the tests' to check.
    if (text.startsWith("{")) frames.push({ frame: JSON.parse(text) as Frame, cameAt: Date.now() });
    else texts.push(text);
    for (const look of looks) look();
  });
  const until = <T>(find: () => T | undefined) =>
    new Promise<T>((settle, reject) => {
      const look = () => {
        const found = find();
        if (found === undefined) return;
        looks.delete(look);
        settle(found);
      };
      looks.add(look);
      look();
      void closed.then(({ code }) =>
        reject(new Error(`closed with ${code} before that: ${JSON.stringify(frames.at(-1))}`)),
      );
    });
  const viewer: Viewer = {
    socket,
    frames,
    texts,
    closed,
    until: (fits) => until(() => frames.find(({ frame }) => fits(frame))),
    untilText: async (text) => void (await until(() => texts.find((each) => each === text))),
  };
  return new Promise((settle, reject) => {
    socket.once("unexpected-response", (_, { statusCode }) => reject(new Error(`no upgrade: ${statusCode}`)));
    socket.once("error", reject);
    socket.once("open", () => settle(viewer));
  });
}

/** Fits a frame that shows the type's counts so. */
export function shows(counts: Partial<Occupancy>): (frame: Frame) => boolean {
  return ({ ticket_types }) => {
    const [shown] = ticket_types ?? [];
    if (!shown) return false;
    return Object.entries(counts).every(([name, value]) => Reflect.get(shown, name) === value);
  };
}
