// Time while something is awaited.

/** While D1 is asked, time goes on giving holds back (rule H4). */
export const TURN_MS = 500;
/** How long the answer to the end of an order waits for the other ticket types to follow (rule O3). */
export const FOLLOW_WAIT_MS = 1_000;

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
