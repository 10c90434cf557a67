// Implements docs/rules.md for a scan (rules D5 to D9, D11, D12, D15), as simply as possible: it lists everything that
// refuses the scan, and takes the first. It shares types with the door and no code.

import type { DoorState } from "../../../../src/domain/door/decisions/decide.ts";
import type { Admission } from "../../../../src/domain/door/admission.ts";
import type { Decision, Refused, Scan, Verdict } from "../../../../src/domain/door/scan.ts";
import type { Breach } from "../../../../src/domain/door/rows/rows.ts";
import type { DoorTerms } from "../../../../src/domain/door/terms.ts";
import type {
  Arrival,
  RecordedScan,
  ScanSubject,
  Taken,
  Upload,
} from "../../../../src/domain/door/decisions/upload.ts";

/** `row` is that of the table in rule D6; `hard`: nobody may override it. */
type Against = { readonly row: number; readonly refused: Refused; readonly hard?: true };

const PLAIN: Admission = {
  ...{ entry: "once", gates: null, windows: null, per_day: null, max_entries: null, gap_minutes: null, admits: 1 },
};

export function naiveDecision(given: DoorState, scan: Scan, terms: DoorTerms, now: number): Decision {
  const { inside, insideBy } = given.view;
  const view = { ...given.view, inside: inside < 0 ? 0 : inside, insideBy: insideBy < 0 ? 0 : insideBy };
  const state = { ...given, view };
  const { ticket, recent } = state;
  const typeNumber = scan.code.kind === "unreadable" ? null : scan.code.typeNumber;
  const admission = terms.types.filter((type) => type.number === typeNumber)[0]?.admission ?? PLAIN;
  const all = [
    ...unproven(scan),
    ...(scan.direction === "in" ? [...revoked(state, scan), ...atTheGate(state, scan, terms, now, admission)] : []),
  ];
  const stands = all.filter(({ row, hard }) => row < 4 || !scan.overrides || hard);
  const before = stands.filter(({ row }) => row <= 4)[0];
  if (before) return { kind: "decided", verdict: before.refused };
  const isSame = recent?.deviceId === scan.deviceId && recent.direction === scan.direction;
  if (recent && isSame && ticket.last?.scanId === recent.scanId) {
    if (recent.acked && now - 10_000 < recent.at) return { kind: "repeat", scanId: recent.scanId };
    if (!recent.acked && now - 30_000 < recent.at)
      return { kind: "again", scanId: recent.scanId, verdict: recent.verdict };
  }
  const first = stands[0];
  if (first) return { kind: "decided", verdict: first.refused };
  return { kind: "decided", verdict: passed(state, scan, admission, all[0]?.refused.verdict ?? null) };
}

function passed(
  { ticket, view }: DoorState,
  scan: Scan,
  admission: Admission,
  against: Refused["verdict"] | null,
): Verdict {
  if (scan.direction === "out") {
    if (ticket.inside > 0) return { verdict: "exited", persons: ticket.leaving };
    return { verdict: "exit_unmatched", persons: admission.admits };
  }
  const isInside = admission.entry === "free" && ticket.inside > 0;
  const isHere = ticket.insideGate === scan.gateId;
  const adds = isInside ? 0 : admission.admits;
  const comeHere = isHere ? 0 : ticket.leaving;
  return {
    verdict: ticket.firstEntry ? "readmitted" : "admitted",
    adds,
    fromLease: adds < view.leases.own ? adds : view.leases.own,
    inside: view.inside + adds,
    insideBy: view.insideBy + (isInside ? comeHere : adds),
    attention: ticket.attention,
    against,
  };
}

