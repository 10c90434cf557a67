// Carries calls between the parts of a world: late, lost before or after their work, or without a reply; and makes a
// Worker die while it waits for one.

import type { Dice } from "./dice.ts";
import type { Faults } from "./faults.ts";
import type { Actor, Scheduler } from "./scheduler.ts";

export type Caller = {
  readonly actor: Actor;
  /** Calls `leave` when what the caller has written is durable. */
  readonly gate: (leave: () => void) => void;
  /** Null for what cannot die by itself while it waits. */
  readonly die: (() => void) | null;
};

export type Outcome<T> = { readonly value: T } | { readonly fault: Error };

type Journey<T> = {
  readonly lostBefore: number;
  readonly lostAfter: number;
  readonly silent: number;
  readonly slow: number;
  readonly lost: () => Error;
  readonly arrive: (answer: (outcome: Outcome<T>) => void) => void;
};

export type Network = {
  send<T>(caller: Caller, journey: Journey<T>): Promise<T>;
  /** How long a message takes, ms. */
  delay(slow: number): number;
};

const MINUTE = 60_000;

export function openNetwork(
  dice: Dice,
  scheduler: Scheduler,
  platform: Actor,
  faults: () => Pick<Faults, "workerDies">,
  note: (what: string) => void,
): Network {
  const atOnce = dice.pick([0.5, 0.9]);

  function delay(slow: number): number {
    if (dice.chance(slow))
      return dice.pick([dice.between(300, 4_000), dice.between(4_000, 9_000), dice.between(9_000, MINUTE)]);
    const roll = dice.next();
    if (roll < atOnce) return 0;
    return roll < 0.96 ? dice.between(1, 10) : dice.between(10, 300);
  }

  function send<T>(caller: Caller, { lostBefore, lostAfter, silent, slow, lost, arrive }: Journey<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const answer = (outcome: Outcome<T>): void => {
        scheduler.after(delay(slow), caller.actor, () => {
          if (caller.die && dice.chance(faults().workerDies)) caller.die();
          else if ("value" in outcome) resolve(outcome.value);
          else reject(outcome.fault);
        });
      };
      caller.gate(() => {
        if (caller.die && dice.chance(faults().workerDies)) scheduler.after(dice.between(0, 5), platform, caller.die);
        const isSilent = dice.chance(silent);
        if (isSilent) note("an answer never comes");
        if (dice.chance(lostBefore)) {
          note("a call is lost");
          return isSilent ? undefined : answer({ fault: lost() });
        }
        scheduler.after(delay(slow), platform, () =>
          arrive((outcome) => {
            if (isSilent) return;
            const isLost = dice.chance(lostAfter);
            if (isLost) note("an answer is lost");
            answer(isLost ? { fault: lost() } : outcome);
          }),
        );
      });
    });
  }
  return { send, delay };
}

/** As the platform throws it when a connection or an object went away under a call. */
export function connectionLost(retryable: boolean): Error {
  return Object.assign(new Error("injected: Network connection lost."), { retryable, remote: true });
}
