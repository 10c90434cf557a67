// Keeps the element's one text in the host's localStorage, or where that is refused in the memory of this page (rule S4).

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

/** Null where it took no more, as when the host's own things have filled it: then this page alone remembers. */
function written(storage: Storage, key: string, text: string | null): Storage | null {
  try {
    if (text === null) storage.removeItem(key);
    else storage.setItem(key, text);
    return storage;
  } catch {
    return null;
  }
}

/** A host in a frame has none, nor has a browser that was set to refuse it; a full one takes nothing more. */
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
