// Makes the scanner's requests other than scans: fetches the bundle, probes the door, and reports this phone as on
// duty.

import type { PhoneStore, PairedPhone } from "../phone/phone-store.ts";
import type { DoorCalls } from "./link/door-calls.ts";
import type { DoorCopy } from "./copy/door-copy.ts";
import { POLL_EVERY_MS } from "./link/link.ts";
import type { LinkKeeper } from "./link/link-keeper.ts";
import type { ScreenState } from "./screen-state.ts";

export type Errands = {
  /** Updates the bundle. A call during an update makes it run once more. */
  refresh(): Promise<void>;
  /** Checks, while there is no socket, whether the door replies and this phone's credential is still valid. */
  probe(): Promise<void>;
  heartbeat(): Promise<void>;
  showCounts(): void;
};

export type ErrandOptions = {
  readonly phone: PairedPhone;
  readonly store: PhoneStore;
  readonly calls: DoorCalls;
  readonly doorCopy: DoorCopy;
  readonly link: LinkKeeper;
  readonly state: ScreenState;
};

/** Statuses after which the phone stops: its credential is not valid any more, or the event is over for good. */
const FINAL: readonly number[] = [401, 403, 404, 410];

export function openErrands({ phone, store, calls, doorCopy, link, state }: ErrandOptions): Errands {
  const { eventId } = phone;
  let refreshing: "no" | "once" | "again" = "no";

  function showCounts(): void {
    const bundle = doorCopy.bundle();
    if (bundle === null) return;
    const { counts, terms } = bundle;
    state.bundleAt.value = bundle.at;
    state.eventStatus.value = terms.rules.eventStatus;
    state.gates.value = new Map(terms.rules.gates.map(({ id, status }) => [id, status]));
    state.counts.value = { ...counts, inside: Math.max(0, counts.inside), hard: terms.rules.hardCapacity };
  }

  return {
    showCounts,
    async refresh() {
      if (refreshing !== "no") {
        refreshing = "again";
        return;
      }
      do {
        refreshing = "once";
        if (await doorCopy.refresh((since) => calls.bundle(eventId, since))) showCounts();
        // A frame that arrived during the update may have revealed another gap.
      } while ((refreshing as string) === "again");
      refreshing = "no";
    },
    async probe() {
      const answer = await calls.call("GET /v1/events/{id}/door", { id: eventId }, POLL_EVERY_MS);
      if (answer.kind === "none") return link.noteLost();
      link.noteHeard("http");
      if (answer.kind === "refused") {
        if (FINAL.includes(answer.problem.status)) state.ended.value = answer.problem.code;
        return;
      }
      link.noteTime(answer.body.at);
      doorCopy.takeCounts(answer.body);
      showCounts();
    },
    async heartbeat() {
      const unsent = doorCopy.unsent();
      const oldest = Math.min(...unsent.map(({ at }) => at));
      const settings = await store.get("settings");
      const body = {
        queued_scans: unsent.length,
        queued_since: unsent.length === 0 ? null : new Date(oldest).toISOString(),
        gate_id: phone.gateId ?? settings?.gateId ?? null,
      };
      await calls.call("POST /v1/events/{id}/desk/heartbeat", { id: eventId, body });
    },
  };
}
