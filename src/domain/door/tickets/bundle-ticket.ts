// Writes and reads a ticket in a bundle (rule D17): in 8 or 16 bytes for the states that most tickets are in, and in a full
// form for each with a note for the gates or an unusual history. Times are epoch ms, numbers persons. The 8 bytes are: 3
// bits place · 53 bits serial · 8 bits gate. The 16 bytes are the same, then 5 bits how many leave together · 43 bits time
// · 8 bits entries · 8 bits entries on the day of that time.

import type { GateId, ScanId } from "../../ids.ts";
import type { ByteReader, ByteWriter } from "./bytes.ts";
import type { Passage } from "../scan.ts";
import { admissionOf, dayOf, type DoorTerms } from "../terms.ts";
import { type Stop, type TicketState, NEW_TICKET } from "./ticket-state.ts";

/**
 * `typeNumber` is null when the door has not stored it. `isCoarse`: the times of its passages, and the gate where it
 * left, are not in the bundle; in their place it has the time when the bundle was built.
 */
export type BundledTicket = {
  readonly state: TicketState;
  readonly typeNumber: number | null;
  readonly isCoarse: boolean;
};

/** `short` takes 8 bytes, `long` 16. */
export type TicketForm = "short" | "long" | "full";

/** Numbers the gates of a bundle: 0 means no passage, 1 a passage at an unknown gate. */
export type GateNumbers = { numberOf(gateId: GateId): number; idOf(number: number): GateId | null };

const NO_PASSAGE = 0;
const NO_GATE = 1;
export const FIRST_GATE = 2;
const MAX_U8 = 0xff;
const MAX_U16 = 0xffff;
const BYTE = 256;
const MAX_LEAVING = 31;
const WORD = 2 ** 32;
const TIME_HIGH = 2 ** 11;
/** 2 ** 43 ms, in the year 2248. */
const MAX_TIME = TIME_HIGH * WORD;

/** Where the persons of a ticket are. */
const PLACES = ["unseen", "inside", "left"] as const;
type Place = (typeof PLACES)[number];

/** A bundle has no scan ids, so no scan counts as the last one (rule D5). */
const NO_SCAN = "" as ScanId;

/**
 * The form in which a ticket of this type is written: a shorter one only if `decide` then gives the same verdicts. A ticket
 * whose type is not known is written in full.
 */
export function formOf(
  state: TicketState,
  typeNumber: number | null,
  terms: DoorTerms,
  gates: GateNumbers,
): TicketForm {
  const { inside, leaving, insideGate, lastEntry, last } = state;
  if (typeNumber === null || typeNumber < 1 || typeNumber > MAX_U8 || isStopped(state)) return "full";
  const isOneParty = inside === leaving && leaving <= MAX_LEAVING && (inside === 0 || insideGate === lastEntry?.gateId);
  const gateId = shownGate(state);
  if (!isOneParty || (gateId !== null && gates.numberOf(gateId) > MAX_U8)) return "full";
  const admission = admissionOf(terms, typeNumber);
  if (admission.entry === "once") return inside === 0 || inside === admission.admits ? "short" : "full";
  if (inside > 0 && last?.at !== lastEntry?.at) return "full";
  if (last !== null && (last.at < 1 || last.at >= MAX_TIME)) return "full";
  const isOfOneDay =
    lastEntry === null || last === null || dayOf(terms.days, lastEntry.at) === dayOf(terms.days, last.at);
  return isOfOneDay && state.entries <= MAX_U8 ? "long" : "full";
}

/** Whether the door knows no more of it than of a ticket that was never scanned. */
export function isLikeNew(state: TicketState): boolean {
  return state.last === null && !isStopped(state);
}

function isStopped({ voided, blocked, reissued, attention }: TicketState): boolean {
  return voided !== null || blocked !== null || reissued !== null || attention !== null;
}

function placeOf({ inside, entries }: TicketState): Place {
  if (entries === 0) return "unseen";
  return inside > 0 ? "inside" : "left";
}

/** For a ticket that is inside, the gate of its last entry; for any other, the gate of its first. */
function shownGate({ inside, firstEntry, lastEntry }: TicketState): GateId | null {
  return (inside > 0 ? lastEntry : firstEntry)?.gateId ?? null;
}

