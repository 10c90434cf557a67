// Computes the door's time (rule D20): the time in its last reply plus what has passed since, by a clock that nobody can set.
// Pure; all times are ms, `doorAt` and `wallAt` since the epoch.

/** `mono`: of a clock that only goes forward, and begins anew with the page. `unsure`: by the phone's own clock. */
export type DoorClock = { readonly doorAt: number; readonly mono: number; readonly unsure: boolean };
/** As it is kept for a page that is opened again without the network. */
export type ClockPair = { readonly doorAt: number; readonly wallAt: number };

export function clockFromReply(doorAt: number, mono: number): DoorClock {
  return { doorAt, mono, unsure: false };
}

/** Before the door was heard: by the kept pair, or by the phone alone. */
export function clockFromStored(stored: ClockPair | null, wallAt: number, mono: number): DoorClock {
  if (stored === null) return { doorAt: wallAt, mono, unsure: true };
  // A clock that was turned back is of no use; the door's time has not gone back.
  return { doorAt: stored.doorAt + Math.max(0, wallAt - stored.wallAt), mono, unsure: true };
}

const SLEPT_MS = 2_000;

/**
 * The clock that only goes forward stands still while a phone sleeps: where the phone's own has gone further since `wallThen`,
 * when the door was heard, the difference is how long it slept, and the clock is unsure. The same clock where both agree.
 */
export function clockAwake(clock: DoorClock, wallThen: number, wall: number, mono: number): DoorClock {
  const slept = wall - wallThen - (mono - clock.mono);
  return slept < SLEPT_MS ? clock : { doorAt: clock.doorAt + (wall - wallThen), mono, unsure: true };
}

export function doorNow(clock: DoorClock, mono: number): number {
  return Math.round(clock.doorAt + (mono - clock.mono));
}
