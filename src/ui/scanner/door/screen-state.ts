// Holds what the scanner's page shows, as signals: the views read them, and the other parts write them.

import { signal } from "@preact/signals";
import type { ConflictShown, ScanShown } from "../../../sockets/door-protocol.ts";
import type { NoticeShown } from "../../../sockets/protocol.ts";
import type { ScannerLease } from "../../../domain/door/leases/lease.ts";
import { NO_SCANNER_LEASE } from "../../../domain/door/leases/lease.ts";
import type { LinkStatus } from "./link/link.ts";
import type { ScanRow } from "./rows/rows.ts";
import type { Tone } from "./verdict-display.ts";

/**
 * `reading`: a code was read, and has no verdict yet (rule W1). `trouble`: there is no verdict, and `code` is the
 * reason. `isAlarm`: the door refuses a guest whom this scanner has already let in alone.
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
    /** A verdict that arrived after the next code had been read. */
    earlier: signal<ScanRow | null>(null),
    /**
     * The last scan that the door admitted here, until another code is read. Others of its order may come along (rule
     * D13).
     */
    lastIn: signal<ScanShown | null>(null),
    link: signal<LinkStatus>({ kind: "alone", since: null }),
    rows: signal<readonly ScanRow[]>([]),
    unsent: signal(0),
    counts: signal<Counts | null>(null),
    notice: signal<NoticeShown | null>(null),
    alerts: signal<readonly ConflictShown[]>([]),
    lease: signal<ScannerLease>(NO_SCANNER_LEASE),
    /** The time of the bundle, epoch ms by the door's clock. Null: there is none, and nothing is decided alone. */
    bundleAt: signal<number | null>(null),
    eventStatus: signal<string | null>(null),
    gates: signal<ReadonlyMap<string, "open" | "closed">>(new Map()),
    clockOffMs: signal<number | null>(null),
    /** The code of the refusal after which this phone can scan no more. */
    ended: signal<string | null>(null),
  };
}

export type ScreenState = ReturnType<typeof newScreenState>;
