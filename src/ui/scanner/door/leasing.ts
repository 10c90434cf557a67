// Reports this phone's lease to the door (rule D12): requests a lease, replies to recalls, and gives back what is left.

import { leftOf } from "../../../domain/door/leases/lease.ts";
import type { EventId } from "../../../domain/ids.ts";
import type { ScannerMessage } from "../../../sockets/door-protocol.ts";
import type { LeaseBook, LeaseNotice } from "./copy/lease-book.ts";
import type { Call } from "./link/call.ts";

export type Leasing = {
  /**
   * Reports the lease and requests more. A phone that cannot decide alone requests none, and gives back what it has.
   */
  ask(): Promise<void>;
  /** Takes the door's message, and replies if the message is a recall. */
  receiveNotice(notice: LeaseNotice): Promise<void>;
  /** Gives the lease back when this phone leaves the event. */
  handIn(): Promise<void>;
};

export type LeasingOptions = {
  readonly eventId: EventId;
  readonly lease: LeaseBook;
  /** Whether this browser can decide without the door at all. */
  readonly verifies: boolean;
  readonly call: Call;
  readonly socket: () => { send(message: ScannerMessage): boolean } | null;
};

export function openLeasing({ eventId, lease, verifies, call, socket }: LeasingOptions): Leasing {
  async function report(wants: boolean): Promise<void> {
    if (!wants) lease.giveBack();
    const { granted, returned, calls } = lease.now();
    if (!wants && granted === 0 && calls === 0) return;
    lease.noteRequest();
    // Stored first, so that a phone that restarts does not use again what the door has got back.
    await lease.store();
    const message = { returned, calls, wants };
    if (socket()?.send({ type: "lease", ...message })) return;
    const answer = await call("POST /v1/events/{id}/door/lease", { id: eventId, body: message });
    if (answer.kind === "done" && (await lease.receiveNotice(answer.body))) await report(wants);
  }

  return {
    ask: () => report(verifies),
    async receiveNotice(notice) {
      const isRecalled = await lease.receiveNotice(notice);
      if (isRecalled || (!verifies && leftOf(lease.now()) > 0)) await report(verifies);
    },
    handIn: () => report(false),
  };
}