function unproven({ code, direction }: Scan): Against[] {
  if (code.kind === "unreadable") return [{ row: 1, refused: { verdict: "unreadable" } }];
  if (code.kind === "party") return [];
  if (code.kind === "typed") return code.check === "wrong" ? [{ row: 3, refused: { verdict: "forged" } }] : [];
  const keys = direction === "out" ? ["active", "accepted", "refused"] : ["active", "accepted"];
  const hasKey = keys.includes(code.key);
  if (hasKey && code.signed && code.other) return [{ row: 2, refused: { verdict: "wrong_event", event: code.other } }];
  if (!hasKey) return [{ row: 3, refused: { verdict: "unknown_key" } }];
  return code.signed ? [] : [{ row: 3, refused: { verdict: "forged" } }];
}

function revoked({ ticket: { voided, blocked, reissued, generation } }: DoorState, { code }: Scan): Against[] {
  const found: Against[] = [];
  const add = (verdict: "void" | "superseded" | "blocked", stop: { since: number; note: string | null }): void => {
    found.push({ row: 4, refused: { verdict, since: stop.since, note: stop.note } });
  };
  if (voided) add("void", voided);
  const shown = code.kind === "unreadable" ? null : code.generation;
  if (shown !== null && shown < generation && reissued) add("superseded", reissued);
  if (blocked) add("blocked", blocked);
  return found;
}

function atTheGate(state: DoorState, scan: Scan, terms: DoorTerms, now: number, admission: Admission): Against[] {
  const found: Against[] = [];
  const { ticket } = state;
  const add = (row: number, refused: Refused): number => found.push({ row, refused });
  const end = terms.endedAt !== null && terms.endedAt < terms.endTime ? terms.endedAt : terms.endTime;
  const isRunning = terms.eventStatus === "published" || terms.eventStatus === "live";
  if (!isRunning && terms.eventStatus !== "draft") add(5, { verdict: "event_over", endedAt: end });
  else if (terms.eventStatus === "draft") add(5, { verdict: "not_open_yet", opensAt: terms.doorsOpen });
  else if (now < terms.doorsOpen) add(5, { verdict: "not_open_yet", opensAt: terms.doorsOpen });
  else if (!(now < terms.endTime)) add(5, { verdict: "event_over", endedAt: end });
  const gate = terms.gates.find(({ id }) => id === scan.gateId);
  const open = terms.gates.flatMap(({ id, status }) => (status === "open" ? [id] : []));
  const openGates = admission.gates ? open.filter((id) => admission.gates?.includes(id)) : open;
  if (gate?.status !== "open") add(6, { verdict: "gate_closed", openGates });
  if (admission.gates && !admission.gates.some((id) => id === scan.gateId))
    add(7, { verdict: "wrong_gate", gates: admission.gates });
  const windows = admission.windows ?? [{ from: -Infinity, until: Infinity }];
  if (!windows.some(({ from, until }) => now >= from && now < until)) {
    const [next] = windows.filter(({ from }) => from > now).sort((a, b) => a.from - b.from);
    add(8, next ? { verdict: "too_early", window: next } : { verdict: "too_late", window: null });
  }
  if (ticket.inside > 0 && admission.entry !== "free" && ticket.lastEntry)
    add(9, { verdict: "already_inside", entered: ticket.lastEntry });
  if (admission.entry === "once" && ticket.entries > 0 && ticket.firstEntry)
    add(10, { verdict: "used", entered: ticket.firstEntry, left: ticket.left });
  found.push(...overLimits(state, terms, now, admission), ...full(state, scan, terms, admission));
  return found;
}

