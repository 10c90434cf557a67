// Builds doors that decide, fold or lease wrongly, each in one place; the random tests must detect each.

import type { Bug } from "./broken-door.ts";

const decide = (from: string, to: string): Bug => ({ file: "decisions/decide.ts", from, to });
const refusals = (from: string, to: string): Bug => ({ file: "decisions/refusals.ts", from, to });
const rows = (from: string, to: string): Bug => ({ file: "rows/rows.ts", from, to });
const fold = (from: string, to: string): Bug => ({ file: "rows/fold.ts", from, to });
const lease = (from: string, to: string): Bug => ({ file: "leases/lease.ts", from, to });
const upload = (from: string, to: string): Bug => ({ file: "decisions/upload.ts", from, to });
const terms = (from: string, to: string): Bug => ({ file: "terms.ts", from, to });

/** A bug may need more than one edit. */
type Bugs = Readonly<Record<string, Bug | readonly Bug[]>>;

const VERDICT_BUGS: Bugs = {
  "opens a millisecond late": refusals("now < doorsOpen", "now <= doorsOpen"),
  "admits at the very end": refusals("now >= endTime ?", "now > endTime ?"),
  "admits to an event that was ended by hand": refusals('eventStatus === "ended" ||', ""),
  "admits at the end of a window": refusals("now < until", "now <= until"),
  "names the last window as the next one": refusals("windows.find(({ from }) =>", "windows.findLast(({ from }) =>"),
  "lets a closed gate admit": refusals('.filter(({ status }) => status === "open")', ""),
  "forgets the gates of a type": refusals("gates === null || gates.includes(scan.gateId)", "true || gates"),
  "checks a gate before its hours": refusals(
    "  { overridable: true, check: outsideHours },\n  { overridable: true, check: gateClosed },",
    "  { overridable: true, check: gateClosed },\n  { overridable: true, check: outsideHours },",
  ),
  "calls used before it looks who is inside": refusals(
    "  { overridable: true, check: alreadyInside },\n  { overridable: true, check: used },",
    "  { overridable: true, check: used },\n  { overridable: true, check: alreadyInside },",
  ),
  "admits an old generation": refusals("generation < ticket.generation", "generation < ticket.generation - 1"),
  "looks at a block before a void": refusals(
    "if (voided !== null) return",
    "if (voided !== null && blocked === null) return",
  ),
  "admits a ticket twice that is inside": refusals("if (inside === 0 ||", "if (true ||"),
  "lets a ticket in again that entered once and left": refusals(
    'admission.entry !== "once" ||',
    'admission.entry !== "once" || left !== null ||',
  ),
  "counts a limit one further": refusals("entries >= maxEntries", "entries > maxEntries"),
  "counts yesterday's entries": refusals("perDay !== null && isSameDay &&", "perDay !== null &&"),
  "ends a gap a millisecond early": refusals("now < freeAt ?", "now < freeAt - 1 ?"),
  "counts tickets for persons": refusals("0 : admission.admits;", "0 : 1;"),
  "fills a gate by one more": refusals("view.insideBy + adds <= capacity", "view.insideBy + adds <= capacity + 1"),
  "admits one past the capacity": refusals(
    '+ adds <= capacity) return null;\n  return { verdict: "venue_full"',
    '+ adds <= capacity + 1) return null;\n  return { verdict: "venue_full"',
  ),
  "gives away what others lease": refusals("inside + leases.out - leases.own + adds", "inside + adds"),
  "forgets its own lease": refusals("leases.out - leases.own +", "leases.out +"),
  "lets a supervisor past the venue's capacity": refusals(
    "{ overridable: false, check: (scanCase) => venueFull",
    "{ overridable: true, check: (scanCase) => venueFull",
  ),
  "lets a scanner admit without a lease": refusals("scan.alone &&", "false &&"),
  "lets a scanner alone take a typed code": refusals("return isUnchecked ?", "return !isUnchecked && false ?"),
  "adds a free ticket again that is inside": refusals('admission.entry === "free" && ticket.inside > 0', "false"),
  "keeps a free ticket at its first gate": refusals("ticket.insideGate === scan.gateId ? 0 : ticket.leaving", "0"),
  "keeps a guest in by a leaked key": decide('(key === "refused" && isExit)', "false"),
  "admits by a leaked key": decide('(key === "refused" && isExit)', 'key === "refused"'),
  "takes the word of a code for its event": decide("isAccepted && signed && other", "isAccepted && other"),
  "keeps a guest in whose ticket is void": decide(
    'direction === "out" ? (recent',
    'direction === "out" && state.ticket.voided === null ? (recent',
  ),
  "repeats before it looks whether the ticket is void": decide(
    "if (revoked !== null) return decided(revoked);\n  if (recent !== null) return recent;",
    "if (recent !== null) return recent;\n  if (revoked !== null) return decided(revoked);",
  ),
  "is green again for a phone that was handed over the fence": decide("if (recent.acked)", "if (false)"),
  "takes a second guest for a repeat a moment too long": decide("age < REPEAT_MS", "age <= REPEAT_MS"),
  "forgets an undelivered verdict too soon": decide("UNDELIVERED_MS = 30_000", "UNDELIVERED_MS = 29_999"),
  "repeats a verdict to another device": decide("recent.deviceId !== scan.deviceId ||", ""),
  "repeats a passage that was undone": decide("if (ticket.last?.scanId !== scanId) return null;", ""),
  "does not say what was overridden first": decide("against ??= refused.verdict", "against = refused.verdict"),
  "calls a second visit a first one": decide("ticket.entries === 0", "ticket.inside === 0"),
  "draws more of a lease than it admits": decide("Math.min(view.leases.own, adds)", "view.leases.own"),
};