export function writeShort(to: ByteWriter, serial: number, state: TicketState, gates: GateNumbers): void {
  const gateId = shownGate(state);
  const high = Math.floor(serial / WORD);
  to.u8((PLACES.indexOf(placeOf(state)) << 5) | (high >>> 16));
  to.u16(high & MAX_U16);
  to.u32(serial % WORD);
  to.u8(gateId === null ? NO_PASSAGE : gates.numberOf(gateId));
}

export function writeLong(to: ByteWriter, serial: number, state: TicketState, gates: GateNumbers): void {
  writeShort(to, serial, state, gates);
  const time = state.last?.at ?? 0;
  to.u16(state.leaving * TIME_HIGH + Math.floor(time / WORD));
  to.u32(time % WORD);
  to.u8(state.entries);
  to.u8(state.entriesThatDay);
}

type Row = { readonly serial: number; readonly place: Place; readonly gate: Passage | null };

/** Null when the row is not valid. `at` takes the place of times that are not in it. */
function readRow(from: ByteReader, gates: GateNumbers, at: number): Row | null {
  const first = from.u8();
  const serial = ((first & 31) * 2 ** 16 + from.u16()) * WORD + from.u32();
  const gate = readGate(from.u8(), gates, at);
  const place = PLACES[first >>> 5];
  if (place === undefined || gate === undefined || (place === "unseen") !== (gate === null)) return null;
  return { serial, place, gate };
}

export type ReadTicket = { readonly serial: number; readonly ticket: BundledTicket };
type Reading = {
  readonly typeNumber: number;
  readonly terms: DoorTerms;
  readonly gates: GateNumbers;
  readonly at: number;
};

/** Null when it was not written by `writeShort`. */
export function readShort(from: ByteReader, { typeNumber, terms, gates, at }: Reading): ReadTicket | null {
  const row = readRow(from, gates, at);
  if (row === null) return null;
  const { admits } = admissionOf(terms, typeNumber);
  const passed = row.place === "unseen" ? null : at;
  const state = stateFrom(row, { time: passed, leaving: admits, entries: 1, today: 1 });
  return { serial: row.serial, ticket: { state, typeNumber, isCoarse: row.place !== "unseen" } };
}

/** Null when it was not written by `writeLong`. */
export function readLong(from: ByteReader, { typeNumber, gates }: Reading): ReadTicket | null {
  // The time follows the row, so the row is read again once the time is known.
  const row = readRow(from, gates, 0);
  const high = from.u16();
  const time = (high % TIME_HIGH) * WORD + from.u32();
  const leaving = Math.floor(high / TIME_HIGH);
  const [entries, today] = [from.u8(), from.u8()];
  const isInside = row?.place === "inside";
  const isSeen = row !== null && row.place !== "unseen";
  if (row === null || isInside !== leaving > 0 || isSeen !== entries > 0 || isSeen !== today > 0 || today > entries)
    return null;
  if (isSeen && time === 0) return null;
  const gate = row.gate && { ...row.gate, at: time };
  const state = stateFrom({ ...row, gate }, { time: time === 0 ? null : time, leaving, entries, today });
  return { serial: row.serial, ticket: { state, typeNumber, isCoarse: false } };
}

type Passed = {
  readonly time: number | null;
  readonly leaving: number;
  readonly entries: number;
  readonly today: number;
};

function stateFrom({ place, gate }: Row, { time, leaving, entries, today }: Passed): TicketState {
  const last = time === null ? null : { scanId: NO_SCAN, at: time };
  if (gate === null) return { ...NEW_TICKET, last };
  const seen = { ...NEW_TICKET, last, entries, entriesThatDay: today, firstEntry: gate, lastEntry: gate };
  if (place === "inside") return { ...seen, inside: leaving, leaving, insideGate: gate.gateId };
  return { ...seen, left: { ...gate, gateId: null } };
}

/** Undefined when there is no gate of this number. */
function readGate(number: number, gates: GateNumbers, at: number): Passage | null | undefined {
  if (number === NO_PASSAGE) return null;
  if (number === NO_GATE) return { at, gateId: null, deviceId: null };
  const gateId = gates.idOf(number);
  return gateId === null ? undefined : { at, gateId, deviceId: null };
}