function overLimits({ ticket }: DoorState, terms: DoorTerms, now: number, admission: Admission): Against[] {
  const found: Against[] = [];
  const add = (verdict: "day_limit" | "entry_limit" | "too_soon", limit: number, freeAt: number | null): void => {
    found.push({ row: 11, refused: { verdict, limit, freeAt } });
  };
  const began = (at: number): number => Math.max(-Infinity, ...terms.days.filter((day) => day <= at));
  const today = ticket.lastEntry && began(ticket.lastEntry.at) === began(now) ? ticket.entriesThatDay : 0;
  const tomorrow = Math.min(Infinity, ...terms.days.filter((day) => day > now));
  const { per_day: perDay, max_entries: most, gap_minutes: gap } = admission;
  if (perDay !== null && today >= perDay) add("day_limit", perDay, tomorrow === Infinity ? null : tomorrow);
  if (most !== null && ticket.entries >= most) add("entry_limit", most, null);
  const freeAt = (ticket.last?.at ?? -Infinity) + (gap ?? 0) * 60_000;
  if (gap !== null && now < freeAt) add("too_soon", gap, freeAt);
  return found;
}

function full({ ticket, view }: DoorState, scan: Scan, terms: DoorTerms, admission: Admission): Against[] {
  const found: Against[] = [];
  const isInside = admission.entry === "free" && ticket.inside > 0;
  const comes = isInside ? 0 : admission.admits;
  const comeHere = ticket.insideGate === scan.gateId ? 0 : ticket.leaving;
  const comesHere = isInside ? comeHere : admission.admits;
  const most = terms.gates.find(({ id }) => id === scan.gateId)?.capacity ?? Infinity;
  if (comesHere > 0 && view.insideBy + comesHere > most)
    found.push({ row: 12, refused: { verdict: "gate_full", inside: view.insideBy, capacity: most } });
  const others = view.leases.out - view.leases.own;
  for (const [capacity, hard] of [
    [terms.hardCapacity, true],
    [terms.softCapacity, false],
  ] as const) {
    if (comes === 0 || comes <= capacity - view.inside - others) continue;
    found.push({
      row: 12,
      refused: { verdict: "venue_full", inside: view.inside, capacity, hard },
      ...(hard && { hard }),
    });
  }
  if (scan.alone && admission.admits > view.leases.own)
    found.push({ row: 13, refused: { verdict: "lease_used_up", left: view.leases.own }, hard: true });
  if (scan.code.kind === "typed" && scan.code.check === "unchecked")
    found.push({ row: 13, refused: { verdict: "typed_needs_network" }, hard: true });
  return found;
}

/** How an upload is taken, by rules D4, D8, D9, D19 and D20. */
export function naiveUpload(upload: Upload, known: RecordedScan | null, terms: DoorTerms, arrival: Arrival): Taken {
  const said = (scan: ScanSubject): string => `${scan.serial} ${scan.generation} ${scan.gateId} ${scan.direction}`;
  if (known && said(known) !== said(upload)) return { kind: "reused" };
  if (known && (known.passed || known.overruled || !upload.passed)) return { kind: "repeat" };
  const rules = terms.types.filter((type) => type.number === upload.typeNumber)[0]?.admission ?? PLAIN;
  const isIn = upload.direction === "in";
  const breaches: Breach[] = [];
  if (isIn && rules.gates && !rules.gates.some((id) => id === upload.gateId)) breaches.push("wrong_gate_entry");
  const isLate = upload.at >= terms.endTime || upload.at < terms.doorsOpen;
  const isBetween = rules.windows?.every(({ from, until }) => upload.at < from || upload.at >= until) ?? false;
  if (isIn && (isLate || isBetween)) breaches.push("outside_window_entry");
  if (isIn && known) breaches.push("against_verdict");
  const { lastOnline, receivedAt } = arrival;
  const isBehind = lastOnline !== null && lastOnline.counter < upload.counter && lastOnline.at > upload.at;
  if (upload.clockUnsure || receivedAt < upload.at || isBehind) breaches.push("clock_off");
  const { scanId, at, deviceId, counter, gateId, generation } = upload;
  const kind = isIn ? "entry" : "exit";
  const rest = { decided: "alone", entry: rules.entry, persons: rules.admits, breaches } as const;
  const pass = { scanId, at, deviceId, counter, gateId, generation, kind, ...rest } as const;
  return { kind: "new", pass: upload.passed ? pass : null };
}
