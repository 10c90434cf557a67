// Has the WebSockets of a world: the server's end as an object has it, and the way of its frames to a viewer, in order.

import type { Scheduler, Actor } from "../scheduler.ts";

export type Viewer = { readonly onFrame: (frame: string) => void; readonly onClose: (code: number) => void };

/** The end that a Response carries: a viewer attaches to it, and gets what was sent before too. */
export type ClientEnd = { attach(viewer: Viewer): void; leave(): void };

export type ServerEnd = {
  send(frame: string): void;
  close(code?: number, reason?: string): void;
  serializeAttachment(value: unknown): void;
  deserializeAttachment(): unknown;
  isOpen(): boolean;
  readonly readyState: number;
  /** Set when an object accepts it: what it sends waits for the writes before it. */
  gate: (leave: () => void) => void;
  /** The viewer has left. */
  onLeave: () => void;
  /** Without a word, as when the object or the connection dies. */
  cut(): void;
};

const ABNORMAL = 1006;

export type SocketPair = { readonly 0: ClientEnd; readonly 1: ServerEnd };

export function openSocketPair(scheduler: Scheduler, network: Actor, delay: () => number): SocketPair {
  let viewer: Viewer | null = null;
  let early: ((to: Viewer) => void)[] = [];
  let open = true;
  let lastArrival = 0;
  let attachment: unknown = null;

  function carry(message: (to: Viewer) => void): void {
    if (!viewer) return void early.push(message);
    const to = viewer;
    // Not sooner than the one before: a socket keeps its order.
    lastArrival = Math.max(lastArrival + 1, scheduler.now() + delay());
    scheduler.after(lastArrival - scheduler.now(), network, () => message(to));
  }

  function end(code: number): void {
    if (!open) return;
    open = false;
    carry((to) => to.onClose(code));
  }

  const server: ServerEnd = {
    send(frame) {
      if (!open) throw new Error("injected: the socket is closed");
      this.gate(() => carry((to) => to.onFrame(frame)));
    },
    close(code = ABNORMAL) {
      this.gate(() => end(code));
    },
    serializeAttachment(value) {
      attachment = structuredClone(value);
    },
    deserializeAttachment: () => attachment,
    isOpen: () => open,
    get readyState() {
      return open ? WebSocket.OPEN : WebSocket.CLOSED;
    },
    gate: (leave) => leave(),
    onLeave: () => undefined,
    cut: () => end(ABNORMAL),
  };
  const client: ClientEnd = {
    attach(to) {
      viewer = to;
      const messages = early;
      early = [];
      for (const message of messages) carry(message);
    },
    leave() {
      if (!open) return;
      open = false;
      server.onLeave();
    },
  };
  return { 0: client, 1: server };
}
