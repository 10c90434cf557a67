// Runs the viewers of the live scenario in a process of their own: they follow one socket and report what arrived when.

import { WebSocket } from "ws";
import { mostInASecond } from "../report/timings.ts";

export type ViewersAsked = { readonly url: string; readonly count: number; readonly typeId: string };
/** `most`: frames of one viewer in any second. `delays`: of some, each position of the type and when it came, epoch ms. */
export type ViewersSeen = {
  readonly open: number;
  readonly frames: number;
  /** Frames to the timed viewers that show another type too. */
  readonly others: number;
  readonly most: number;
  readonly delays: readonly (readonly [seq: number, cameAt: number])[][];
  /** For each viewer, the position in its latest frame, 0 before any, and when that came, epoch ms. */
  readonly latest: readonly (readonly [seq: number, cameAt: number])[];
};
type Order = { readonly kind: "open"; readonly asked: ViewersAsked } | { readonly kind: "report" | "reset" | "close" };

type Viewer = {
  readonly socket: WebSocket;
  /** Where a frame has the type's position. */
  readonly position: RegExp;
  /** Its latest frame: of a crowd no other is read. */
  frame: Buffer | null;
  times: number[];
  others: number;
  shown: [number, number][];
};
const viewers: Viewer[] = [];
/** So many sockets are opened at a time: a loopback's queue of connections is short. */
const AT_ONCE = 200;
/** For so many viewers it reports when each position came; for all, how many frames. */
const TIMED = 50;

process.on("message", (order: Order) => {
  if (order.kind === "open") void openAll(order.asked).then(() => process.send?.("open"));
  else if (order.kind === "report") process.send?.(report());
  else if (order.kind === "reset") {
    for (const viewer of viewers) Object.assign(viewer, { times: [], shown: [], others: 0, frame: null });
    process.send?.("reset");
  } else void closeAll().then(() => process.exit(0));
});

async function openAll({ url, count, typeId }: ViewersAsked): Promise<void> {
  while (viewers.length < count) {
    const batch = Math.min(AT_ONCE, count - viewers.length);
    await Promise.all(Array.from({ length: batch }, () => openOne(url, new RegExp(`"id":"${typeId}","seq":(\\d+)`))));
  }
}

function openOne(url: string, position: RegExp): Promise<void> {
  return new Promise((settle, reject) => {
    const socket = new WebSocket(url);
    const viewer: Viewer = { socket, position, frame: null, times: [], shown: [], others: 0 };
    const timed = viewers.length < TIMED;
    viewers.push(viewer);
    socket.once("error", reject);
    socket.once("message", () => settle());
    socket.on("message", (data: Buffer) => {
      const now = Date.now();
      viewer.times.push(now);
      viewer.frame = data;
      if (!timed) return;
      const text = data.toString("latin1");
      if (text.includes("},{")) viewer.others += 1;
      const seq = positionIn(viewer, text);
      if (seq > 0) viewer.shown.push([seq, now]);
    });
  });
}

/** As a browser does, so that the server has closed each of them, too, when this returns. */
async function closeAll(): Promise<void> {
  const open = viewers.filter(({ socket }) => socket.readyState !== WebSocket.CLOSED);
  const closed = open.map(({ socket }) => new Promise((settle) => socket.once("close", settle)));
  for (const { socket } of open) socket.close();
  await Promise.all(closed);
}

function report(): ViewersSeen {
  return {
    open: viewers.filter(({ socket }) => socket.readyState === WebSocket.OPEN).length,
    frames: viewers.reduce((sum, { times }) => sum + times.length, 0),
    others: viewers.reduce((sum, { others }) => sum + others, 0),
    most: Math.max(0, ...viewers.map(({ times }) => mostInASecond(times))),
    delays: viewers.slice(0, TIMED).map(({ shown }) => shown),
    latest: viewers.map((viewer) => [
      positionIn(viewer, viewer.frame?.toString("latin1") ?? ""),
      viewer.times.at(-1) ?? 0,
    ]),
  };
}

/** The type's position in the frame; 0 when the frame does not show the type. */
function positionIn({ position }: Viewer, frame: string): number {
  return Number(position.exec(frame)?.[1] ?? 0);
}
