// Says which faults a world has, and how often: each world has some, so that there are worlds of one fault and of many.
// All are probabilities for one call, transaction or alarm.

import type { Dice } from "./dice.ts";

export type Faults = {
  /** A call to an object that never arrives, and one whose reply is lost after all was written. */
  readonly callLost: number;
  readonly replyLost: number;
  /** A message that takes seconds, up to a minute: it may arrive when its sender has long given up. */
  readonly slow: number;
  /** Terms that arrive a second time, later. */
  readonly termsAgain: number;
  /** A Worker that dies between two of its steps. */
  readonly workerDies: number;
  /**
   * An object that is ended with all its memory, sockets and what was not yet durable; and one that is put to sleep.
   */
  readonly abort: number;
  readonly evict: number;
  readonly transactionFails: number;
  readonly alarmLate: number;
  readonly alarmTwice: number;
  /** As after six failures: it never comes. */
  readonly alarmDropped: number;
  readonly d1FailsBefore: number;
  readonly d1FailsAfter: number;
  /** There is no reply at all, whether or not the call was done. */
  readonly d1Silent: number;
  readonly d1Slow: number;
  /** D1 is away for a while. */
  readonly d1Away: number;
  readonly clockJump: number;
  /** A call to an object that never gets a reply, whether or not it was done. */
  readonly objectSilent: number;
  /** A mail that is lost before it is accepted, and one that is accepted without a reply. */
  readonly mailLost: number;
};

export const CALM: Faults = {
  callLost: 0,
  replyLost: 0,
  slow: 0,
  termsAgain: 0,
  workerDies: 0,
  abort: 0,
  evict: 0,
  transactionFails: 0,
  alarmLate: 0,
  alarmTwice: 0,
  alarmDropped: 0,
  d1FailsBefore: 0,
  d1FailsAfter: 0,
  d1Silent: 0,
  d1Slow: 0,
  d1Away: 0,
  clockJump: 0,
  objectSilent: 0,
  mailLost: 0,
};

/** At its most frequent; what belongs to a theme is drawn with it (themes.ts). */
const WORST: Omit<Faults, "objectSilent" | "mailLost"> = {
  callLost: 0.1,
  replyLost: 0.15,
  slow: 0.1,
  termsAgain: 0.8,
  workerDies: 0.06,
  abort: 0.1,
  evict: 0.3,
  transactionFails: 0.2,
  alarmLate: 0.5,
  alarmTwice: 0.5,
  alarmDropped: 0.2,
  d1FailsBefore: 0.15,
  d1FailsAfter: 0.15,
  d1Silent: 0.1,
  d1Slow: 0.3,
  d1Away: 0.02,
  clockJump: 0.05,
};

/** Every twelfth world is calm; of the others some have a single kind of fault, some have a third, some have all. */
export function drawFaults(dice: Dice): Faults {
  const share = dice.pick([0.08, 0.33, 0.33, 1]);
  if (dice.chance(1 / 12)) return CALM;
  const drawn = Object.entries(WORST).map(([kind, worst]) => {
    const strength = dice.pick([0.2, 0.5, 1]);
    return [kind, dice.chance(share) ? worst * strength : 0] as const;
  });
  // The one cast: the keys are those of WORST.
  return { ...CALM, ...(Object.fromEntries(drawn) as Omit<Faults, "objectSilent" | "mailLost">) };
}

/** Whether an object's alarms come when they were set: then its announcements come in time. */
export function alarmsCome(faults: Faults): boolean {
  const { alarmLate, alarmDropped, abort, transactionFails, clockJump } = faults;
  return alarmLate + alarmDropped + abort + transactionFails + clockJump === 0;
}
