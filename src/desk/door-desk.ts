// The Durable Object of an event's door desk, on itty-durable behind a door of our own: three methods, and nothing else
// of what the library would let a caller do. It is small, cool, and may be lost: devices report again within 15 s.

import { DurableObject } from "cloudflare:workers";
import { createDurable } from "itty-durable/itty-durable.js";
import { type DeskState, nextNotice, type Notice, type OnDuty, withHeartbeat } from "./desk-state.ts";

/** Takes its state from storage in `fetch` alone, and writes it back after each call: so no alarm, and no socket. */
class Desk extends createDurable({ autoPersist: true }) {
  devices: readonly OnDuty[] = [];
  notice: Notice | null = null;

  heartbeat(beat: OnDuty): DeskState {
    this.devices = withHeartbeat(this.devices, beat);
    return this.read();
  }

  /** `text` percent-encoded, since the library sends what it calls with in a header. */
  putNotice(text: string | null, now: number): DeskState {
    this.notice = nextNotice(this.notice, text === null ? null : decodeURIComponent(text), now);
    return this.read();
  }

  read(): DeskState {
    return { devices: this.devices, notice: this.notice };
  }
}

const METHODS = ["heartbeat", "putNotice", "read"] as const;
const ALLOWED: ReadonlySet<string> = new Set(METHODS.map((name) => `/do/call/${name}`));

export class DoorDesk extends DurableObject<Env> {
  // Why no bindings: the library takes whatever has a method of that name for an object, an assets binding too.
  readonly #desk = new Desk(this.ctx, {});

  override async fetch(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url);
    if (request.method !== "GET" || !ALLOWED.has(pathname)) return new Response(null, { status: 404 });
    // The one cast: the library has no types, and answers every call with a response.
    return (await this.#desk.fetch(request)) as Response;
  }
}
