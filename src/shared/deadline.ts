// How long something may take that others wait for.

/**
 * What `work` comes to, or what `late` says once `ms` have passed; `late` may reject. The work itself goes on, so its
 * outcome is then unknown.
 */
export async function withDeadline<T, L>(work: Promise<T>, ms: number, late: () => L | Promise<L>): Promise<T | L> {
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
