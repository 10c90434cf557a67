// The Durable Object of an event's door desk. It allows three methods of itty-durable's object and nothing else that the
// library would let a caller do. Its state is small, seldom used, and may be lost: devices report again within 15 s.

import { DurableObject } from "cloudflare:workers";
import type { Desk } from "./desk.ts";

const METHODS = ["heartbeat", "putNotice", "read"] as const;
const ALLOWED: ReadonlySet<string> = new Set(METHODS.map((name) => `/do/call/${name}`));

export class DoorDesk extends DurableObject<Env> {
  readonly #desk: Promise<Desk> = this.ctx.blockConcurrencyWhile(async () => {
    const { Desk: Loaded } = await import("./desk.ts");
    // It gets no bindings, since the library takes any binding with a method of that name for an object, also that of the
    // assets.
    return new Loaded(this.ctx, {});
  });

  override async fetch(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url);
    if (request.method !== "GET" || !ALLOWED.has(pathname)) return new Response(null, { status: 404 });
    // The cast is needed since the library has no types; it returns a response to every call.
    return (await (await this.#desk).fetch(request)) as Response;
  }
}