const TICKET_BUGS: Bugs = {
  "folds rows as they arrive": fold(
    "const steps = [...effectiveRows(passes, undos), ...revokes, ...barriers].sort(compareRows)",
    "const steps = [...effectiveRows(passes, undos), ...revokes, ...barriers]",
  ),
  "breaks ties by the counter before the device": rows(
    "compareText(a.deviceId, b.deviceId) || a.counter - b.counter ||",
    "a.counter - b.counter || compareText(a.deviceId, b.deviceId) ||",
  ),
  "takes a repeated row twice": rows(
    "if (best === undefined || isBetter(row, best)) effective.set(row.scanId, row)",
    "effective.set(`${effective.size}`, row)",
  ),
  "takes the scanner's word before its own": rows(": isAlone(best);", ": isAlone(row);"),
  "undoes nothing whose row arrives later": fold(
    'row.kind === "undo");\n  const passes',
    'row.kind === "undo").filter((undo) => rows.indexOf(undo) > rows.findIndex(({ scanId }) => scanId === undo.ref));\n  const passes',
  ),
  "lets a scanner undo at ten minutes": rows("< UNDO_MS", "<= UNDO_MS"),
  "lets any scanner undo": rows("undo.deviceId === row.deviceId && ", ""),
  "lets no supervisor undo late": rows("undo.bySupervisor ||", "(undo.bySupervisor && undo.at - row.at < UNDO_MS) ||"),
  "clamps at the end and not at each step": [
    fold(
      "const party = walk.parties.pop();",
      "const party = walk.parties.pop(); if (!party) walk.owed = (walk.owed ?? 0) + 1;",
    ),
    fold(
      "else walk.parties.push({ gateId, persons });",
      "else if (walk.owed > 0) walk.owed -= 1; else walk.parties.push({ gateId, persons });",
    ),
  ],
  "lets out as many as the type admits now": fold("party?.persons ?? row.persons", "row.persons"),
  "lets out who entered first": fold("walk.parties.pop()", "walk.parties.shift()"),
  "leaves a free ticket at its first gate": fold(
    "walk.parties.splice(-1, 1, { ...top, gateId })",
    "walk.parties.splice(-1, 1, top)",
  ),
  "lets nobody out at a sweep": fold('row.kind === "sweep" && walk.parties.length > 0', "false"),
  "counts what a barrier has counted": fold("walk.behind = walk.parties.map(partyOf)", "walk.behind = [].map(partyOf)"),
  "calls an override a double entry": fold('if (row.decided === "override") return;', ""),
  "sees no double entry after an exit": fold(
    'row.entry === "once" ? before !== undefined',
    'row.entry === "once" ? walk.parties.length > 0',
  ),
  "calls a free ticket's entry a double one": fold('row.entry === "reentry" && walk.parties', "walk.parties"),
  "sees no entry from before a void": fold("if (row.unlessEntered) for", "if (false) for"),
  "calls a forced void a conflict": fold("if (row.unlessEntered) for", "for"),
  "voids from the last void on": fold("voided: state.voided ?? {", "voided: {"),
  "takes an older reissue for a newer": fold("if (row.generation <= state.generation) return;", ""),
  "keeps a block that was taken off": fold("walk.state = { ...state, blocked: null };", ""),
  "counts entries of all days": fold("isSameDay ? state.entriesThatDay + 1 : 1", "state.entriesThatDay + 1"),
  "begins a day a millisecond late": terms("start <= at", "start < at"),
};

