// Keeps the scans of events that this phone has left (leftover.ts), on disk and for the screens.

import { type ReadonlySignal, signal } from "@preact/signals";
import type { Changes, PhoneStore, PairedPhone } from "../../phone/phone-store.ts";
import { adoptLeft, type Leftover, withLeft } from "./leftover.ts";

export type LeftoverBook = {
  readonly all: ReadonlySignal<readonly Leftover[]>;
  load(): Promise<void>;
  /** Makes the scans that are left of this device's event its own, to be sent by it. */
  adopt(phone: PairedPhone): Promise<void>;
  /** Adds `left`, and deletes everything else from the phone. */
  leave(left: Leftover | null): Promise<void>;
  forget(left: Leftover): Promise<void>;
};

export function openLeftoverBook(store: Pick<PhoneStore, "get" | "put" | "clear">): LeftoverBook {
  const all = signal<readonly Leftover[]>([]);
  const asKept = (left: readonly Leftover[]): Changes => ({ leftover: left.length === 0 ? null : left });
  return {
    all,
    async load() {
      all.value = (await store.get("leftover")) ?? [];
    },
    async adopt({ eventId }) {
      const adopted = adoptLeft(all.value, eventId);
      if (adopted === null) return;
      const { rows, others } = adopted;
      await store.put({ ...asKept(others), counter: rows.length }, rows);
      all.value = others;
    },
    async leave(left) {
      if (left !== null) all.value = withLeft(all.value, left);
      await store.clear(all.value);
    },
    async forget(left) {
      const others = all.value.filter((each) => each !== left);
      await store.put(asKept(others));
      all.value = others;
    },
  };
}
