// Where the element keeps its one text: the host's localStorage, or where that is refused the memory of this page (S4).

import { keyOf, readKept, type Store, writeKept } from "./kept.ts";

export function openStore(eventId: string): Store {
  const key = keyOf(eventId);
  const storage = usable(key);
  let memory: string | null = null;
  const read = () => readKept(storage ? storage.getItem(key) : memory);
  return {
    remembers: storage !== null,
    read,
    change(how) {
      const kept = how(read());
      const text = writeKept(kept);
      memory = text;
      if (storage && text === null) storage.removeItem(key);
      else if (storage && text !== null) storage.setItem(key, text);
      return kept;
    },
    follow(changed) {
      const heard = (event: StorageEvent) => {
        if (event.key === key || event.key === null) changed();
      };
      addEventListener("storage", heard);
      return () => removeEventListener("storage", heard);
    },
  };
}

/** A host in a frame, or a browser that is told so, has none; a full one takes nothing more. */
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
