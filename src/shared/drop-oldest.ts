// Bounds a map or a set by dropping what was added first.

/** Leaves the newest `most` entries of a map or a set. */
export function dropOldest<K>(kept: Pick<Set<K>, "size" | "keys" | "delete">, most: number): void {
  for (const oldest of kept.keys()) {
    if (kept.size <= most) return;
    kept.delete(oldest);
  }
}
