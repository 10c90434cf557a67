// Takes each code that a camera, a reader or a person delivers: decides whether it is a scan, starts it, and shows how it
// ends.

import { type ReadonlySignal, signal } from "@preact/signals";
import type { GateId } from "../../../domain/ids.ts";
import type { ScanShown } from "../../../sockets/door-protocol.ts";
import type { CodeSource } from "../door/rows/rows.ts";
import type { PartyTicket } from "../door/copy/party.ts";
import type { Outcome, ScannedCode } from "../door/scan-flow.ts";
import type { OnScreen, ScreenState } from "../door/screen-state.ts";
import type { Session } from "../door/session.ts";
import { isOver, toneOf } from "../door/verdict-display.ts";
import type { Settings } from "../phone/phone-store.ts";
import { openDisplay } from "./display.ts";
import { letInAll } from "./let-in-all.ts";
import { type Sighting, sight } from "./sightings.ts";

export type Readings = {
  read(text: string, source: CodeSource): void;
  /** The last refused code, so that a supervisor may override it. It is only in memory (rule N6). */
  readonly lastRefused: ReadonlySignal<Refused | null>;
  /** Shows the door's verdict on a supervisor's override. */
  showOverridden(scan: ScanShown): void;
  /** Lets in the party of the last guest, one after the other; stops at the first refusal. */
  letInTogether(tickets: readonly PartyTicket[]): Promise<void>;
  dismiss(): void;
  close(): void;
};

export type Refused = {
  readonly text: string;
  readonly source: CodeSource;
  readonly gateId: GateId;
  readonly scan: ScanShown;
};

type Options = {
  readonly session: Session;
  readonly settings: ReadonlySignal<Settings>;
};

const CLEAR_EVERY_MS = 100;

/** The same code in the other direction or at another gate is another scan. */
function scanKey(text: string, { direction, gateId }: Settings): string {
  return [direction, gateId, text].join(" ");
}

export function openReadings({ session, settings }: Options): Readings {
  const { state, flow } = session;
  const lastRefused = signal<Refused | null>(null);
  let sighting: Sighting | null = null;
  const display = openDisplay(state, settings, () => {
    if (sighting !== null) sighting = { ...sighting, failed: true };
  });

  function scan(text: string, source: CodeSource): void {
    const { gateId, direction } = settings.value;
    if (gateId === null || state.ended.value !== null) return;
    const own = display.next();
    const scanned = { text, source, direction, gateId, isLast: () => display.isLast(own) };
    const scanning = flow.scan(scanned, (outcome) => {
      display.show(own, outcome);
      // Only for the last code. Guests whom the phone let in alone have no party yet, since the door does not know of
      // them.
      if (display.isLast(own) && isOfDoor(outcome)) state.lastIn.value = outcome.scan;
      lastRefused.value = refusedBy(outcome, scanned) ?? lastRefused.value;
    });
    // This phone shows no verdict for a scan that it cannot store, whatever the door replied (rule W7).
    scanning.catch(() => display.show(own, { kind: "trouble", code: "not_kept" }));
  }

  const clearing = clearWhenDone(state, () => sighting?.seenAt ?? null);
  return {
    lastRefused,
    async letInTogether(tickets) {
      const { gateId } = settings.value;
      if (gateId === null || state.ended.value !== null) return;
      const own = display.next();
      const at = { gateId, isLast: () => display.isLast(own) };
      const { outcome, before, persons } = await letInAll(flow, tickets, at);
      if (outcome === null) return;
      const isIn = outcome.kind === "verdict" && outcome.scan.let_in;
      display.show(own, isIn ? { ...outcome, scan: { ...outcome.scan, persons } } : outcome);
      // Some were let in, and the next one was not.
      if (!isIn && display.isLast(own)) state.earlier.value = before;
    },
    showOverridden(scan) {
      lastRefused.value = null;
      display.showOfLast(scan);
    },
    read(text, source) {
      const result = sight(sighting, scanKey(text, settings.value), source, performance.now());
      sighting = result.sighting;
      if (result.act === "scan") scan(text, source);
      else if (result.act === "repeat") display.repeat();
    },
    dismiss() {
      if (state.onScreen.value?.kind !== "reading") state.onScreen.value = null;
    },
    close: () => clearInterval(clearing),
  };
}

function clearWhenDone({ onScreen }: ScreenState, seenAt: () => number | null): ReturnType<typeof setInterval> {
  return setInterval(() => {
    if (onScreen.value !== null && isDone(onScreen.value, seenAt())) onScreen.value = null;
  }, CLEAR_EVERY_MS);
}

function isDone(shown: OnScreen, seenAt: number | null): boolean {
  if (shown.kind === "reading") return false;
  const tone = shown.kind === "verdict" ? shown.tone : "wait";
  const hasText = shown.kind === "verdict" && typeof shown.scan.attention === "string";
  const isAlarm = shown.kind === "verdict" && shown.isAlarm;
  return isOver({ order: shown.order, tone, at: shown.at, hasText, isAlarm }, seenAt, performance.now());
}

function isOfDoor(outcome: Outcome): outcome is Extract<Outcome, { readonly kind: "verdict" }> {
  return outcome.kind === "verdict" && !outcome.isAlone && outcome.scan.let_in && outcome.scan.serial !== null;
}

function refusedBy(outcome: Outcome, { text, source, gateId, direction }: ScannedCode): Refused | null {
  const isRefused = outcome.kind === "verdict" && direction === "in" && toneOf(outcome.scan.verdict) === "stop";
  return isRefused ? { text, source, gateId, scan: outcome.scan } : null;
}
