// Is the KV of a world: it caches no published event, since no sale reads one, and has the marker of a restore (rule
// X6).

import { RESTORING_KEY } from "../../../../src/cache/restoring.ts";

export type Cache = {
  readonly binding: KVNamespace;
  isRestoring(): boolean;
  setRestoring(is: boolean): void;
};

export function openCache(): Cache {
  let restoring = false;
  const binding = {
    get: (key: unknown) =>
      Promise.resolve(key === RESTORING_KEY ? (restoring ? "simulated" : null) : new Map<string, unknown>()),
    put: () => Promise.resolve(),
  };
  return {
    // The one cast: the verbs use no more of it.
    binding: binding as unknown as KVNamespace,
    isRestoring: () => restoring,
    setRestoring(is) {
      restoring = is;
    },
  };
}
