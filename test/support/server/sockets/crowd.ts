// Opens many followers of one socket, by the package's client on sockets of `ws`.

import { WebSocket } from "ws";
import { type Connection, followLive, type Live, type SocketClass } from "../../../../src/client/live.ts";
import type { LiveState } from "../../../../src/client/live-state.ts";
import type { ServerFrame } from "../../../../src/sockets/protocol.ts";

export type Follower = {
  readonly live: Live;
  readonly frames: { readonly frame: ServerFrame; readonly cameAt: number }[];
  /** When it was opened, each time; epoch ms. */
  readonly openedAt: number[];
  /** How long it waited before it connected again, each time, ms. */
  readonly waitedMs: number[];
};

export type Crowd = {
  readonly followers: readonly Follower[];
  /** Resolves when each of them fits. */
  until(fits: (state: LiveState, connection: Connection) => boolean): Promise<void>;
  close(): void;
};

/** The one cast: `ws` has what is used of a socket, with wider types of its events. */
export const Socket = WebSocket as unknown as SocketClass;

/** `count` followers of `path`, all opened at once. */
export function openCrowd(baseUrl: string, path: string, count: number, token?: string): Crowd {
  const looks = new Set<() => void>();
  const look = () => {
    for (const each of looks) each();
  };
  const followers = Array.from({ length: count }, (): Follower => {
    const frames: Follower["frames"] = [];
    const openedAt: number[] = [];
    const waitedMs: number[] = [];
    const live = followLive({
      baseUrl,
      path,
      WebSocket: Socket,
      ...(token !== undefined && { token }),
      onState: (_, frame) => {
        frames.push({ frame, cameAt: Date.now() });
        look();
      },
      onConnection: (connection) => {
        if (connection.state === "open") openedAt.push(Date.now());
        if (connection.state === "waiting") waitedMs.push(connection.retryInMs);
        look();
      },
    });
    return { live, frames, openedAt, waitedMs };
  });
  return {
    followers,
    until: (fits) =>
      new Promise((settle) => {
        let waiting = [...followers];
        const own = () => {
          // From the end only: those that fit are not checked again.
          while (waiting.length > 0) {
            const last = waiting.at(-1);
            if (!last || !fits(last.live.state(), last.live.connection())) return;
            waiting = waiting.slice(0, -1);
          }
          looks.delete(own);
          settle();
        };
        looks.add(own);
        own();
      }),
    close() {
      for (const { live } of followers) live.close();
    },
  };
}
