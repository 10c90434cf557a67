import { expect, test } from "vitest";
import { closeSocket, sendFrame } from "../../../src/sockets/sessions.ts";

test("[L6] a socket that throws, whether sent to or closed, keeps nobody from going on", () => {
  const gone = (): never => {
    throw new TypeError("the socket is closed");
  };
  // The one cast: of a socket these two functions use nothing else.
  const socket = { send: gone, close: gone } as unknown as WebSocket;
  expect(() => sendFrame(socket, "{}")).not.toThrow();
  expect(() => closeSocket(socket, 4410, "over")).not.toThrow();
});
