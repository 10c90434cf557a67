// The state of a door desk, stored by itty-durable. This module is loaded by the first request for a desk, since no other
// request needs the library.

import { createDurable } from "itty-durable/itty-durable.js";
import { type DeskState, nextNotice, type Notice, type OnDuty, withHeartbeat } from "./desk-state.ts";

/**
 * The library loads the state in `fetch` alone, and writes it back after each call. So this class can have no alarm and no
 * socket.
 */
export class Desk extends createDurable({ autoPersist: true }) {
  devices: readonly OnDuty[] = [];
  notice: Notice | null = null;

  heartbeat(beat: OnDuty): DeskState {
    this.devices = withHeartbeat(this.devices, beat);
    return this.read();
  }

  /** `text` is percent-encoded, since the library sends arguments in a header. */
  putNotice(text: string | null, now: number): DeskState {
    this.notice = nextNotice(this.notice, text === null ? null : decodeURIComponent(text), now);
    return this.read();
  }

  read(): DeskState {
    return { devices: this.devices, notice: this.notice };
  }
}
