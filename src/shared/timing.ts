// Time while something is awaited.

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
