// The Durable Object of an event's door desk, on itty-durable behind a door of our own: three methods, and nothing else
// of what the library would let a caller do. It is small, cool, and may be lost: devices report again within 15 s.

import { DurableObject } from "cloudflare:workers";
import type { Desk } from "./desk.ts";

const METHODS = ["heartbeat", "putNotice", "read"] as const;
const ALLOWED: ReadonlySet<string> = new Set(METHODS.map((name) => `/do/call/${name}`));

export class DoorDesk extends DurableObject<Env> {
  readonly #desk: Promise<Desk> = this.ctx.blockConcurrencyWhile(async () => {
    const { Desk: Loaded } = await import("./desk.ts");
    // No bindings: the library takes whatever has a method of that name for an object, an assets binding too.
    return new Loaded(this.ctx, {});
  });

  override async fetch(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url);
    if (request.method !== "GET" || !ALLOWED.has(pathname)) return new Response(null, { status: 404 });
    // The one cast: the library has no types, and answers every call with a response.
    return (await (await this.#desk).fetch(request)) as Response;
  }
}
