// Runs batches of commands on a door: it owns the memory, the rows, and the order in which they change (rule H11).

import { type DoorOutcome, runDoorBatch } from "../domain/door/batch.ts";
import { type DoorBook, NO_RECORD, type TicketRecord } from "../domain/door/book.ts";
import type { DoorCommand } from "../domain/door/command.ts";
import type { ConflictChange } from "../domain/door/rows/conflicts.ts";
import type { DoorRow } from "../domain/door/rows/door-log.ts";
import { adoptDoorDraft, changesDoor, type DoorDraft, type DoorSettings } from "../domain/door/draft.ts";
import { leasesToSend } from "../domain/door/leases/door-leases.ts";
import type { LeaseNotice } from "../domain/door/leases/lease.ts";
import type { ScannerId } from "../domain/door/scan.ts";
import { refuse } from "../domain/result.ts";
import { sha256Hex } from "../shared/sha256.ts";
import type { DoorStore } from "./storage/door-store.ts";

/**
 * What a batch has written: its rows, the tickets that passed or were changed, the conflicts found, the leases that their
 * scanners have to be sent, and whether the terms have changed.
 */
export type DoorWritten = {
  readonly rows: readonly DoorRow[];
  readonly tickets: ReadonlyMap<number, TicketRecord>;
  readonly conflicts: readonly ConflictChange[];
  readonly leases: ReadonlyMap<ScannerId, LeaseNotice>;
  readonly terms: boolean;
};

export type DoorLedger = {
  /** The memory; `reload` replaces it. */
  book(): DoorBook;
  /**
   * Decides, writes and adopts a batch. Throws when its transaction failed; then nothing has changed. `written` is null
   * when there was nothing to write.
   */
  run(commands: readonly DoorCommand[]): {
    readonly outcomes: readonly DoorOutcome[];
    readonly written: DoorWritten | null;
  };
  /** Drops the memory and reads it from the rows again, since the rows are the truth. */
  reload(): void;
  /** Makes all rows count no more, and keeps only what the head has (rule D25). Throws when that cannot be written. */
  empty(): void;
  /** To be called when the event is deleted: each command that waits is refused, so that nothing more is written. */
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
      if (isForgotten)
        return { outcomes: commands.map(() => ({ reply: refuse({ code: "not_found" }) })), written: null };
      const { draft, outcomes } = runDoorBatch(book, commands, clock(), store.find, {
        ...settings,
        sha256: sha256Hex,
      });
      if (!changesDoor(draft)) return { outcomes, written: null };
      const written = writtenBy(draft);
      store.write(draft);
      adoptDoorDraft(draft);
      return { outcomes, written };
    },
    reload() {
      book = store.load();
    },
    empty() {
      const { terms, head } = book;
      const checkpoint = { ...head, begunAt: store.begunAt() };
      store.empty(checkpoint);
      book = { terms, head, barriers: [], leases: new Map(), checkpoint };
    },
    forget() {
      isForgotten = true;
      store.forget();
      book = store.load();
    },
  };
}

/** A wrong try of a typed code is stored with its ticket, but is no change of it. */
function writtenBy(draft: DoorDraft): DoorWritten {
  const { rows, tickets, found, conflicts, terms, base } = draft;
  const changed = [...tickets].filter(
    ([serial, record]) => record.rows !== (found.tickets.get(serial) ?? NO_RECORD).rows,
  );
  const leases = leasesToSend(draft);
  return { rows, tickets: new Map(changed), conflicts: [...conflicts.values()], leases, terms: terms !== base.terms };
}
