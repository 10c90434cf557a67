// Limits how long others have to wait for something, and defines the error for what does not reply in time.

/**
 * Something did not reply, or could not be reached, so it is not known whether it took effect. `cause` is what was
 * thrown.
 */
export class Unavailable extends Error {
  override readonly name: string = "Unavailable";
}

/**
 * Resolves with the result of `work`, or with that of `late` once `ms` have passed. `late` may reject; by default it
 * rejects with `Unavailable`. The work itself goes on, so its outcome is then unknown.
 */
export async function withDeadline<T, L = never>(
  work: Promise<T>,
  ms: number,
  late: () => L | Promise<L> = () => Promise.reject(new Unavailable(`no answer within ${ms} ms`)),
): Promise<T | L> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const limit = new Promise<L>((settle) => {
    timer = setTimeout(() => settle(late()), ms);
  });
  try {
    return await Promise.race([work, limit]);
  } finally {
    clearTimeout(timer);
  }
}
