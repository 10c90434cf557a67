// Plants bugs (mutants.ts) in the door: what is lost between memory, rows and replies, and what depends on who came
// first.

import type { Mutant } from "./parts.ts";

export const DOOR_MUTANTS: Readonly<Record<string, Mutant>> = {
  "a door's memory that stays ahead of a failed transaction": {
    edits: [
      {
        file: "door/door-ledger.ts",
        from: "store.write(draft);\n      adoptDoorDraft(draft);",
        to: "adoptDoorDraft(draft);\n      store.write(draft);",
      },
      { file: "door/door-ledger.ts", from: "reload() {\n      book = store.load();", to: "reload() {" },
    ],
  },
  "a scan that is decided anew after its door has slept": {
    edits: [
      {
        file: "door/storage/door-store.ts",
        from: "/** `schema` has the numbered steps",
        to: "let born = 0;\n/** `schema` has the numbered steps",
      },
      {
        file: "door/storage/door-store.ts",
        from: "const stored = all(SQL.terms)[0]",
        to: 'born = Number(all(SQL.lastSeq)[0]?.["seq"]);\n      const stored = all(SQL.terms)[0]',
      },
      {
        file: "door/storage/door-store.ts",
        from: "rowsBy(SQL.scans, [...scanIds, ...undone]);",
        to: "rowsBy(SQL.scans, [...scanIds, ...undone]).filter(({ seq }) => seq > born);",
      },
    ],
  },
  "an upload that counts again when it is repeated": {
    edits: [
      {
        file: "domain/door/decisions/decide-upload.ts",
        from: "earlierRow && recordedScanOf(earlierRow, record), rules",
        to: 'earlierRow && earlierRow.decided !== "alone" ? recordedScanOf(earlierRow, record) : null, rules',
      },
    ],
  },
  "a change of a ticket that is answered although its rows failed": {
    edits: [
      {
        file: "door/event-door.ts",
        from: 'const reply = await this.#add({ kind: "judge", ...command });',
        to: `const reply = await this.#add({ kind: "judge", ...command });
    if (!reply.ok && reply.refusal.code !== "ticket_admitted") {
      const { change } = command;
      const named = change.action === "void" ? change.groups.flatMap(({ from, take }) => from.slice(-take)) : [change.ticket];
      return accept({ numbers: named.map(({ number }) => number) });
    }`,
      },
    ],
  },
  "a door that takes older terms": {
    edits: [
      {
        file: "domain/door/event-terms.ts",
        from: "|| next.version < known.version) return",
        to: ") return",
      },
      {
        file: "domain/door/event-terms.ts",
        from: "next.version > known.version) return",
        to: "next.version !== known.version) return",
      },
    ],
  },
  "a verdict that is given again to another scanner": {
    edits: [{ file: "domain/door/decisions/decide.ts", from: "recent.deviceId !== scan.deviceId ||", to: "" }],
  },
  "a verdict that is taken for delivered": {
    edits: [
      { file: "door/event-door.ts", from: "isAcked: (scanId) => this.#acked.has(scanId),", to: "isAcked: () => true," },
    ],
  },
  "an undo that is forgotten when it comes first": {
    edits: [
      {
        file: "domain/door/decisions/decide-upload.ts",
        from: "pass, ...undosOf(draft, scanId)]",
        to: "pass]",
      },
    ],
  },
  "a scan that counts without those of its batch": {
    edits: [
      {
        file: "domain/door/decisions/decide-scan.ts",
        from: "const { counts } = draft.head;",
        to: "const { counts } = draft.base.head;",
      },
    ],
  },
  "a scan that does not see its ticket in the same batch": {
    edits: [
      {
        file: "domain/door/draft.ts",
        from: "tickets.get(serial) ?? found.tickets.get(serial) ?? NO_RECORD",
        to: "found.tickets.get(serial) ?? tickets.get(serial) ?? NO_RECORD",
      },
    ],
  },
  "a row of all gates that leaves those out that did not change": {
    edits: [
      {
        file: "domain/door/rows/door-log.ts",
        from: "seq % FULL_ROW_EVERY === 0 ?",
        to: "seq < 0 ?",
      },
    ],
  },
  "a place that is not empty any more once its door has slept": {
    edits: [
      {
        file: "door/storage/door-store.ts",
        from: "const barriers = all(SQL.barriers)",
        to: "const barriers = all(SQL.barriers).slice(0, 0)",
      },
    ],
  },
};
