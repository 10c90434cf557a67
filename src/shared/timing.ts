// Time while something is awaited.

import { type Pauses, pauseMs } from "../domain/backoff.ts";

/** Calls `turn` every `ms` until the work has ended. */
export async function turningEvery<T>(ms: number, turn: () => void, work: Promise<T>): Promise<T> {
  const timer = setInterval(turn, ms);
  try {
    return await work;
  } finally {
    clearInterval(timer);
  }
}

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Does `attempt` until it answers that it is done, and at most `repeats` times again, after pauses that grow. */
export async function repeatUntilDone(attempt: () => Promise<boolean>, pauses: Pauses, repeats: number): Promise<void> {
  for (let failures = 1; !(await attempt()) && failures <= repeats; failures++)
    await sleep(pauseMs(pauses, failures, Math.random()));
}
