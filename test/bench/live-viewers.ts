// The viewers of the live scenario, in a process of their own: they follow one socket and say what came when.

import { WebSocket } from "ws";

export type ViewersAsked = { readonly url: string; readonly count: number; readonly typeId: string };
/** `most`: frames of one viewer in any second. `delays`: of some, each position of the type and when it came, epoch ms. */
export type ViewersSeen = {
  readonly open: number;
  readonly frames: number;
  /** Frames to the timed viewers that show another type too. */
  readonly others: number;
  readonly most: number;
  readonly delays: readonly (readonly [seq: number, cameAt: number])[][];
};
type Order = { readonly kind: "open"; readonly asked: ViewersAsked } | { readonly kind: "report" | "reset" | "close" };

type Viewer = { readonly socket: WebSocket; times: number[]; others: number; shown: [number, number][] };
const viewers: Viewer[] = [];
/** So many sockets are opened at a time: a loopback's queue of connections is short. */
const AT_ONCE = 200;
/** Of so many viewers it is told when each position came; of all, how many frames. */
const TIMED = 50;

process.on("message", (order: Order) => {
  if (order.kind === "open") void openAll(order.asked).then(() => process.send?.("open"));
  else if (order.kind === "report") process.send?.(report());
  else if (order.kind === "reset") {
    for (const viewer of viewers) Object.assign(viewer, { times: [], shown: [], others: 0 });
    process.send?.("reset");
  } else {
    for (const { socket } of viewers) socket.terminate();
    process.exit(0);
  }
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
    const viewer: Viewer = { socket, times: [], shown: [], others: 0 };
    const timed = viewers.length < TIMED;
    viewers.push(viewer);
    socket.once("error", reject);
    socket.once("message", () => settle());
    socket.on("message", (data: Buffer) => {
      const now = Date.now();
      viewer.times.push(now);
      if (!timed) return;
      const text = data.toString("latin1");
      if (text.includes("},{")) viewer.others += 1;
      const seq = position.exec(text)?.[1];
      if (seq !== undefined) viewer.shown.push([Number(seq), now]);
    });
  });
}

function report(): ViewersSeen {
  return {
    open: viewers.filter(({ socket }) => socket.readyState === WebSocket.OPEN).length,
    frames: viewers.reduce((sum, { times }) => sum + times.length, 0),
    others: viewers.reduce((sum, { others }) => sum + others, 0),
    most: Math.max(0, ...viewers.map(({ times }) => mostInASecond(times))),
    delays: viewers.slice(0, TIMED).map(({ shown }) => shown),
  };
}

function mostInASecond(times: readonly number[]): number {
  let most = 0;
  let from = 0;
  for (const [at, time] of times.entries()) {
    while ((times[from] ?? time) <= time - 1_000) from += 1;
    most = Math.max(most, at - from + 1);
  }
  return most;
}
