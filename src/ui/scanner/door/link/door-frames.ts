// Applies the frames that the door pushes over its socket to the door copy and the screen.

import type { DoorFrame } from "./door-socket.ts";
import type { DoorCopy } from "../copy/door-copy.ts";
import type { ScreenState } from "../screen-state.ts";

export type FrameTaker = {
  readonly state: ScreenState;
  readonly doorCopy: DoorCopy;
  readonly noteTime: (iso: string) => void;
  readonly onLease: (frame: Extract<DoorFrame, { readonly type: "lease" }>) => void;
  /** Called when a frame was missed, so that a bundle must be fetched. */
  readonly refresh: () => void;
  readonly askLease: () => void;
  readonly showCounts: () => void;
};

const MOST_ALERTS = 50;

export function openFrameTaker(on: FrameTaker): (frame: DoorFrame) => void {
  const { state, doorCopy } = on;
  let emptiedAt: string | null | undefined;

  /** When the place was set to empty, every ticket inside is now outside. Only the bundle has those states. */
  function takeEmptied(next: string | null): void {
    const isOther = emptiedAt !== undefined && next !== emptiedAt;
    emptiedAt = next;
    if (isOther) on.refresh();
  }
  function takeTerms(version: number): void {
    if (version !== doorCopy.bundle()?.terms.version) on.refresh();
  }

  return (frame) => {
    if ("at" in frame) on.noteTime(frame.at);
    switch (frame.type) {
      case "snapshot":
        if (frame.notice !== undefined) state.notice.value = frame.notice;
        if ((doorCopy.bundle()?.seq ?? -1) < frame.door.seq) on.refresh();
        takeEmptied(frame.emptied_at);
        takeTerms(frame.terms.version);
        doorCopy.takeCounts(frame.door);
        on.askLease();
        return on.showCounts();
      case "door":
        if (!doorCopy.takeDoorFrame(frame)) on.refresh();
        takeEmptied(frame.emptied_at);
        return on.showCounts();
      case "terms":
        takeTerms(frame.terms.version);
        state.gates.value = new Map(frame.terms.gates.map(({ id, status }) => [id, status]));
        state.eventStatus.value = frame.terms.event.status;
        return;
      case "lease":
        return on.onLease(frame);
      case "alert": {
        const ids = new Set(frame.conflicts.map(({ id }) => id));
        const others = state.alerts.value.filter(({ id }) => !ids.has(id));
        state.alerts.value = [...frame.conflicts, ...others].slice(0, MOST_ALERTS);
        return;
      }
      case "notice":
        state.notice.value = frame.notice;
        return;
      case "verdict":
      case "refused":
      case "error":
    }
  };
}