const [HAS_PASSED, HAS_VOID, HAS_BLOCK, HAS_REISSUE, HAS_ATTENTION] = [1, 2, 4, 8, 16] as const;
const ALL_FLAGS = 31;

/** Everything that is known of the ticket, except the ids of scans and devices. */
export function writeFull(
  to: ByteWriter,
  { serial, typeNumber, state }: { readonly serial: number } & Pick<BundledTicket, "typeNumber" | "state">,
  gates: GateNumbers,
): void {
  const { voided, blocked, reissued, attention, last } = state;
  const flags =
    (last === null ? 0 : HAS_PASSED) |
    (voided === null ? 0 : HAS_VOID) |
    (blocked === null ? 0 : HAS_BLOCK) |
    (reissued === null ? 0 : HAS_REISSUE) |
    (attention === null ? 0 : HAS_ATTENTION);
  to.u48(Math.floor(serial / BYTE));
  to.u8(serial % BYTE);
  to.u8(typeNumber ?? 0);
  to.u8(flags);
  to.u8(state.generation);
  if (last !== null) writePassages(to, state, last.at, gates);
  for (const stop of [voided, blocked, reissued]) if (stop !== null) writeStop(to, stop);
  if (attention !== null) to.text(attention);
}

function writePassages(to: ByteWriter, state: TicketState, lastAt: number, gates: GateNumbers): void {
  const { inside, leaving, insideGate, entries, entriesThatDay, firstEntry, lastEntry, left } = state;
  to.u48(lastAt);
  // No type's limit is as high as this number, so cutting to it changes no verdict.
  for (const many of [inside, leaving, entries, entriesThatDay]) to.u16(Math.min(many, MAX_U16));
  to.u16(numberOf(insideGate, gates));
  for (const passage of [firstEntry, lastEntry, left]) {
    to.u16(passage === null ? NO_PASSAGE : numberOf(passage.gateId, gates));
    to.u48(passage?.at ?? 0);
  }
}

function numberOf(gateId: GateId | null, gates: GateNumbers): number {
  return gateId === null ? NO_GATE : gates.numberOf(gateId);
}

function writeStop(to: ByteWriter, { since, note }: Stop): void {
  to.u48(since);
  to.text(note);
}

/** Null when it was not written by `writeFull`. */
export function readFull(from: ByteReader, gates: GateNumbers): ReadTicket | null {
  const serial = from.u48() * BYTE + from.u8();
  const typeNumber = from.u8();
  const flags = from.u8();
  const generation = from.u8();
  if (!Number.isSafeInteger(serial) || flags > ALL_FLAGS || generation === 0) return null;
  const passed = flags & HAS_PASSED ? readPassages(from, gates) : {};
  if (passed === null) return null;
  const stop = (flag: number): Stop | null => (flags & flag ? readStop(from) : null);
  const [voided, blocked, reissued] = [stop(HAS_VOID), stop(HAS_BLOCK), stop(HAS_REISSUE)];
  const attention = flags & HAS_ATTENTION ? from.text() : null;
  const state = { ...NEW_TICKET, ...passed, voided, blocked, reissued, generation, attention };
  return { serial, ticket: { state, typeNumber: typeNumber === 0 ? null : typeNumber, isCoarse: false } };
}

function readPassages(from: ByteReader, gates: GateNumbers): Partial<TicketState> | null {
  const last = { scanId: NO_SCAN, at: from.u48() };
  const [inside, leaving, entries, entriesThatDay] = [from.u16(), from.u16(), from.u16(), from.u16()];
  const insideGate = readGate(from.u16(), gates, 0);
  const [firstEntry, lastEntry, left] = [0, 0, 0].map(() => {
    const number = from.u16();
    return readGate(number, gates, from.u48());
  });
  if (insideGate === undefined || firstEntry === undefined || lastEntry === undefined || left === undefined)
    return null;
  const passages = { firstEntry, lastEntry, left, last };
  return { ...passages, inside, leaving, entries, entriesThatDay, insideGate: insideGate?.gateId ?? null };
}

function readStop(from: ByteReader): Stop {
  return { since: from.u48(), note: from.text(), by: NO_SCAN };
}