const EVENT_BUGS: Bugs = {
  "counts a visitor at each entry": fold("walk.entered.length === 0 ? persons : 0", "persons"),
  "counts clicks from before a barrier": fold("compareRows(row, last) < 0 ? 0 : by", "by < -1_000 ? 0 : by"),
  "takes the first barrier for the last": fold(".sort(compareRows).at(-1)", ".sort(compareRows).at(0)"),
  "forgets the gates of a correction": fold(
    "insideByGate(last.inside, last.gates)",
    "insideByGate(last.inside, new Map())",
  ),
};

const UPLOAD_BUGS: Bugs = {
  "takes an upload of a refused scan for a repeat": upload("passedAlone && !recorded.passed &&", "false &&"),
  "takes what it was told twice for two": upload("&& !recorded.overruled", ""),
  "takes another gate's scan for the same": upload("gateId !== recorded.gateId ||", ""),
  "takes another generation for the same code": upload("&& generation === recorded.generation", ""),
  "takes an exit for the entry of that scan": upload("|| direction !== recorded.direction", ""),
  "calls a door's end inside its hours": upload("upload.at < until", "upload.at <= until"),
  "trusts a clock that is ahead": upload("|| at > receivedAt", ""),
  "trusts a clock that went back": upload("counter > lastOnline.counter && at < lastOnline.at", "false"),
  "calls an exit a wrong entry": upload('if (upload.direction === "in") {', "{"),
};

const NETWORK_BUGS: Bugs = {
  "leases half the room": lease("ROOM_SHARE = 4", "ROOM_SHARE = 4 / 2"),
  "grants what is leased already": lease("Math.min(size - reserved, room - at.out)", "size - reserved"),
  "leases in entries": lease(
    "const taken = Math.min(leftOf(lease), persons)",
    "const taken = Math.min(leftOf(lease), 1)",
  ),
  "takes nothing for a scan before its verdict": lease(
    "taken: lease.taken + taken }, taken",
    "taken: lease.taken }, taken",
  ),
  "draws nothing for an admission": lease("drawn: lease.drawn + persons", "drawn: lease.drawn"),
  "adds up grants that it hears twice": lease(
    "granted: Math.max(lease.granted, notice.granted)",
    "granted: lease.granted + notice.granted",
  ),
  "adds up returns that it hears twice": lease(
    "returned: Math.max(lease.returned, Math.min(returned, lease.granted))",
    "returned: lease.returned + returned",
  ),
  "returns a lease and keeps it": lease("returned: lease.returned + leftOf(lease) }", "returned: lease.returned }"),
  "frees a lease when it is called back": lease(
    "lease : { ...lease, calls: lease.calls + 1 }",
    "lease : { ...lease, calls: lease.calls + 1, returned: lease.returned + reservedFor(lease) }",
  ),
  "keeps what the door did not draw": lease("taken: lease.taken - (taken - drawn)", "taken: lease.taken"),
  "gives back what the door drew": lease("taken: lease.taken - (taken - drawn)", "taken: lease.taken - taken"),
  "calls the silent alone": lease(" && lease.calls === lease.answered)", ")"),
};

const EVENING_BUGS: Bugs = {
  "lets out one of a party": decide("persons: ticket.leaving", "persons: 1"),
  "moves all that are inside on a free ticket": fold("leaving: top?.persons ?? 0", "leaving: inside + 1"),
  "shows a free ticket's move twice": decide(
    "insideBy: view.insideBy + addsToGate(scanCase)",
    "insideBy: view.insideBy + adds",
  ),
  "fills the gate where a party was": fold("from = moves ? partyOf(top) : NO_COUNTS", "from = NO_COUNTS"),
};

/** By the properties that must catch them. */
export const DOOR_MUTANTS = {
  verdicts: VERDICT_BUGS,
  tickets: TICKET_BUGS,
  events: EVENT_BUGS,
  uploads: UPLOAD_BUGS,
  network: NETWORK_BUGS,
  evening: EVENING_BUGS,
} as const;
