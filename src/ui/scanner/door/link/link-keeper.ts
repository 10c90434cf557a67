// Keeps the link to the door and the door's time up to date: applies link.ts and door-clock.ts to the phone's clocks
// and its disk.

import type { PhoneStore } from "../../phone/phone-store.ts";
import { clockAwake, clockFromStored, clockFromReply, type DoorClock, doorNow } from "./door-clock.ts";
import {
  linkAfterReply,
  type Link,
  linkAfterLoss,
  NEVER_HEARD,
  patienceMs,
  linkAfterSleep,
  SLEPT_MS,
  statusOf,
  type Way,
} from "./link.ts";
import type { ScreenState } from "../screen-state.ts";

export type LinkKeeper = {
  noteHeard(way: Way): void;
  noteLost(): void;
  /** Takes the door's time, ISO, from a response or a frame. */
  noteTime(iso: string): void;
  /** Shows the present status. Called several times a second, for as long as the page runs. */
  show(): void;
  patienceMs(): number;
  /** The door's time, epoch ms; `unsure`: it depends on the phone's own clock. */
  clock(): { readonly now: number; readonly unsure: boolean };
  doorTimeAt(mono: number): number;
};

const CLOCK_KEPT_EVERY_MS = 10_000;

/** `onBack`: called when the link becomes LIVE, also for the first time. */
export async function openLinkKeeper(
  store: Pick<PhoneStore, "get" | "put">,
  state: ScreenState,
  onBack: () => void,
): Promise<LinkKeeper> {
  let clock: DoorClock = clockFromStored(await store.get("clock"), Date.now(), performance.now());
  let wallThen = Date.now();
  let keptAt = Number.NEGATIVE_INFINITY;
  let link: Link = NEVER_HEARD;
  let ranAt = performance.now();

  function linkNow(now: number): Link {
    if (now - ranAt >= SLEPT_MS) link = linkAfterSleep(link, now - ranAt);
    ranAt = now;
    return link;
  }

  function show(): void {
    const now = performance.now();
    const [next, before] = [statusOf(linkNow(now), now), state.link.value];
    if (JSON.stringify(next) === JSON.stringify(before)) return;
    state.link.value = next;
    if (next.kind === "live" && before.kind !== "live") onBack();
  }

  function awake(): DoorClock {
    const [wall, mono] = [Date.now(), performance.now()];
    const now = clockAwake(clock, wallThen, wall, mono);
    if (now !== clock) [clock, wallThen] = [now, wall];
    return clock;
  }

  return {
    show,
    noteHeard(way) {
      const now = performance.now();
      // Settles any sleep first: it must not be subtracted from the silence that begins now.
      linkNow(now);
      link = linkAfterReply(way, now);
      show();
    },
    noteLost() {
      const now = performance.now();
      link = linkAfterLoss(linkNow(now), now);
      show();
    },
    noteTime(iso) {
      const [at, mono] = [Date.parse(iso), performance.now()];
      if (Number.isNaN(at)) return;
      [clock, wallThen] = [clockFromReply(at, mono), Date.now()];
      state.clockOffMs.value = Math.round(Date.now() - at);
      if (mono - keptAt < CLOCK_KEPT_EVERY_MS) return;
      keptAt = mono;
      void store.put({ clock: { doorAt: at, wallAt: Date.now() } });
    },
    patienceMs() {
      const now = performance.now();
      return patienceMs(linkNow(now), now);
    },
    clock() {
      const now = awake();
      return { now: doorNow(now, performance.now()), unsure: now.unsure };
    },
    doorTimeAt: (mono) => doorNow(clock, mono),
  };
}
