// The one alarm of an object: what it stands at, and when it is set anew (rules H4, H5).

/** An alarm that is this late is taken for lost. */
const ALARM_LOST_MS = 10_000;

export type ObjectAlarm = {
  /** On wake: learns what stands. */
  wake(): Promise<void>;
  /** The alarm runs; until it ends none is set. */
  begins(): void;
  ends(): void;
  /** Whether one that should have run never came. */
  isLost(): boolean;
  /** Sets the alarm when `due` (epoch ms, null for nothing) comes before it, or when one that should have run never came. */
  arm(due: number | null): void;
};

export function openObjectAlarm(
  storage: Pick<DurableObjectStorage, "getAlarm" | "setAlarm">,
  clock: () => number,
): ObjectAlarm {
  /** What the alarm stands at, epoch ms; null when none does, or while it runs. */
  let standsAt: number | null = null;
  let runs = false;
  const isLost = () => standsAt !== null && standsAt <= clock() - ALARM_LOST_MS;
  return {
    async wake() {
      const standing = await storage.getAlarm();
      // Not its own time: one that is overdue is on its way, and setting another would cancel it.
      standsAt = standing === null ? null : Math.max(standing, clock());
    },
    begins() {
      standsAt = null;
      runs = true;
    },
    ends() {
      runs = false;
    },
    isLost,
    arm(due) {
      if (runs || due === null) return;
      if (standsAt !== null && standsAt <= due && !isLost()) return;
      standsAt = due;
      void storage.setAlarm(due);
    },
  };
}
