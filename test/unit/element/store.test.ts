// Where the element keeps its text: a host's storage, also one that is full or refused.

import { expect, test, vi } from "vitest";
import type { Store } from "../../../src/ui/element/saved-state.ts";
import { SHOPPER } from "./buying.ts";

// By an address, and so with a cast: tests have not the types of a browser, which are that file's.
const { openStore } = (await import(new URL("../../../src/ui/element/saved-store.ts", import.meta.url).href)) as {
  readonly openStore: (eventId: string) => Store;
};

/** Takes texts of at most `room` characters; null: may not be read. */
function hostsStorage(room: number | null): Map<string, string> {
  const items = new Map<string, string>();
  const storage = {
    getItem: (key: string) => items.get(key) ?? null,
    removeItem: (key: string) => items.delete(key),
    setItem(key: string, text: string) {
      if (text.length > (room ?? 0)) throw new DOMException("full", "QuotaExceededError");
      items.set(key, text);
    },
  };
  vi.stubGlobal("localStorage", room === null ? null : storage);
  return items;
}

test("[S4] what is kept is one item, and none when there is nothing to keep", () => {
  const items = hostsStorage(1_000);
  const store = openStore("evt_one");
  store.change(() => SHOPPER);
  expect([store.remembers, [...items.keys()], store.read()]).toEqual([true, ["voelgoed:v1:evt_one"], SHOPPER]);
  store.change((kept) => ({ ...kept, token: null }));
  expect(items.size).toBe(0);
});

test("[S4] a storage that is refused, and one that is full later, leave it to memory: nothing is lost", () => {
  for (const room of [null, 80]) {
    hostsStorage(room);
    const store = openStore("evt_one");
    expect(store.remembers).toBe(room !== null);
    store.change(() => SHOPPER);
    const kept = { ...SHOPPER, holdIds: ["hold_a", "hold_b", "hold_c"] };
    expect(store.change(() => kept)).toEqual(kept);
    expect([store.remembers, store.read()]).toEqual([false, kept]);
  }
});
