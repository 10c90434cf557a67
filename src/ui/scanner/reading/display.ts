// Shows each guest's verdict over the screen, with its sound and vibration (rules W1, W2, W4).

import type { ReadonlySignal } from "@preact/signals";
import type { ScanShown } from "../../../sockets/door-protocol.ts";
import type { Outcome } from "../door/scan-flow.ts";
import type { OnScreen, ScreenState } from "../door/screen-state.ts";
import { comesOver, toneOf } from "../door/verdict-display.ts";
import type { Settings } from "../phone/phone-store.ts";
import { type Cue, playCue, vibrateCue } from "../phone/signals.ts";

export type Display = {
  /** Begins the display of the next scan; returns its number. */
  next(): number;
  isLast(own: number): boolean;
  show(own: number, outcome: Outcome): void;
  showOfLast(scan: ScanShown): void;
  /** Shows that the same code was read again. */
  repeat(): void;
};

/** The verdict that this phone shows by itself for a code that it has just read. */
const REPEAT: ScanShown = {
  ...{ scan_id: "", verdict: "repeat", let_in: false, again: false, at: "", serial: null, ticket_type_id: null },
};

/** `onTrouble` is called when the last code got no verdict. */
export function openDisplay(state: ScreenState, settings: ReadonlySignal<Settings>, onTrouble: () => void): Display {
  let order = 0;

  function showVerdict(own: number, scan: ScanShown, isAlone: boolean, isAlarm = false): void {
    const shown = verdictOf(own, scan, isAlone, isAlarm);
    give(isAlarm ? "alarm" : shown.tone, settings.value);
    state.onScreen.value = shown;
  }

  function show(own: number, outcome: Outcome): void {
    if (outcome.kind === "late" && outcome.late === "alarm") return showVerdict(order, outcome.scan, false, true);
    if (outcome.kind === "late" && outcome.late === "take_back") return;
    if (!comesOver(own, order)) {
      if (outcome.kind === "verdict" || outcome.kind === "late") state.earlier.value = outcome.row;
      return;
    }
    if (outcome.kind === "trouble") {
      onTrouble();
      give("wait", settings.value);
      state.onScreen.value = { kind: "trouble", order: own, at: performance.now(), code: outcome.code };
    } else if (outcome.kind === "shown_before")
      showVerdict(own, { ...outcome.scan, verdict: "repeat", let_in: false }, false);
    else showVerdict(own, outcome.scan, outcome.kind === "verdict" && outcome.isAlone);
  }

  function repeat(): void {
    const shown = state.onScreen.value;
    if (shown?.kind === "reading") return;
    // A refusal that is still shown says more than a repeat would, and a green verdict must not be shown twice.
    if (shown !== null && !isGreen(shown)) return give("wait", settings.value);
    showVerdict(order, REPEAT, false);
  }

  function next(): number {
    order += 1;
    [state.earlier.value, state.lastIn.value] = [null, null];
    state.onScreen.value = { kind: "reading", order };
    return order;
  }

  return {
    ...{ next, show, repeat },
    isLast: (own) => own === order,
    showOfLast: (scan) => showVerdict(order, scan, false),
  };
}

function give(cue: Cue, { sound, vibration }: Settings): void {
  if (sound) playCue(cue);
  if (vibration) vibrateCue(cue);
}

type Verdict = Extract<OnScreen, { readonly kind: "verdict" }>;

function verdictOf(order: number, scan: ScanShown, isAlone: boolean, isAlarm: boolean): Verdict {
  const tone = isAlarm ? "stop" : toneOf(scan.verdict);
  return { kind: "verdict", order, tone, at: performance.now(), scan, isAlone, isAlarm };
}

function isGreen(shown: OnScreen): boolean {
  return shown.kind === "verdict" && (shown.tone === "in" || shown.tone === "out");
}
