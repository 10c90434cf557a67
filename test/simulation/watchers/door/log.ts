// Audits a door's log (theme `door`): it reads the rows from the first on and judges each by what was presented, sent
// and in force, with naive-door.ts and naive-verdict.ts, which share no code with the door.

import { isDeepStrictEqual } from "node:util";
import type { DoorRow } from "../../../../src/domain/door/rows/door-log.ts";
import type { EventTerms } from "../../../../src/domain/door/event-terms.ts";
import type { FoldedTicket } from "../../../../src/domain/door/rows/fold.ts";
import type {
  BarrierRow,
  CountRow,
  PassRow,
  RevokeRow,
  TicketRow,
  UndoRow,
} from "../../../../src/domain/door/rows/rows.ts";
import type { GateId, ScanId } from "../../../../src/domain/ids.ts";
import { must } from "../../../../src/domain/result.ts";
import { naiveTicket } from "../../../support/door/model/naive-door.ts";
import { naiveDecision, naiveUpload } from "../../../support/door/model/naive-verdict.ts";
import { type Heard, nameOf } from "./watch.ts";
import { presentedAs } from "./presented.ts";

/** All that the rows have said so far. */
export type Told = {
  readonly fullEvery: number;
  terms: EventTerms | null;
  readonly tickets: Map<number, (PassRow | RevokeRow)[]>;
  readonly undos: UndoRow[];
  readonly clicks: CountRow[];
  readonly barriers: BarrierRow[];
  readonly scans: Map<ScanId, DoorRow[]>;
  readonly insideBy: Map<GateId, number>;
  last: DoorRow | null;
};

/** Each row of a number that `fullEvery` divides has the counts of every gate. */
export function openTold(fullEvery: number): Told {
  return {
    fullEvery,
    ...{ terms: null, tickets: new Map(), undos: [], clicks: [], barriers: [], scans: new Map() },
    ...{ insideBy: new Map(), last: null },
  };
}

/** What is wrong with the next row, or null; it is taken for known. */
export function followDoorRow(told: Told, row: DoorRow, heard: Heard): string | null {
  const wrong = wrongIn(told, row, heard);
  if (row.seq % told.fullEvery === 0) told.insideBy.clear();
  for (const { id, insideBy } of row.gates) told.insideBy.set(id, insideBy);
  if (row.scanId !== null) told.scans.set(row.scanId, [...(told.scans.get(row.scanId) ?? []), row]);
  told.last = row;
  return wrong;
}

function wrongIn(told: Told, row: DoorRow, heard: Heard): string | null {
  switch (row.kind) {
    case "terms":
      return takeTerms(told, row, heard);
    case "entry":
    case "exit":
      return row.decided === "alone" ? uploaded(told, row, heard) : scanned(told, row, heard);
    case "undo":
      return takeBack(told, row);
    case "count":
      return click(told, row);
    case "set":
    case "sweep":
      return correct(told, row);
    case "revoke":
      return revoke(told, row);
    case "lease":
      return "nobody asks for a lease in these worlds";
  }
}

/** Rule D19: the ticket as its rows make it; an undo goes with the scan that it takes back, whichever came first. */
export function rowsOf({ tickets, undos }: Told, serial: number): TicketRow[] {
  const rows = tickets.get(serial) ?? [];
  return [...rows, ...undos.filter(({ ref }) => rows.some(({ scanId }) => scanId === ref))];
}

function ticketOf(told: Told, serial: number): FoldedTicket {
  return naiveTicket(rowsOf(told, serial), told.barriers, told.terms?.rules.days ?? []);
}

const detailOf = ({ detail }: DoorRow): Record<string, unknown> =>
  Object(JSON.parse(detail ?? "{}")) as Record<string, unknown>;

/** Rule X6: they only rise, epoch before version, and are those that D1 has said. */
function takeTerms(told: Told, row: DoorRow, { terms: known }: Heard): string | null {
  // The one cast: what a row of terms says.
  const said = detailOf(row) as Pick<EventTerms, "epoch" | "version" | "hash">;
  const next = known.get(nameOf(said));
  if (!next) return `[D2] terms that nobody has sent: ${nameOf(said)}`;
  const before = told.terms;
  told.terms = next;
  if (!before) return null;
  const rises = next.epoch > before.epoch || (next.epoch === before.epoch && next.version > before.version);
  return rises ? null : `[X6] terms ${nameOf(next)} come after ${nameOf(before)}`;
}

