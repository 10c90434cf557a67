// Proxies the connection between a browser and a server so that a test can cut it: a browser's `setOffline` leaves open
// sockets open.

import { type AddressInfo, createServer, connect, type Socket } from "node:net";

export type CutLine = {
  readonly baseUrl: string;
  /** From now on nothing passes, and neither side is notified: as when a phone loses its network. */
  cut(): void;
  /** Old connections stay dead; new ones work. */
  join(): void;
  /** Keeps the server's bytes back until `release`. */
  hold(): void;
  release(): void;
  close(): Promise<void>;
};

/** To the server at `baseUrl`, on loopback. */
export async function openCutLine(baseUrl: string): Promise<CutLine> {
  const { hostname, port } = new URL(baseUrl);
  const pairs = new Set<readonly [Socket, Socket]>();
  let isCut = false;
  /** What was kept back, in order; null while nothing is. */
  let held: (() => void)[] | null = null;
  const server = createServer((near) => {
    const far = connect(Number(port), hostname);
    const pair = [near, far] as const;
    pairs.add(pair);
    const end = () => {
      pairs.delete(pair);
      for (const socket of pair) socket.destroy();
    };
    for (const socket of pair) {
      socket.setNoDelay(true);
      socket.on("error", end);
      socket.on("close", end);
    }
    const pass = (to: Socket) => (bytes: Buffer) => void (!isCut && !to.destroyed && to.write(bytes));
    near.on("data", pass(far));
    far.on("data", (bytes: Buffer) => {
      if (held === null) pass(near)(bytes);
      else held.push(() => pass(near)(bytes));
    });
  });
  await new Promise<void>((settle) => server.listen(0, "127.0.0.1", settle));
  // The cast: it listens on a port.
  const own = (server.address() as AddressInfo).port;
  const dropAll = () => {
    for (const [near, far] of pairs) {
      near.destroy();
      far.destroy();
    }
  };
  return {
    baseUrl: `http://127.0.0.1:${own}`,
    cut() {
      isCut = true;
    },
    join() {
      dropAll();
      isCut = false;
    },
    hold() {
      held = [];
    },
    release() {
      for (const passOn of held ?? []) passOn();
      held = null;
    },
    close() {
      dropAll();
      return new Promise((settle) => server.close(() => settle()));
    },
  };
}
