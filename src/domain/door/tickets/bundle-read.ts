// Reads a bundle (rule D17), whole or not at all. A bundle that was cut off, was changed on its way or has another version
// is refused, and never taken for a part.

import { parseId } from "../../ids.ts";
import { accept, refuse, type Result } from "../../result.ts";
import { id, isInteger, listOf, shaped } from "../../shape.ts";
import { type Bundle, BUNDLE_MARK, BUNDLE_VERSION, type BundleText, CHECKED_FROM } from "./bundle.ts";
import {
  type BundledTicket,
  FIRST_GATE,
  type GateNumbers,
  readFull,
  readLong,
  readShort,
  type ReadTicket,
} from "./bundle-ticket.ts";
import { type ByteReader, crc32, openReader, textFrom } from "./bytes.ts";
import { isEventTerms } from "../check-command.ts";
import type { Counts } from "../rows/counts.ts";

const isGateId = id((text) => parseId("gate", text));
const isGate = (value: unknown): value is BundleText["counts"][number] =>
  Array.isArray(value) && value.length === 4 && isGateId(value[0]) && value.slice(1).every(isInteger);
const isBundleText = shaped<BundleText>({
  terms: isEventTerms,
  inside: isInteger,
  admitted: isInteger,
  counts: listOf(isGate),
  gates: listOf(isGateId),
});

/**
 * `other_version`: it was written by a server of another release; request it again once the scanner runs that release too.
 */
export function readBundle(bytes: Uint8Array): Result<Bundle, "malformed" | "other_version"> {
  const from = openReader(bytes);
  const mark = from.bytes(BUNDLE_MARK.length);
  const version = from.u8();
  if (!from.isSound() || mark.some((byte, at) => byte !== BUNDLE_MARK[at])) return refuse("malformed");
  if (version !== BUNDLE_VERSION) return refuse("other_version");
  const isWhole = from.u32() === bytes.length && from.u32() === crc32(bytes.subarray(CHECKED_FROM));
  const bundle = isWhole ? readBody(from) : null;
  return bundle !== null && from.isSound() && from.left() === 0 ? accept(bundle) : refuse("malformed");
}

function readBody(from: ByteReader): Bundle | null {
  const [seq, since, at] = [from.u48(), from.u48(), from.u48()];
  const text = parsed(textFrom(from.bytes(from.u32())));
  if (text === null) return null;
  const { terms, gates: ids } = text;
  const gates: GateNumbers = {
    idOf: (number) => ids[number - FIRST_GATE] ?? null,
    numberOf: (id) => FIRST_GATE + ids.indexOf(id),
  };
  const tickets = new Map<number, BundledTicket>();
  for (let types = from.u8(); types > 0; types--) {
    const reading = { typeNumber: from.u8(), terms: terms.rules, gates, at };
    const [shorts, longs] = [from.u32(), from.u32()];
    const isRead =
      reading.typeNumber > 0 &&
      readList(from, tickets, shorts, (list) => readShort(list, reading)) &&
      readList(from, tickets, longs, (list) => readLong(list, reading));
    if (!isRead) return null;
  }
  if (!readList(from, tickets, from.u32(), (list) => readFull(list, gates))) return null;
  return { seq, since, at, terms, counts: countsOf(text), tickets };
}

/** Whether there were that many tickets, in the order of their serials, and none of them twice. */
function readList(
  from: ByteReader,
  tickets: Map<number, BundledTicket>,
  count: number,
  read: (from: ByteReader) => ReadTicket | null,
): boolean {
  let last = -1;
  for (let index = 0; index < count; index++) {
    const found = read(from);
    if (found === null || !from.isSound() || found.serial <= last || tickets.has(found.serial)) return false;
    last = found.serial;
    tickets.set(found.serial, found.ticket);
  }
  return true;
}

function parsed(text: string | null): BundleText | null {
  try {
    const value: unknown = JSON.parse(text ?? "");
    return isBundleText(value) ? value : null;
  } catch {
    return null;
  }
}

function countsOf({ inside, admitted, counts }: BundleText): Counts {
  const gates = counts.map(([id, entries, exits, insideBy]) => [id, { entries, exits, insideBy }] as const);
  return { inside, admitted, gates: new Map(gates) };
}

/**
 * Applies a bundle of changes to the one that a scanner has: each ticket in `next` replaces the known one. `gap`: `next`
 * begins after the end of the known one, so the scanner keeps what it has and requests a whole one. A whole bundle replaces
 * everything; one that is older than the known one changes nothing.
 */
export function updateBundle(bundle: Bundle, next: Bundle): Result<Bundle, "gap"> {
  if (next.seq < bundle.seq) return accept(bundle);
  if (next.since === 0) return accept(next);
  if (next.since > bundle.seq) return refuse("gap");
  return accept({ ...next, since: bundle.since, tickets: new Map([...bundle.tickets, ...next.tickets]) });
}
