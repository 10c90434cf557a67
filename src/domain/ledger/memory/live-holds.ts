// Keeps the active holds in memory: of each only when it expires and the ledger row that last changed it. The rest is in
// its row. It uses typed arrays, since an object has up to a hundred thousand of them (rule X7).

import { assert, must } from "../../result.ts";

/** What the memory has of a hold; the two together identify it. `heldUntil` is epoch ms. */
export type HeldSlot = { readonly heldUntil: number; readonly seq: number };

/**
 * The slots `first` to `end - 1`, in the order of (heldUntil, seq). A hold that is no longer active leaves its slot `gone`
 * until the slots are compacted; the slot at `first` is never gone.
 */
export type LiveHolds = {
  size: number;
  first: number;
  end: number;
  heldUntil: Float64Array;
  seq: Float64Array;
  gone: Uint8Array;
};

const FEWEST_SLOTS = 64;

export function noLiveHolds(): LiveHolds {
  return { size: 0, first: 0, end: 0, ...slotsFor(0) };
}

function slotsFor(size: number): Pick<LiveHolds, "heldUntil" | "seq" | "gone"> {
  const slots = Math.max(FEWEST_SLOTS, 2 * size);
  return { heldUntil: new Float64Array(slots), seq: new Float64Array(slots), gone: new Uint8Array(slots) };
}

/**
 * Takes the holds that are read on wake, in any order. They are sorted together, since inserting each by itself would move
 * half of the others.
 */
export function openLive(read: Iterable<HeldSlot>): LiveHolds {
  const holds = noLiveHolds();
  let isInOrder = true;
  for (const slot of read) {
    if (holds.end === holds.seq.length) writeAnew(holds);
    isInOrder &&= placeOf(holds, slot) === holds.end;
    put(holds, holds.end, slot);
  }
  if (!isInOrder) sort(holds);
  return holds;
}

/** Inserts nearly always at the end, since a hold that is placed expires after all that were placed before. */
export function addLive(holds: LiveHolds, slot: HeldSlot): void {
  if (holds.end === holds.seq.length) writeAnew(holds);
  const place = placeOf(holds, slot);
  const { heldUntil, seq, gone, end } = holds;
  if (place < end) for (const slots of [heldUntil, seq, gone]) slots.copyWithin(place + 1, place, end);
  put(holds, place, slot);
}

function put(holds: LiveHolds, place: number, slot: HeldSlot): void {
  holds.heldUntil[place] = slot.heldUntil;
  holds.seq[place] = slot.seq;
  holds.gone[place] = 0;
  holds.end += 1;
  holds.size += 1;
}

/** Sorts positions rather than slots, so that no objects are made. */
function sort(holds: LiveHolds): void {
  const { heldUntil, seq, end } = holds;
  const by = (slots: Float64Array, a: number, b: number): number => (slots[a] ?? 0) - (slots[b] ?? 0);
  const places = Uint32Array.from({ length: end }, (_, place) => place);
  places.sort((a, b) => by(heldUntil, a, b) || by(seq, a, b));
  for (const slots of [heldUntil, seq]) slots.set(Float64Array.from(places, (place) => slots[place] ?? 0));
}

/** The hold must be there; a memory without it does not match the rows. */
export function dropLive(holds: LiveHolds, slot: HeldSlot): void {
  const place = placeOf(holds, slot);
  const { heldUntil, seq, gone, end } = holds;
  const isThere = place < end && heldUntil[place] === slot.heldUntil && seq[place] === slot.seq && gone[place] === 0;
  assert(isThere, "the memory has each active hold");
  gone[place] = 1;
  holds.size -= 1;
  while (holds.first < end && gone[holds.first] === 1) holds.first += 1;
  // Frees memory when a crowd has left.
  if (seq.length > FEWEST_SLOTS && 8 * holds.size < seq.length) writeAnew(holds);
}

/** When the first of them expires, epoch ms, or null. */
export function firstHeldUntil({ size, heldUntil, first }: LiveHolds): number | null {
  return size === 0 ? null : must(heldUntil[first], "the first slot is that of a hold");
}

/** The rows that last changed the holds that have expired at `now`, the earliest first; at most `most`. */
export function dueSeqs({ first, end, heldUntil, seq, gone }: LiveHolds, now: number, most = Infinity): number[] {
  const due: number[] = [];
  for (let slot = first; slot < end && due.length < most; slot++) {
    if ((heldUntil[slot] ?? 0) > now) break;
    if (gone[slot] === 0) due.push(seq[slot] ?? 0);
  }
  return due;
}

/** The earliest row that last changed one of them, or null. Reads all slots. */
export function oldestSeq({ first, end, seq, gone }: LiveHolds): number | null {
  let oldest = Infinity;
  for (let slot = first; slot < end; slot++) {
    if (gone[slot] === 0) oldest = Math.min(oldest, seq[slot] ?? Infinity);
  }
  return oldest === Infinity ? null : oldest;
}

/** All slots, the first to expire first. */
export function* liveSlots({ first, end, heldUntil, seq, gone }: LiveHolds): Generator<HeldSlot> {
  for (let slot = first; slot < end; slot++) {
    if (gone[slot] === 0) yield { heldUntil: heldUntil[slot] ?? 0, seq: seq[slot] ?? 0 };
  }
}

/** The position of the first slot that is not before this one. */
function placeOf({ first, end, heldUntil, seq }: LiveHolds, slot: HeldSlot): number {
  const isBefore = (place: number): boolean => {
    const until = heldUntil[place] ?? 0;
    return until < slot.heldUntil || (until === slot.heldUntil && (seq[place] ?? 0) < slot.seq);
  };
  if (end === first || isBefore(end - 1)) return end;
  let [low, high] = [first, end - 1];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isBefore(middle)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Compacts the slots: drops those that are gone, and leaves as many free ones as are used. */
function writeAnew(holds: LiveHolds): void {
  const slots = slotsFor(holds.size);
  let end = 0;
  for (const { heldUntil, seq } of liveSlots(holds)) {
    slots.heldUntil[end] = heldUntil;
    slots.seq[end] = seq;
    end += 1;
  }
  Object.assign(holds, slots, { first: 0, end });
}
