// Keeps the element's one text in the host's localStorage, or in the memory of this page where the browser refuses
// storage (rule S4).

import { keyOf, parseSaved, type Store, serialiseSaved } from "./saved-state.ts";

export function openStore(eventId: string): Store {
  const key = keyOf(eventId);
  let storage = usable(key);
  let memory: string | null = null;
  const read = () => parseSaved(storage ? storage.getItem(key) : memory);
  return {
    get remembers() {
      return storage !== null;
    },
    read,
    change(how) {
      const saved = how(read());
      memory = serialiseSaved(saved);
      storage = storage && written(storage, key, memory);
      return saved;
    },
    follow(changed) {
      const listener = (event: StorageEvent) => {
        if (event.key === key || event.key === null) changed();
      };
      addEventListener("storage", listener);
      return () => removeEventListener("storage", listener);
    },
  };
}

/**
 * Null when storage refused the write, for instance because the host's own data has filled it. From then on only this
 * page remembers.
 */
function written(storage: Storage, key: string, text: string | null): Storage | null {
  try {
    if (text === null) storage.removeItem(key);
    else storage.setItem(key, text);
    return storage;
  } catch {
    return null;
  }
}

/** Null without usable storage: in some frames, in a browser that refuses storage, or when it is full. */
function usable(key: string): Storage | null {
  try {
    const storage = localStorage;
    const before = storage.getItem(key);
    storage.setItem(key, before ?? "null");
    if (before === null) storage.removeItem(key);
    return storage;
  } catch {
    return null;
  }
}
