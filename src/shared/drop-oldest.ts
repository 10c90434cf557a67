// Bounds a map or a set by dropping what was added first.

/** Leaves the newest `most` entries of a map or a set. */
export function dropOldest<K>(entries: Pick<Set<K>, "size" | "keys" | "delete">, most: number): void {
  for (const oldest of entries.keys()) {
    if (entries.size <= most) return;
    entries.delete(oldest);
  }
}
