// The state of a door desk on itty-durable. Loaded when a desk is first asked: no other request needs the library.

import { createDurable } from "itty-durable/itty-durable.js";
import { type DeskState, nextNotice, type Notice, type OnDuty, withHeartbeat } from "./desk-state.ts";

/** Takes its state from storage in `fetch` alone, and writes it back after each call: so no alarm, and no socket. */
export class Desk extends createDurable({ autoPersist: true }) {
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
