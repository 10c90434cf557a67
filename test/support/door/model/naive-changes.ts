// Implements docs/rules.md for tickets that are changed while people come and go (rules N8 to N10), as simply as
// possible: a list of what happened to each ticket, read again for each question. It shares types with the door and no
// code.

import type { EntryKind } from "../../../../src/domain/door/admission.ts";
import type { ChangedTicket, TicketChange } from "../../../../src/domain/door/command.ts";

type Happening =
  | { readonly what: "in" | "out"; readonly scan: string; readonly gateId: string }
  | { readonly what: "sweep" | "void" | "block" | "unblock" }
  | { readonly what: "reissue"; readonly generation: number };

export type NaiveScan = {
  readonly scan: string;
  readonly serial: number;
  readonly generation: number;
  readonly direction: "in" | "out";
  readonly gateId: string;
  readonly overrides: boolean;
};
/** `by`: who is in the way. */
export type NaiveReply = { readonly numbers: readonly number[] } | { readonly by: number; readonly gateId: string };

export function openNaiveDoor(entryOf: (serial: number) => EntryKind) {
  const happened = new Map<number, Happening[]>();
  const undone = new Set<string>();
  const made = new Map<string, readonly number[]>();

  const all = (serial: number): Happening[] => {
    const known = happened.get(serial) ?? [];
    happened.set(serial, known);
    return known;
  };
  const counting = (serial: number) =>
    all(serial).filter((each) => (each.what !== "in" && each.what !== "out") || !undone.has(each.scan));
  const entries = (serial: number) => counting(serial).flatMap((each) => (each.what === "in" ? [each] : []));
  function inside(serial: number): number {
    let persons = 0;
    for (const { what } of counting(serial)) {
      if (what === "in") persons += entryOf(serial) === "free" && persons > 0 ? 0 : 1;
      if (what === "out" && persons > 0) persons -= 1;
      if (what === "sweep") persons = 0;
    }
    return persons;
  }
  const isVoid = (serial: number) => all(serial).some(({ what }) => what === "void");
  const isBlocked = (serial: number) =>
    all(serial)
      .filter(({ what }) => what === "block" || what === "unblock")
      .at(-1)?.what === "block";
  const generation = (serial: number) =>
    Math.max(1, ...all(serial).map((each) => (each.what === "reissue" ? each.generation : 1)));

  function against({ serial, generation: shown }: NaiveScan): string | null {
    if (isVoid(serial)) return "void";
    if (shown < generation(serial)) return "superseded";
    if (isBlocked(serial)) return "blocked";
    const entry = entryOf(serial);
    if (inside(serial) > 0 && entry !== "free") return "already_inside";
    return entry === "once" && entries(serial).length > 0 ? "used" : null;
  }

  const refused = (serial: number): NaiveReply => ({ by: serial, gateId: entries(serial).at(-1)?.gateId ?? "" });

  /** The numbers of each group that become void, or the tickets that prevent it. Numbers are serials here. */
  function choose(change: TicketChange): NaiveReply {
    if (change.action === "reissue") {
      const { serial } = change.ticket;
      const isUsed = entryOf(serial) === "once" && entries(serial).length > 0;
      return inside(serial) > 0 || isUsed ? refused(serial) : { numbers: [serial] };
    }
    if (change.action !== "void") return { numbers: [change.ticket.serial] };
    const numbers: number[] = [];
    for (const { from, take } of change.groups) {
      const open = valid(from).sort((a, b) => b - a);
      const never = open.filter((serial) => entries(serial).length === 0);
      const ever = open.filter((serial) => entries(serial).length > 0);
      if (!change.force && never.length < take) return refused(ever[0] ?? 0);
      numbers.push(...[...never, ...ever].slice(0, take));
    }
    return { numbers: numbers.sort((a, b) => a - b) };
  }
  const valid = (from: readonly ChangedTicket[]) =>
    from.map(({ serial }) => serial).filter((serial) => !isVoid(serial));

  return {
    ...{ inside, isVoid, isBlocked, generation, entries, valid },
    /** The verdict, and what a supervisor let in against. */
    scan(scan: NaiveScan): { readonly verdict: string; readonly against: string | null } {
      const { serial, direction, gateId } = scan;
      const pass = (): void => void all(serial).push({ what: direction, scan: scan.scan, gateId });
      if (direction === "out") {
        const verdict = inside(serial) > 0 ? "exited" : "exit_unmatched";
        pass();
        return { verdict, against: null };
      }
      const stands = against(scan);
      if (stands !== null && !scan.overrides) return { verdict: stands, against: null };
      const verdict = entries(serial).length === 0 ? "admitted" : "readmitted";
      pass();
      return { verdict, against: stands };
    },
    undo(scan: string): "undone" | "nothing" {
      const isThere = [...happened.values()].flat().some((each) => "scan" in each && each.scan === scan);
      if (!isThere || undone.has(scan)) return "nothing";
      undone.add(scan);
      return "undone";
    },
    sweep(): void {
      for (const list of happened.values()) list.push({ what: "sweep" });
    },
    /** Whether no home could have sent this. */
    isBug(change: TicketChange, id: string): boolean {
      if (made.has(id)) return false;
      if (change.action === "reissue") return change.generation <= generation(change.ticket.serial);
      return change.action === "void" && change.groups.some(({ from, take }) => valid(from).length < take);
    },
    /** `isNew`: it has rows of its own. */
    judge(change: TicketChange, id: string): { readonly reply: NaiveReply; readonly isNew: boolean } {
      const before = made.get(id);
      if (before) return { reply: { numbers: before }, isNew: false };
      const reply = choose(change);
      if ("by" in reply) return { reply, isNew: false };
      made.set(id, reply.numbers);
      for (const serial of reply.numbers) {
        if (change.action === "reissue") all(serial).push({ what: "reissue", generation: change.generation });
        else if (change.action !== "attention") all(serial).push({ what: change.action });
      }
      return { reply, isNew: true };
    },
  };
}