function scanned(told: Told, row: DoorRow, heard: Heard): string | null {
  const { scanId, gateId, serial, actor } = row;
  const asked = scanId && heard.asked.get(scanId);
  if (!asked || !told.terms || gateId === null) return "[D1] a scan that nobody has asked for, or by no terms";
  if (told.scans.has(must(scanId, "it was asked for"))) return "[D4] the scan has a row already";
  if (asked.by !== actor || asked.gateId !== gateId) return `[D1] it was asked for by ${asked.by} at ${asked.gateId}`;
  const { rules } = told.terms;
  const code = presentedAs(asked.shown, told.terms);
  const before = ticketOf(told, serial ?? -1);
  const inside = told.last?.inside ?? 0;
  const view = { inside, insideBy: told.insideBy.get(gateId) ?? 0, leases: { out: 0, own: 0 } };
  const { direction, by: deviceId, overrides } = asked;
  const scan = { code, direction, gateId, deviceId, alone: false, overrides };
  const state = { ticket: before.state, view, recent: null };
  const decision = naiveDecision(state, scan, rules, row.receivedAt);
  const verdict = { verdict: row.verdict, ...detailOf(row) };
  if (decision.kind !== "decided" || !isDeepStrictEqual(plain(decision.verdict), verdict))
    return `[D6] it is ${JSON.stringify(verdict)}, and should be ${JSON.stringify(decision)}`;
  const overdue = recentlyPassed(told, row, heard);
  if (overdue) return overdue;
  if (!passes(row.verdict) || serial === null) return sameCounts(told, row);
  const isIn = row.kind === "entry";
  const came = row.inside - inside;
  if (isIn && came > 0 && row.inside > rules.hardCapacity)
    return `[D11] ${row.inside} are inside, and ${rules.hardCapacity} may be`;
  if (isIn && row.decided === "door" && before.state.voided) return "[N9] a void ticket is let in";
  const admission = rules.types.find(({ number }) => number === row.typeNumber)?.admission;
  const pass: PassRow = {
    ...{ kind: isIn ? "entry" : "exit", scanId: must(scanId, "it was asked for"), at: row.at, deviceId: actor },
    ...{ counter: 0, gateId, decided: row.decided === "override" ? "override" : "door" },
    ...{ generation: row.generation, entry: admission?.entry ?? "once", persons: admission?.admits ?? 1 },
    breaches: [],
  };
  const earlier = rowsOf(told, serial).find(({ at }) => at >= row.at);
  if (earlier) return `[D19] it has the time ${row.at}, and a row of its ticket ${earlier.at}`;
  return counted(told, row, before, pass);
}

/** As it is stored. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

function passes(verdict: string | null): boolean {
  return ["admitted", "readmitted", "exited", "exit_unmatched"].includes(verdict ?? "");
}

const UNDELIVERED_MS = 30_000;

/** Rule D5: a scanner that has not received an admission does not get the verdict that the guest is already inside. */
function recentlyPassed(told: Told, row: DoorRow, { acked }: Heard): string | null {
  if (row.verdict !== "already_inside" && row.verdict !== "used") return null;
  const rows = rowsOf(told, row.serial ?? -1);
  // Where something was taken back, what was the last passage may be another one.
  if (rows.some(({ kind }) => kind === "undo")) return null;
  const passed = rows.filter((each) => each.kind === "entry" || each.kind === "exit");
  const last = passed.sort((a, b) => a.at - b.at).at(-1);
  if (!last || last.kind !== "entry" || last.decided === "alone" || last.deviceId !== row.actor) return null;
  const isLost = !acked.has(last.scanId) && row.receivedAt - last.at < UNDELIVERED_MS;
  return isLost ? `[D5] ${last.scanId} was never acknowledged, and its guest is turned away` : null;
}

function uploaded(told: Told, row: DoorRow, heard: Heard): string | null {
  const { scanId, actor, receivedAt } = row;
  const alone = scanId && heard.alone.get(scanId);
  if (!alone || !told.terms || alone.by !== actor) return "[D19] an upload that nobody has sent";
  const { sent } = alone;
  const subject = {
    ...{ serial: sent.serial ?? -1, generation: sent.generation, direction: sent.direction },
    // The cast: scanners of a world are at gates that there are.
    gateId: sent.gate_id as GateId,
  };
  const earlier = told.scans.get(sent.scan_id) ?? [];
  const [first] = earlier;
  const known = first && {
    ...{ serial: first.serial ?? -1, generation: first.generation, gateId: must(first.gateId, "a scan is at a gate") },
    direction: first.kind === "exit" ? ("out" as const) : ("in" as const),
    ...{ passed: passes(first.verdict), overruled: earlier.length > 1 },
  };
  const after = sent.after && told.scans.get(sent.after)?.[0];
  const isOwn = after && after.actor === actor && after.decided !== "alone";
  const upload = {
    ...{ ...subject, scanId: sent.scan_id, at: sent.at, deviceId: actor, counter: sent.counter },
    ...{ typeNumber: sent.type_number, passed: passes(sent.verdict), clockUnsure: sent.clock_unsure },
  };
  const lastOnline = isOwn ? { at: after.receivedAt, counter: sent.counter - 1 } : null;
  const taken = naiveUpload(upload, known ?? null, told.terms.rules, { receivedAt, lastOnline });
  if (taken.kind !== "new") return `[D4] an upload that is ${taken.kind} has a row`;
  const { pass } = taken;
  const said = pass && { entry: pass.entry, persons: pass.persons, breaches: pass.breaches };
  const detail = { counter: sent.counter, clockUnsure: sent.clock_unsure, ...said };
  if (!isDeepStrictEqual(detailOf(row), plain(detail)) || row.verdict !== sent.verdict || row.at !== sent.at)
    return `[D19] it should be ${JSON.stringify(detail)}`;
  if (!pass || sent.serial === null) return sameCounts(told, row);
  return counted(told, row, ticketOf(told, sent.serial), pass);
}

