// Computes the door's time (rule D20): the time in its last reply plus the time since then, by a clock that nobody can
// set. Pure; all times are ms, `doorAt` and `wallAt` since the epoch.

/**
 * `mono`: the reading of the monotonic clock, which starts at zero with each page. `unsure`: the time depends on the
 * phone's own clock.
 */
export type DoorClock = { readonly doorAt: number; readonly mono: number; readonly unsure: boolean };
/** What is stored for a page that is opened again without a network. */
export type ClockPair = { readonly doorAt: number; readonly wallAt: number };

export function clockFromReply(doorAt: number, mono: number): DoorClock {
  return { doorAt, mono, unsure: false };
}

/** The clock before the door's first reply: by the stored pair, or by the phone's clock alone. */
export function clockFromStored(stored: ClockPair | null, wallAt: number, mono: number): DoorClock {
  if (stored === null) return { doorAt: wallAt, mono, unsure: true };
  // A phone's clock that was set back must not set the door's time back.
  return { doorAt: stored.doorAt + Math.max(0, wallAt - stored.wallAt), mono, unsure: true };
}

const SLEPT_MS = 2_000;

/**
 * The monotonic clock stops while a phone sleeps. If the phone's own clock has advanced further since `wallThen`, the
 * time of the door's last reply, the difference is how long the phone slept, and the result is unsure. Otherwise it is
 * `clock`.
 */
export function clockAwake(clock: DoorClock, wallThen: number, wall: number, mono: number): DoorClock {
  const slept = wall - wallThen - (mono - clock.mono);
  return slept < SLEPT_MS ? clock : { doorAt: clock.doorAt + (wall - wallThen), mono, unsure: true };
}

export function doorNow(clock: DoorClock, mono: number): number {
  return Math.round(clock.doorAt + (mono - clock.mono));
}
