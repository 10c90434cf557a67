// Writes the bundle that a scanner downloads to decide alone (rule D17): terms, counts, and the tickets as of one row of
// the door's log, in bytes; bundle-read.ts reads it. Nothing in it admits or names anybody. Big-endian: 0 "VGB" and the
// version · 4 length of all · 8 CRC-32 of all that follows · 12 `seq` · 18 `since` · 24 `at` · 30 length of a text of JSON,
// and that · then the number of ticket types, and for each its number, how many of its tickets take 8 and 16 bytes, and
// these · last how many tickets are in full form, and these (bundle-ticket.ts). Each list is in the order of the serials.

import type { GateId } from "../../ids.ts";
import { assert } from "../../result.ts";
import {
  type BundledTicket,
  FIRST_GATE,
  formOf,
  type GateNumbers,
  isLikeNew,
  writeFull,
  writeLong,
  writeShort,
} from "./bundle-ticket.ts";
import { type ByteWriter, crc32, openWriter } from "./bytes.ts";
import type { TicketRecord } from "../book.ts";
import type { Counts } from "../rows/counts.ts";
import { gateValues } from "../rows/door-log.ts";
import type { EventTerms } from "../event-terms.ts";
import { foldTicket } from "../rows/fold.ts";
import type { BarrierRow } from "../rows/rows.ts";

/** The part of the terms that a bundle has: what decides a scan, and nothing that only the door needs. */
export type BundleTerms = Pick<
  EventTerms,
  | ("eventId" | "organizationId" | "venueId" | "version" | "epoch" | "hash")
  | ("rules" | "typeIds" | "keys" | "nearby" | "nearbyAt")
>;

/**
 * `seq`: the last row of the log that is in it; a ticket may be newer than that. `since`: tickets without a row after this
 * one are left out; 0 when none is. `at`: when it was built, epoch ms.
 */
export type BundleHead = {
  readonly seq: number;
  readonly since: number;
  readonly at: number;
  readonly terms: BundleTerms;
  readonly counts: Counts;
};

/** A bundle in a scanner's memory. The door knows nothing of a ticket that is not in it. */
export type Bundle = BundleHead & { readonly tickets: ReadonlyMap<number, BundledTicket> };

export const BUNDLE_MARK = new TextEncoder().encode("VGB");
export const BUNDLE_VERSION = 1;
/** The checksum covers the bytes from here on. */
export const CHECKED_FROM = 12;

/** The part of a bundle that is JSON. */
export type BundleText = {
  readonly terms: BundleTerms;
  readonly inside: number;
  readonly admitted: number;
  readonly counts: readonly (readonly [GateId, number, number, number])[];
  readonly gates: readonly GateId[];
};

export type BundleWriter = {
  /** Adds a ticket; to be called in the order of the serials, once for each. */
  add(serial: number, record: TicketRecord): void;
  finish(): Uint8Array<ArrayBuffer>;
};

type Group = { readonly short: ByteWriter; readonly long: ByteWriter; shorts: number; longs: number };

/** `barriers` are the door's as of row `seq`. */
export function openBundle(head: BundleHead, barriers: readonly BarrierRow[]): BundleWriter {
  const { rules } = head.terms;
  const gates = numberGates(rules.gates.map(({ id }) => id));
  const groups = new Map<number, Group>();
  const full = openWriter();
  let [fulls, lastSerial] = [0, -1];

  return {
    add(serial, { rows, typeNumber = null }) {
      assert(serial > lastSerial, "tickets come in the order of their serials");
      lastSerial = serial;
      const { state } = foldTicket(rows, barriers, rules.days);
      // An unseen ticket is left out of a whole bundle only: a scanner that has its undone passage must be sent that it was
      // undone.
      if (head.since === 0 && isLikeNew(state)) return;
      const form = formOf(state, typeNumber, rules, gates);
      if (typeNumber === null || form === "full") {
        writeFull(full, { serial, typeNumber, state }, gates);
        fulls += 1;
        return;
      }
      const group = groups.get(typeNumber) ?? { short: openWriter(), long: openWriter(), shorts: 0, longs: 0 };
      groups.set(typeNumber, group);
      if (form === "short") {
        writeShort(group.short, serial, state, gates);
        group.shorts += 1;
      } else {
        writeLong(group.long, serial, state, gates);
        group.longs += 1;
      }
    },
    finish() {
      const body = openWriter();
      writeHead(body, head, gates.ids());
      body.u8(groups.size);
      for (const [typeNumber, { short, long, shorts, longs }] of groups) {
        body.u8(typeNumber);
        body.u32(shorts);
        body.u32(longs);
        body.bytes(short.written());
        body.bytes(long.written());
      }
      body.u32(fulls);
      body.bytes(full.written());
      return sealed(body.written());
    },
  };
}

function writeHead(to: ByteWriter, { seq, since, at, terms, counts }: BundleHead, gates: readonly GateId[]): void {
  for (const value of [seq, since, at]) to.u48(value);
  const text: BundleText = {
    terms: told(terms),
    inside: counts.inside,
    admitted: counts.admitted,
    counts: [...counts.gates].map(([id, gate]) => gateValues({ id, ...gate })),
    gates,
  };
  const encoded = new TextEncoder().encode(JSON.stringify(text));
  to.u32(encoded.length);
  to.bytes(encoded);
}

/** Field by field, so that nothing else in a door's terms gets to a phone. */
function told(terms: BundleTerms): BundleTerms {
  const { eventId, organizationId, venueId, version, epoch, hash, rules, typeIds, keys, nearby, nearbyAt } = terms;
  return { eventId, organizationId, venueId, version, epoch, hash, rules, typeIds, keys, nearby, nearbyAt };
}

function sealed(body: Uint8Array): Uint8Array<ArrayBuffer> {
  const whole = openWriter();
  whole.bytes(BUNDLE_MARK);
  whole.u8(BUNDLE_VERSION);
  whole.u32(CHECKED_FROM + body.length);
  whole.u32(crc32(body));
  whole.bytes(body);
  // Copied, so that the spare room of the writer is not sent.
  return whole.written().slice();
}

/** The gates of the terms come first, so that those where most people pass have low numbers. */
function numberGates(gateIds: readonly GateId[]): GateNumbers & { readonly ids: () => readonly GateId[] } {
  const ids = [...gateIds];
  const numbers = new Map(ids.map((id, index) => [id, FIRST_GATE + index]));
  return {
    ids: () => ids,
    idOf: (number) => ids[number - FIRST_GATE] ?? null,
    numberOf(id) {
      const number = numbers.get(id) ?? FIRST_GATE + ids.length;
      if (!numbers.has(id)) {
        ids.push(id);
        numbers.set(id, number);
      }
      return number;
    },
  };
}