/** Rule D10: the counts change by what the ticket's part changes by. */
function counted(told: Told, row: DoorRow, before: FoldedTicket, added: PassRow | RevokeRow | null): string | null {
  const serial = must(row.serial, "it is of a ticket");
  if (added) told.tickets.set(serial, [...(told.tickets.get(serial) ?? []), added]);
  const after = ticketOf(told, serial);
  const inside = (told.last?.inside ?? 0) + after.part.inside - before.part.inside;
  const admitted = (told.last?.admitted ?? 0) + after.part.admitted - before.part.admitted;
  if (row.inside === inside && row.admitted === admitted) return null;
  return `[D10] ${row.inside} inside and ${row.admitted} admitted should be ${inside} and ${admitted}`;
}

function sameCounts(told: Told, row: DoorRow): string | null {
  const same = row.inside === (told.last?.inside ?? 0) && row.admitted === (told.last?.admitted ?? 0);
  return same ? null : "[D10] nobody passed, and the counts are others";
}

function takeBack(told: Told, row: DoorRow): string | null {
  const [scanId, ref] = [must(row.scanId, "an undo has an id"), must(row.ref, "an undo is about a scan")];
  const [target] = told.scans.get(ref) ?? [];
  if ((target === undefined) !== (row.verdict === "awaited")) return `[D14] it is ${row.verdict}`;
  const serial = target?.serial ?? null;
  const before = serial === null ? null : ticketOf(told, serial);
  const bySupervisor = !row.actor.startsWith("dev_");
  told.undos.push({ kind: "undo", scanId, ref, at: row.at, deviceId: row.actor, counter: 0, bySupervisor });
  return before ? counted(told, row, before, null) : null;
}

function click(told: Told, row: DoorRow): string | null {
  const by = Number(detailOf(row)["by"]);
  const [scanId, gateId] = [must(row.scanId, "a click has an id"), must(row.gateId, "a click is at a gate")];
  if (told.scans.has(scanId)) return "[D4] the click has a row already";
  told.clicks.push({ kind: "count", scanId, at: row.at, deviceId: row.actor, counter: 0, gateId, by });
  return row.inside === (told.last?.inside ?? 0) + by ? null : `[D16] ${row.inside} are inside after ${by}`;
}

function correct(told: Told, row: DoorRow): string | null {
  const scanId = must(row.scanId, "a correction has an id");
  if (told.scans.has(scanId)) return "[D4] the correction has a row already";
  const common = { scanId, at: row.at, deviceId: row.actor, counter: 0 };
  // The cast: what a correction says.
  const gates = new Map((detailOf(row)["gates"] ?? []) as [GateId, number][]);
  const inside = [...gates.values()].reduce((sum, each) => sum + each, 0);
  told.barriers.push(row.kind === "sweep" ? { ...common, kind: "sweep" } : { ...common, kind: "set", inside, gates });
  return null;
}

/** Rules N8 to N10, by what the door knew then. */
function revoke(told: Told, row: DoorRow): string | null {
  const [serial, scanId] = [must(row.serial, "it is of a ticket"), must(row.scanId, "it has an id")];
  if (told.scans.has(scanId)) return "[N9] the change has a row already";
  const before = ticketOf(told, serial);
  const { state } = before;
  const rules = told.terms?.rules.types.find(({ number }) => number === row.typeNumber)?.admission;
  const common = { kind: "revoke" as const, scanId, at: row.at, deviceId: row.actor, counter: 0 };
  const add = (added: RevokeRow): string | null => counted(told, row, before, added);
  const action: string = row.verdict ?? "";
  switch (action) {
    case "void": {
      const unlessEntered = detailOf(row)["unlessEntered"] === true;
      if (state.voided) return "[N9] it is void already";
      if (unlessEntered && state.entries > 0) return "[N9] it was let in, and is void without force";
      return add({ ...common, action: "void", note: row.reason, unlessEntered });
    }
    case "block":
      return add({ ...common, action: "block", note: row.reason });
    case "unblock":
      return add({ ...common, action: "unblock" });
    case "attention":
      return add({ ...common, action: "attention", text: row.reason });
    case "reissue": {
      const isUsed = state.entries > 0 && (rules?.entry ?? "once") === "once";
      if (state.inside > 0 || isUsed) return "[N10] it is inside or used, and reissued";
      if ((row.generation ?? 0) <= state.generation) return `[N10] generation ${row.generation} comes again`;
      return add({ ...common, action: "reissue", generation: row.generation ?? 0 });
    }
    default:
      return `[N8] it is ${row.verdict}`;
  }
}
