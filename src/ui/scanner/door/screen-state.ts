// Holds what the page shows of the scanning, as signals: the views read them, the other parts write them.

import { signal } from "@preact/signals";
import type { ConflictShown, ScanShown } from "../../../sockets/door-protocol.ts";
import type { NoticeShown } from "../../../sockets/protocol.ts";
import type { ScannerLease } from "../../../domain/door/leases/lease.ts";
import { NO_SCANNER_LEASE } from "../../../domain/door/leases/lease.ts";
import type { LinkStatus } from "./link/link.ts";
import type { ScanRow } from "./rows/rows.ts";
import type { Tone } from "./verdict-display.ts";

/**
 * `reading`: a code was read, and has no verdict yet (rule W1). `trouble`: there is no verdict, and `code` is the reason.
 * `isAlarm`: the door would have refused a guest whom this scanner has let in alone.
 */
export type OnScreen =
  | { readonly kind: "reading"; readonly order: number }
  | {
      readonly kind: "verdict";
      readonly order: number;
      readonly tone: Tone;
      readonly at: number;
      readonly scan: ScanShown;
      readonly isAlone: boolean;
      readonly isAlarm: boolean;
    }
  | { readonly kind: "trouble"; readonly order: number; readonly at: number; readonly code: string };

export type Counts = {
  readonly inside: number;
  readonly admitted: number;
  readonly hard: number;
  readonly gates: ReadonlyMap<string, { readonly entries: number; readonly exits: number; readonly insideBy: number }>;
};

export function newScreenState() {
  return {
    onScreen: signal<OnScreen | null>(null),
    /** A verdict that arrived when the next code had been read already. */
    earlier: signal<ScanRow | null>(null),
    /** The last scan that the door admitted here, while no other code was read: others may have come along (rule D13). */
    lastIn: signal<ScanShown | null>(null),
    link: signal<LinkStatus>({ kind: "alone", since: null }),
    rows: signal<readonly ScanRow[]>([]),
    unsent: signal(0),
    counts: signal<Counts | null>(null),
    notice: signal<NoticeShown | null>(null),
    alerts: signal<readonly ConflictShown[]>([]),
    lease: signal<ScannerLease>(NO_SCANNER_LEASE),
    /** Epoch ms by the door's clock; null: there is none, and nothing is decided alone. */
    bundleAt: signal<number | null>(null),
    eventStatus: signal<string | null>(null),
    gates: signal<ReadonlyMap<string, "open" | "closed">>(new Map()),
    clockOffMs: signal<number | null>(null),
    /** Why this phone scans no more: the code of the door's refusal. */
    ended: signal<string | null>(null),
  };
}

export type ScreenState = ReturnType<typeof newScreenState>;
