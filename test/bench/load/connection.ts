// Is a connection of the bench's own load: HTTP/1.1, kept open, one request at a time, as cheap as possible, so that
// the load takes little from what it measures.

import { connect, type Socket } from "node:net";

export type Reply = { readonly status: number; readonly retryAfterMs: number };
export type Connection = { ask(request: string): Promise<Reply>; close(): void };

const HEAD_END = "\r\n\r\n";
const LAST_CHUNK = "0\r\n\r\n";

export function openConnection(baseUrl: string): Promise<Connection> {
  const { hostname, port } = new URL(baseUrl);
  return new Promise((settle, reject) => {
    const socket = connect({ host: hostname, port: Number(port), noDelay: true });
    socket.setEncoding("latin1");
    socket.once("error", reject);
    socket.once("connect", () => settle(over(socket)));
  });
}

function over(socket: Socket): Connection {
  let received = "";
  let waiting: { settle: (reply: Reply) => void; reject: (why: Error) => void } | null = null;
  socket.on("data", (text: string) => {
    received += text;
    const end = wholeAnswer(received);
    if (end === null || !waiting) return;
    const { settle } = waiting;
    const reply = replyOf(received);
    waiting = null;
    received = received.slice(end);
    settle(reply);
  });
  socket.on("error", (why) => waiting?.reject(why));
  socket.on("close", () => waiting?.reject(new Error("the server closed the connection")));
  return {
    ask: (request) =>
      new Promise((settle, reject) => {
        waiting = { settle, reject };
        socket.write(request);
      }),
    close: () => socket.destroy(),
  };
}

/** Where the response ends, or null while it is not whole. */
function wholeAnswer(text: string): number | null {
  const head = text.indexOf(HEAD_END);
  if (head < 0) return null;
  const body = head + HEAD_END.length;
  const length = /\r\ncontent-length: *(\d+)/i.exec(text.slice(0, head))?.[1];
  if (length !== undefined) return text.length >= body + Number(length) ? body + Number(length) : null;
  const last = text.indexOf(LAST_CHUNK, body);
  return last < 0 ? null : last + LAST_CHUNK.length;
}

function replyOf(text: string): Reply {
  const retryAfter = /\r\nretry-after: *(\d+)/i.exec(text.slice(0, text.indexOf(HEAD_END)))?.[1];
  return { status: Number(text.slice(9, 12)), retryAfterMs: Number(retryAfter ?? 0) * 1_000 };
}

/** The request of a hold of one ticket, as text. */
export function holdRequest(host: string, path: string, token: string, key: string): string {
  return postRequest({ host, path, token, body: `{"quantity":1}`, more: `Idempotency-Key: ${key}\r\n` });
}

export type PostAsked = {
  readonly host: string;
  readonly path: string;
  readonly token: string;
  /** JSON, all of it ASCII. */
  readonly body: string;
  /** Further headers, each with its line end. */
  readonly more?: string;
};

export function postRequest({ host, path, token, body, more = "" }: PostAsked): string {
  return (
    `POST ${path} HTTP/1.1\r\nHost: ${host}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n` +
    `Authorization: Bearer ${token}\r\n${more}\r\n${body}`
  );
}
