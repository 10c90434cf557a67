// A client of a running server, over connections that stay open: as many requests as connections are in flight at once.

import { Agent, type IncomingHttpHeaders, request as send } from "node:http";
import type { Availability, Occupancy, Page, Shopper } from "./wire.ts";
import { must } from "../../../src/domain/result.ts";

export type Asked = {
  readonly token?: string;
  /** Sent as JSON; `raw` is sent as it is. */
  readonly json?: unknown;
  readonly raw?: string | Uint8Array;
  /** The Idempotency-Key. */
  readonly key?: string;
  readonly headers?: Readonly<Record<string, string>>;
};
export type Answer<T> = { readonly status: number; readonly headers: IncomingHttpHeaders; readonly body: T };

export type Client = {
  /** Rejects when the connection breaks before the response is complete. The body is null when there is none. */
  ask<T>(method: string, path: string, asked?: Asked): Promise<Answer<T>>;
  close(): void;
};

/** Shorter than the time after which the server closes a connection that nobody uses. */
const IDLE_MS = 2_000;

export function openClient(baseUrl: string, connections = 16): Client {
  const agent = new Agent({ keepAlive: true, maxSockets: connections, timeout: IDLE_MS });
  const { hostname, port } = new URL(baseUrl);
  return {
    ask: <T>(method: string, path: string, asked: Asked = {}) =>
      new Promise<Answer<T>>((settle, reject) => {
        const body = asked.json === undefined ? asked.raw : JSON.stringify(asked.json);
        const headers = headersOf(asked, body);
        const outgoing = send({ agent, hostname, port, method, path, headers });
        outgoing.once("error", reject);
        outgoing.once("response", (incoming) => {
          let text = "";
          incoming.setEncoding("utf8");
          incoming.on("data", (chunk: string) => {
            text += chunk;
          });
          incoming.once("error", reject);
          incoming.once("end", () => {
            // The one cast: what the body must be is what the caller's test says of it.
            const parsed = (text === "" ? null : parse(text)) as T;
            settle({ status: incoming.statusCode ?? 0, headers: incoming.headers, body: parsed });
          });
        });
        outgoing.end(body);
      }),
    close: () => agent.destroy(),
  };
}

function headersOf(
  { token, json, key, headers }: Asked,
  body: string | Uint8Array | undefined,
): Record<string, string> {
  return {
    ...(token !== undefined && { Authorization: `Bearer ${token}` }),
    ...(key !== undefined && { "Idempotency-Key": key }),
    ...(json !== undefined && { "Content-Type": "application/json" }),
    ...(body !== undefined && { "Content-Length": String(Buffer.byteLength(body)) }),
    ...headers,
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** The status and the code of a refusal, as one text to compare. */
export async function refusalOf(answer: Promise<Answer<unknown>>): Promise<string> {
  const { status, body } = await answer;
  const code = typeof body === "object" && body !== null && "code" in body ? String(body.code) : "none";
  return `${status} ${code}`;
}

export async function mintShoppers(client: Client, count: number): Promise<Shopper[]> {
  const minted = await Promise.all(Array.from({ length: count }, () => client.ask<Shopper>("POST", "/v1/shoppers")));
  return minted.map(({ body }) => body);
}

/** All pages of a list. */
export async function listAll<T>(client: Client, path: string, token: string): Promise<T[]> {
  const all: T[] = [];
  let cursor: string | null = null;
  do {
    const page: Answer<Page<T>> = await client.ask<Page<T>>(
      "GET",
      `${path}${path.includes("?") ? "&" : "?"}limit=100${cursor === null ? "" : `&cursor=${encodeURIComponent(cursor)}`}`,
      { token },
    );
    if (page.status !== 200) throw new Error(`${path}: ${page.status} ${JSON.stringify(page.body)}`);
    all.push(...page.body.data);
    cursor = page.body.next_cursor;
  } while (cursor !== null);
  return all;
}

/** What the storefront shows of one ticket type, by counts read after this request. */
export async function countsOf(client: Client, eventId: string, ticketTypeId: string): Promise<Occupancy> {
  const queriedAt = Date.now();
  const ask = () => client.ask<Availability>("GET", `/v1/public/events/${eventId}/availability`);
  let { body } = await ask();
  while (Date.parse(body.at) < queriedAt) {
    await new Promise((settle) => setTimeout(settle, 25));
    ({ body } = await ask());
  }
  return must(
    body.ticket_types.find(({ id }) => id === ticketTypeId),
    "the type is public",
  );
}
