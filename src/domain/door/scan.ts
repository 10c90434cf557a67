// Defines a scan, and every verdict with its facts (rules D3, D6, D7). Times are epoch ms, counts persons.

import type { ApiKeyId, DeviceId, EventId, GateId, ScanId, UserId } from "../ids.ts";
import type { Window } from "./admission.ts";
import type { KeyStatus } from "./tickets/code.ts";

/** An event of the same organisation within 60 days, whose key signed the code. */
export type OtherEvent = { readonly eventId: EventId; readonly name: string; readonly startsAt: number };

/**
 * What a guest presents, read and verified. `key`: the status of the key that the code names; `unknown` when its event is
 * not known or has no such key. `signed`: that key made the signature. A typed code can be checked only where the secret
 * is, so a scanner alone has it `unchecked`, and knows its type and generation only if it has seen the ticket before.
 */
export type PresentedCode =
  | { readonly kind: "unreadable" }
  | {
      readonly kind: "code";
      readonly key: KeyStatus | "unknown";
      readonly signed: boolean;
      readonly other: OtherEvent | null;
      readonly serial: number;
      readonly typeNumber: number;
      readonly generation: number;
    }
  | {
      readonly kind: "typed";
      readonly check: "right" | "wrong" | "unchecked";
      readonly serial: number;
      readonly typeNumber: number | null;
      readonly generation: number | null;
    }
  /** No code: the door knows that the ticket came with one that was just let in (rule D13). */
  | {
      readonly kind: "party";
      readonly serial: number;
      readonly typeNumber: number | null;
      readonly generation: number;
    };

export type Direction = "in" | "out";

/** Who scans: a device, or an organiser in its place (rule D21). */
export type ScannerId = DeviceId | UserId | ApiKeyId;

/** `alone`: a scanner decides without the door. `overrides`: a supervisor lets in against the verdict (rule D15). */
export type Scan = {
  readonly code: PresentedCode;
  readonly direction: Direction;
  readonly gateId: GateId;
  readonly deviceId: ScannerId;
  readonly alone: boolean;
  readonly overrides: boolean;
};

/** When and where a ticket passed. `gateId` and `deviceId` are null when the place was emptied (rule D16). */
export type Passage = { readonly at: number; readonly gateId: GateId | null; readonly deviceId: string | null };

export type Refused =
  | { readonly verdict: "unreadable" | "unknown_key" | "forged" | "typed_needs_network" }
  | { readonly verdict: "wrong_event"; readonly event: OtherEvent }
  | { readonly verdict: "void" | "superseded" | "blocked"; readonly since: number; readonly note: string | null }
  | { readonly verdict: "not_open_yet"; readonly opensAt: number }
  | { readonly verdict: "event_over"; readonly endedAt: number }
  | { readonly verdict: "gate_closed"; readonly openGates: readonly GateId[] }
  | { readonly verdict: "wrong_gate"; readonly gates: readonly GateId[] }
  | { readonly verdict: "too_early" | "too_late"; readonly window: Window | null }
  | { readonly verdict: "already_inside"; readonly entered: Passage }
  | { readonly verdict: "used"; readonly entered: Passage; readonly left: Passage | null }
  | {
      /** `limit` counts entries, or minutes for `too_soon`. `freeAt` null: never again. */
      readonly verdict: "day_limit" | "entry_limit" | "too_soon";
      readonly limit: number;
      readonly freeAt: number | null;
    }
  | { readonly verdict: "gate_full"; readonly inside: number; readonly capacity: number }
  | { readonly verdict: "venue_full"; readonly inside: number; readonly capacity: number; readonly hard: boolean }
  | { readonly verdict: "lease_used_up"; readonly left: number };

/**
 * `inside` and `insideBy` (of this gate) include those whom it admits. `adds`: how many these are, 0 when they were inside
 * already. `fromLease`: for how many of them the scanner's own lease had room. `against`: the verdict that a supervisor
 * overrode.
 */
export type Admitted = {
  readonly verdict: "admitted" | "readmitted";
  readonly adds: number;
  readonly fromLease: number;
  readonly inside: number;
  readonly insideBy: number;
  readonly attention: string | null;
  readonly against: Refused["verdict"] | null;
};

/** `persons`: how many leave. */
export type Exited = { readonly verdict: "exited" | "exit_unmatched"; readonly persons: number };

export type Verdict = Refused | Admitted | Exited;

/**
 * `decided`: this scan has this verdict. `again`: it is the same passage as the scan `scanId`, whose verdict has not
 * reached its scanner. `repeat`: the same, but the verdict has reached it (rule D5). Neither of the last two writes a row.
 */
export type Decision =
  | { readonly kind: "decided"; readonly verdict: Verdict }
  | { readonly kind: "again"; readonly scanId: ScanId; readonly verdict: Verdict }
  | { readonly kind: "repeat"; readonly scanId: ScanId };

/**
 * The last passage of a ticket in one direction by one device: when it was decided, and whether the device has the verdict.
 */
export type Recent = {
  readonly scanId: ScanId;
  readonly deviceId: ScannerId;
  readonly direction: Direction;
  readonly at: number;
  readonly acked: boolean;
  readonly verdict: Verdict;
};
