// Memory that is bounded by forgetting what came first.

/** Leaves `most` of what a map or a set has, the newest. */
export function dropOldest<K>(kept: Pick<Set<K>, "size" | "keys" | "delete">, most: number): void {
  for (const oldest of kept.keys()) {
    if (kept.size <= most) return;
    kept.delete(oldest);
  }
}
