// The door as it stands in its object: its memory, its rows, and the order in which they change (rule H11).

import { type DoorOutcome, runDoorBatch } from "../domain/door/batch.ts";
import type { DoorBook } from "../domain/door/book.ts";
import type { DoorCommand } from "../domain/door/command.ts";
import { adoptDoorDraft, changesDoor, type DoorSettings } from "../domain/door/draft.ts";
import { refuse } from "../domain/result.ts";
import { sha256Hex } from "../shared/sha256.ts";
import type { DoorStore } from "./door-store.ts";

export type DoorLedger = {
  /** The memory; it is another one after `reload`. */
  book(): DoorBook;
  /** Decides, writes and adopts a batch; throws when its transaction failed, and then nothing of it has changed. */
  run(commands: readonly DoorCommand[]): readonly DoorOutcome[];
  /** Throws the memory away and reads it from the rows again: the rows are the truth. */
  reload(): void;
  /** The event is deleted, for good: each command that is still in line is refused, so that nothing is written any more. */
  forget(): void;
};

export function openDoorLedger(
  store: DoorStore,
  clock: () => number,
  settings: Omit<DoorSettings, "sha256">,
): DoorLedger {
  let book: DoorBook = store.load();
  let isForgotten = false;
  return {
    book: () => book,
    run(commands) {
      if (isForgotten) return commands.map(() => ({ reply: refuse({ code: "not_found" }) }));
      const { draft, outcomes } = runDoorBatch(book, commands, clock(), store.find, {
        ...settings,
        sha256: sha256Hex,
      });
      if (changesDoor(draft)) {
        store.write(draft);
        adoptDoorDraft(draft);
      }
      return outcomes;
    },
    reload() {
      book = store.load();
    },
    forget() {
      isForgotten = true;
      store.forget();
      book = store.load();
    },
  };
}
