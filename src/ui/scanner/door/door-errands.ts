// Makes the scanner's requests beside scans: it fetches the bundle, renews the lease, probes the door, and reports this phone
// as on duty.

import { leftOf } from "../../../domain/door/leases/lease.ts";
import type { Kept, PairedPhone } from "../phone/kept.ts";
import type { DoorCalls } from "./link/door-calls.ts";
import type { DoorSocket } from "./link/door-socket.ts";
import type { KnownDoor } from "./known/known-door.ts";
import type { LeaseBook, LeaseNotice } from "./known/lease-book.ts";
import { ASK_EVERY_MS } from "./link/link.ts";
import type { LinkKeeper } from "./link/link-keeper.ts";
import type { ShownState } from "./shown-state.ts";

export type Errands = {
  /** Brings the bundle up to date; called while it runs, it runs once more. */
  refresh(): Promise<void>;
  /** Reports on the lease and requests one. A phone that decides nothing alone takes none, and gives back what it has. */
  askLease(): Promise<void>;
  /** Takes the door's message of the lease, and replies to it where that is due. */
  hearLease(notice: LeaseNotice): Promise<void>;
  /** Gives back the lease, when this phone leaves. */
  handIn(): Promise<void>;
  /** Checks, while there is no socket, whether the door is there, and whether this phone still has its right. */
  probe(): Promise<void>;
  heartbeat(): Promise<void>;
  showCounts(): void;
};

export type ErrandOptions = {
  readonly phone: PairedPhone;
  readonly kept: Kept;
  readonly calls: DoorCalls;
  readonly known: KnownDoor;
  readonly lease: LeaseBook;
  /** Whether this browser can decide without the door at all. */
  readonly verifies: boolean;
  readonly link: LinkKeeper;
  readonly state: ShownState;
  readonly socket: () => DoorSocket | null;
};

/** The phone's right is gone, or the event is over for good. */
const FINAL: readonly number[] = [401, 403, 404, 410];

export function openErrands(options: ErrandOptions): Errands {
  const { phone, kept, calls, known, lease, verifies, link, state, socket } = options;
  const { eventId } = phone;
  let refreshing: "no" | "once" | "again" = "no";

  function showCounts(): void {
    const bundle = known.bundle();
    if (bundle === null) return;
    const { counts, terms } = bundle;
    state.bundleAt.value = bundle.at;
    state.eventStatus.value = terms.rules.eventStatus;
    state.gates.value = new Map(terms.rules.gates.map(({ id, status }) => [id, status]));
    state.counts.value = { ...counts, inside: Math.max(0, counts.inside), hard: terms.rules.hardCapacity };
  }

  async function report(wants: boolean): Promise<void> {
    if (!wants) await lease.giveBack();
    const { granted, returned, calls: recalls } = lease.now();
    if (!wants && granted === 0 && recalls === 0) return;
    lease.asked();
    const message = { returned, calls: recalls, wants };
    if (socket()?.send({ type: "lease", ...message })) return;
    const answer = await calls.call("POST /v1/events/{id}/door/lease", { id: eventId, body: message });
    if (answer.kind === "done" && (await lease.hear(answer.body))) await report(wants);
  }

  return {
    showCounts,
    askLease: () => report(verifies),
    async hearLease(notice) {
      const isRecalled = await lease.hear(notice);
      if (isRecalled || (!verifies && leftOf(lease.now()) > 0)) await report(verifies);
    },
    handIn: () => report(false),
    async refresh() {
      if (refreshing !== "no") {
        refreshing = "again";
        return;
      }
      do {
        refreshing = "once";
        if (await known.refresh((since) => calls.bundle(eventId, since))) showCounts();
        // A frame that came meanwhile may have found a gap again.
      } while ((refreshing as string) === "again");
      refreshing = "no";
    },
    async probe() {
      const answer = await calls.call("GET /v1/events/{id}/door", { id: eventId }, ASK_EVERY_MS);
      if (answer.kind === "none") return link.noteLost();
      link.noteHeard("http");
      if (answer.kind === "refused") {
        if (FINAL.includes(answer.problem.status)) state.ended.value = answer.problem.code;
        return;
      }
      link.noteTime(answer.body.at);
      known.takeCounts(answer.body);
      showCounts();
    },
    async heartbeat() {
      const unsent = known.unsent();
      const oldest = Math.min(...unsent.map(({ at }) => at));
      const settings = await kept.get("settings");
      const body = {
        queued_scans: unsent.length,
        queued_since: unsent.length === 0 ? null : new Date(oldest).toISOString(),
        gate_id: phone.gateId ?? settings?.gateId ?? null,
      };
      await calls.call("POST /v1/events/{id}/desk/heartbeat", { id: eventId, body });
    },
  };
}
