// Keeps the scanner's data on the phone (rule W7), by IndexedDB: the one place that reads and writes it. A write is on disk
// when it resolves, and what is written together is there together.

import { type DBSchema, type IDBPDatabase, openDB } from "idb";
import type { BundleHead } from "../../../domain/door/tickets/bundle.ts";
import type { BundledTicket } from "../../../domain/door/tickets/bundle-ticket.ts";
import type { ScannerLease } from "../../../domain/door/leases/lease.ts";
import type { Direction } from "../../../domain/door/scan.ts";
import type { DeviceId, EventId, GateId, ScanId } from "../../../domain/ids.ts";
import type { ClockPair } from "../door/link/door-clock.ts";
import type { Leftover } from "../door/rows/leftover.ts";
import type { ScanRow } from "../door/rows/rows.ts";

/** `gateId`: set for a device that may stand at one gate alone. `token` is its secret. */
export type PairedPhone = {
  readonly id: DeviceId;
  readonly token: string;
  readonly eventId: EventId;
  readonly gateId: GateId | null;
  readonly name: string;
};
/** Drawn before the code is sent, so that a lost answer costs no second device (rule D22). */
export type PairingDraft = { readonly code: string; readonly pairingId: string; readonly name: string };
export type Settings = {
  readonly gateId: GateId | null;
  readonly direction: Direction;
  readonly sound: boolean;
  readonly vibration: boolean;
  readonly camera: boolean;
  readonly cameraId: string | null;
  /** The hash of the PIN that guards the settings, with its salt; null when none is set. */
  readonly pin: { readonly salt: string; readonly hash: string } | null;
  readonly isReady: boolean;
};
export type NamedGate = {
  readonly id: GateId;
  readonly name: string;
  readonly code: string;
  readonly status: "open" | "closed";
};
/** The names of what the door knows by ids. */
export type Names = {
  readonly event: string;
  readonly venueId: string | null;
  readonly timeZone: string | null;
  readonly gates: readonly NamedGate[];
  readonly types: readonly { readonly id: string; readonly name: string }[];
};

export type Values = {
  phone: PairedPhone;
  pairing: PairingDraft;
  settings: Settings;
  names: Names;
  lease: ScannerLease;
  clock: ClockPair;
  counter: number;
  lastAnswered: ScanId;
  bundle: Uint8Array;
  /** The part of the bundle, except its tickets, that may be newer than `bundle`. */
  head: BundleHead;
  /** Unsent scans of events for which the phone was a scanner before. */
  leftover: readonly Leftover[];
};
type Name = keyof Values;

interface Schema extends DBSchema {
  values: { key: Name; value: Values[Name] };
  rows: { key: string; value: ScanRow; indexes: { counter: number } };
  seen: { key: number; value: BundledTicket };
}

/** Values that are written together; null deletes one. */
export type Changes = { readonly [N in Name]?: Values[N] | null };
export type NewerTickets = readonly (readonly [number, BundledTicket])[];

export type PhoneStore = {
  get<N extends Name>(name: N): Promise<Values[N] | null>;
  put(values: Changes, rows?: readonly ScanRow[]): Promise<void>;
  rows(): Promise<ScanRow[]>;
  forgetRows(scanIds: readonly string[]): Promise<void>;
  /** With `bytes`, the bundle and these tickets replace all that was stored of tickets. */
  putBundle(head: BundleHead, newerTickets: NewerTickets, bytes?: Uint8Array): Promise<void>;
  newerTickets(): Promise<NewerTickets>;
  /** Deletes everything but the leftover; the phone is then no longer a scanner. */
  clear(leftover: readonly Leftover[]): Promise<void>;
};

const STRICT = { durability: "strict" } as const;
const NAME = "voelgoed-scanner";

export async function openPhoneStore(): Promise<PhoneStore> {
  const db = await openDB<Schema>(NAME, 1, {
    upgrade(fresh) {
      fresh.createObjectStore("values");
      fresh.createObjectStore("rows", { keyPath: "scanId" }).createIndex("counter", "counter");
      fresh.createObjectStore("seen");
    },
  });
  return {
    async get<N extends Name>(name: N) {
      // The cast: each value is stored under its own name.
      return ((await db.get("values", name)) as Values[N] | undefined) ?? null;
    },
    put: (values, rows = []) => put(db, values, rows),
    rows: () => db.getAllFromIndex("rows", "counter"),
    async forgetRows(scanIds) {
      const tx = db.transaction("rows", "readwrite");
      await Promise.all([...scanIds.map((id) => tx.store.delete(id)), tx.done]);
    },
    putBundle: (head, seen, bytes) => putBundle(db, head, seen, bytes),
    async newerTickets() {
      const [serials, tickets] = await Promise.all([db.getAllKeys("seen"), db.getAll("seen")]);
      return serials.flatMap((serial, index) => {
        const ticket = tickets[index];
        return ticket === undefined ? [] : [[serial, ticket] as const];
      });
    },
    async clear(leftover) {
      const tx = db.transaction(["values", "rows", "seen"], "readwrite", STRICT);
      for (const name of tx.objectStoreNames) void tx.objectStore(name).clear();
      if (leftover.length > 0) void tx.objectStore("values").put(leftover, "leftover");
      await tx.done;
    },
  };
}

/**
 * The same store until `isOver`, after which it writes nothing: a late write for an event that the phone has left must
 * not overwrite what is there by then.
 */
export function storeUntil(store: PhoneStore, isOver: () => boolean): PhoneStore {
  const unlessOver = (write: () => Promise<void>) => (isOver() ? Promise.resolve() : write());
  return {
    ...store,
    put: (values, rows) => unlessOver(() => store.put(values, rows)),
    forgetRows: (ids) => unlessOver(() => store.forgetRows(ids)),
    putBundle: (head, seen, bytes) => unlessOver(() => store.putBundle(head, seen, bytes)),
  };
}

async function put(db: IDBPDatabase<Schema>, values: Changes, rows: readonly ScanRow[]): Promise<void> {
  const tx = db.transaction(["values", "rows"], "readwrite", STRICT);
  for (const [name, value] of Object.entries(values)) {
    const at = tx.objectStore("values");
    // The cast: the keys of `Changes` are names of values.
    void (value === null ? at.delete(name as Name) : at.put(value, name as Name));
  }
  for (const row of rows) void tx.objectStore("rows").put(row);
  await tx.done;
}

async function putBundle(
  db: IDBPDatabase<Schema>,
  head: BundleHead,
  newerTickets: NewerTickets,
  bytes?: Uint8Array,
): Promise<void> {
  const tx = db.transaction(["values", "seen"], "readwrite");
  if (bytes !== undefined) {
    void tx.objectStore("values").put(bytes, "bundle");
    void tx.objectStore("seen").clear();
  }
  void tx.objectStore("values").put(head, "head");
  for (const [serial, ticket] of newerTickets) void tx.objectStore("seen").put(ticket, serial);
  await tx.done;
}
