// Follows a socket for `live` and `watch`: it reconnects by itself, and prints why when it cannot.

import { WebSocket } from "ws";
import { type Connection, followLive, type Live, type LiveOptions, type SocketClass } from "../../client/live.ts";
import { misuse } from "./command-line.ts";
import { fail, say } from "./terminal.ts";

/** Close codes after which reconnecting is of no use (docs/api.md, "Live"). */
const FINAL: Readonly<Record<number, string>> = {
  4400: "the server could not read a message",
  4401: "no longer authenticated",
  4403: "no longer allowed",
  4410: "the event is over",
};

export type Following = Pick<LiveOptions, "baseUrl" | "path" | "token" | "onState"> & {
  /** What is printed on a 404. */
  readonly unknown: string;
  readonly onConnection?: (connection: Connection) => void;
};

/** Ends the command when no connection ever succeeded, or reconnecting is of no use. */
export function followForPerson({ unknown, onConnection, ...options }: Following): Live {
  const { baseUrl, path } = options;
  let everOpen = false;

  /** The platform's WebSocket hides the status of a refused upgrade; that of `ws` has it. */
  class StatusSocket extends WebSocket {
    constructor(url: string, protocols: string[]) {
      super(url, protocols);
      this.on("unexpected-response", (_request, { statusCode = 0 }) => {
        if (statusCode === 404) fail(unknown);
        if (statusCode === 401 || statusCode === 403)
          fail(`${baseUrl} does not allow this key to follow it (${statusCode}).`);
        if (statusCode < 500 && statusCode !== 429) fail(`${baseUrl} refuses the socket with status ${statusCode}.`);
        this.terminate();
      });
    }
  }

  return followLive({
    ...options,
    // The cast holds, since `ws` has what is used of a socket, only with wider types of its events.
    WebSocket: StatusSocket as unknown as SocketClass,
    onConnection(connection) {
      if (connection.state === "open" && !everOpen) say(`Following ${baseUrl}${path} (Ctrl-C ends it)`);
      if (connection.state === "open") everOpen = true;
      if (connection.state === "ended") {
        fail(`The server closed the socket: ${FINAL[connection.code] ?? connection.reason} (${connection.code}).`);
      }
      if (connection.state === "waiting") {
        if (!everOpen) fail(`Nothing answers at ${baseUrl}. Is the server running (npm start)?`);
        say(`Connection lost (${connection.code}); reconnecting in ${(connection.retryInMs / 1_000).toFixed(1)} s`);
      }
      onConnection?.(connection);
    },
  });
}

/** The address that was given, or that of the server which was started here. */
export function readBaseUrl(argument: string | undefined, started: string | undefined, usage: string): string {
  const url = argument ?? started;
  if (!url) return fail(`No server has been started here yet (npm start), and no --url is given.\n${usage}`);
  return /^https?:\/\//.test(url)
    ? url.replace(/\/+$/, "")
    : misuse("--url must begin with http:// or https://", usage);
}
