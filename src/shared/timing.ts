// Repeats work, and calls back while other work is awaited.

import { type Pauses, pauseMs } from "../domain/time/backoff.ts";

/** Calls `turn` every `ms` until `work` has ended. */
export async function callEvery<T>(ms: number, turn: () => void, work: Promise<T>): Promise<T> {
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

/** Calls `attempt` until it resolves true, and at most `repeats` times again, after growing pauses. */
export async function repeatUntilDone(attempt: () => Promise<boolean>, pauses: Pauses, repeats: number): Promise<void> {
  for (let failures = 1; !(await attempt()) && failures <= repeats; failures++)
    await sleep(pauseMs(pauses, failures, Math.random()));
}
