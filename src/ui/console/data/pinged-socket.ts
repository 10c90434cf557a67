// Wraps a WebSocket that is pinged, and closes it when a pong is three seconds late or the browser reports that the
// network is gone. A socket that was merely cut stays open without a sign for minutes (rule C6).

import type { Socket } from "../../../client/client.ts";

type Listener = Parameters<Socket["addEventListener"]>[1];

/** Together less than five seconds from a cut to the close (rule C6). */
const PING_EVERY_MS = 1_500;
const PONG_MS = 3_000;
const LOST = 1006;
/** Fires `offline` when the network is gone. */
const page: {
  addEventListener(type: string, listener: () => void): void;
  removeEventListener(type: string, listener: () => void): void;
} = globalThis;

export class PingedSocket implements Socket {
  readonly #socket: WebSocket;
  readonly #onClose: Listener[] = [];
  readonly #timer: ReturnType<typeof setInterval>;
  /** When the first ping without a pong was sent; null when every ping has one. */
  #pingedAt: number | null = null;
  #isOver = false;

  constructor(url: string, protocols: string[]) {
    this.#socket = new WebSocket(url, protocols);
    this.#socket.addEventListener("message", () => (this.#pingedAt = null));
    this.#socket.addEventListener("close", ({ code, reason }) => this.#end(code, reason));
    page.addEventListener("offline", this.#lose);
    this.#timer = setInterval(() => this.#ping(), PING_EVERY_MS);
  }

  send(text: string): void {
    this.#socket.send(text);
  }

  close(code?: number): void {
    this.#stop();
    this.#socket.close(code);
  }

  addEventListener(type: "open" | "message" | "close" | "error", listener: Listener): void {
    if (type === "close") this.#onClose.push(listener);
    else
      this.#socket.addEventListener(type, (event) =>
        listener(event instanceof MessageEvent ? { data: event.data as unknown } : {}),
      );
  }

  readonly #lose = (): void => this.#end(LOST, "silent");

  #ping(): void {
    if (this.#socket.readyState !== WebSocket.OPEN) return;
    if (this.#pingedAt !== null && Date.now() - this.#pingedAt >= PONG_MS) return this.#lose();
    this.#pingedAt ??= Date.now();
    this.#socket.send("ping");
  }

  #end(code: number, reason: string): void {
    if (this.#isOver) return;
    this.#stop();
    this.#socket.close();
    for (const listener of this.#onClose) listener({ code, reason });
  }

  #stop(): void {
    this.#isOver = true;
    clearInterval(this.#timer);
    page.removeEventListener("offline", this.#lose);
  }
}
