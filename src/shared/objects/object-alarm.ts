// Keeps the one alarm of an object: the time that it is set to, and when it is set again (rules H4, H5).

/** An alarm that is this late counts as lost. */
const ALARM_LOST_MS = 10_000;

export type ObjectAlarm = {
  /** To be called when the object wakes: reads the alarm that is set. */
  wake(): Promise<void>;
  /** To be called when the alarm begins to run; until `ends` no alarm is set. */
  begins(): void;
  ends(): void;
  /** Whether the alarm should have run and did not. */
  isLost(): boolean;
  /**
   * Sets the alarm to `due` (epoch ms, null for nothing) if that is earlier than the alarm that is set, or if that one is
   * lost.
   */
  arm(due: number | null): void;
};

export function openObjectAlarm(
  storage: Pick<DurableObjectStorage, "getAlarm" | "setAlarm">,
  clock: () => number,
): ObjectAlarm {
  /** The time that the alarm is set to, epoch ms; null when there is none, or while it runs. */
  let setFor: number | null = null;
  let runs = false;
  const isLost = () => setFor !== null && setFor <= clock() - ALARM_LOST_MS;
  return {
    async wake() {
      const stored = await storage.getAlarm();
      // Not its own time: an overdue alarm is about to run, and setting another would cancel it.
      setFor = stored === null ? null : Math.max(stored, clock());
    },
    begins() {
      setFor = null;
      runs = true;
    },
    ends() {
      runs = false;
    },
    isLost,
    arm(due) {
      if (runs || due === null) return;
      if (setFor !== null && setFor <= due && !isLost()) return;
      setFor = due;
      void storage.setAlarm(due);
    },
  };
}
