// What becomes of a code that a camera, a reader or a person delivers: whether it is a scan, what is on the screen, and what is
// heard and felt.

import { type ReadonlySignal, signal } from "@preact/signals";
import type { ScanShown } from "../../../sockets/door-protocol.ts";
import type { Source } from "../door/rows.ts";
import type { Outcome } from "../door/scan-flow.ts";
import type { OnScreen } from "../door/shown-state.ts";
import type { Session } from "../door/session.ts";
import { comesOver, isOver, toneOf } from "../door/verdict-display.ts";
import type { Settings } from "../phone/kept.ts";
import { type Cue, playCue, vibrateCue } from "../phone/signals.ts";
import { type Sighting, sight } from "./sightings.ts";

export type Readings = {
  read(text: string, source: Source): void;
  /** What was read last, while a supervisor may still let in against its verdict: in memory alone (rule N6). */
  readonly lastText: ReadonlySignal<string | null>;
  dismiss(): void;
  close(): void;
};

type Options = {
  readonly session: Session;
  readonly settings: ReadonlySignal<Settings>;
};

const CLEAR_EVERY_MS = 100;

/** What this phone says by itself of a code that it has just read. */
const REPEAT: ScanShown = {
  ...{ scan_id: "", verdict: "repeat", let_in: false, again: false, at: "", serial: null, ticket_type_id: null },
};

export function openReadings({ session, settings }: Options): Readings {
  const { state, flow } = session;
  const lastText = signal<string | null>(null);
  let sighting: Sighting | null = null;
  let order = 0;

  const cue = (name: Cue) => give(name, settings.value);

  function showVerdict(own: number, scan: ScanShown, isAlone: boolean, isAlarm = false): void {
    const tone = isAlarm ? "stop" : toneOf(scan.verdict);
    cue(isAlarm ? "alarm" : tone);
    state.onScreen.value = { kind: "verdict", order: own, tone, at: performance.now(), scan, isAlone, isAlarm };
  }

  function show(own: number, outcome: Outcome): void {
    if (outcome.kind === "late" && outcome.late === "alarm") return showVerdict(order, outcome.scan, false, true);
    if (outcome.kind === "late" && outcome.late === "take_back") return;
    if (!comesOver(own, order)) {
      if (outcome.kind === "verdict") state.earlier.value = outcome.row;
      return;
    }
    if (outcome.kind === "trouble") {
      if (sighting !== null) sighting = { ...sighting, failed: true };
      cue("wait");
      state.onScreen.value = { kind: "trouble", order: own, at: performance.now(), code: outcome.code };
    } else if (outcome.kind === "shown_before")
      showVerdict(own, { ...outcome.scan, verdict: "repeat", let_in: false }, false);
    else showVerdict(own, outcome.scan, outcome.kind === "verdict" && outcome.isAlone);
  }

  function repeat(): void {
    const shown = state.onScreen.value;
    if (shown?.kind === "reading") return;
    // A refusal that is still there says more than that it is known; nobody is green twice.
    if (shown !== null && (shown.kind === "trouble" || shown.tone === "stop" || shown.tone === "wait"))
      return cue("wait");
    showVerdict(order, REPEAT, false);
  }

  function scan(text: string, source: Source): void {
    const { gateId, direction } = settings.value;
    if (gateId === null || state.ended.value !== null) return;
    order += 1;
    const own = order;
    lastText.value = text;
    state.earlier.value = null;
    state.onScreen.value = { kind: "reading", order: own };
    const scanned = { text, source, direction, gateId, isLast: () => own === order };
    void flow.scan(scanned, (outcome) => show(own, outcome));
  }

  const clearing = setInterval(() => {
    const shown = state.onScreen.value;
    if (shown !== null && isDone(shown, sighting?.seenAt ?? null)) state.onScreen.value = null;
  }, CLEAR_EVERY_MS);

  return {
    lastText,
    read(text, source) {
      const seen = sight(sighting, text, source, performance.now());
      sighting = seen.sighting;
      if (seen.act === "scan") scan(text, source);
      else if (seen.act === "repeat") repeat();
    },
    dismiss() {
      if (state.onScreen.value?.kind !== "reading") state.onScreen.value = null;
    },
    close: () => clearInterval(clearing),
  };
}

function isDone(shown: OnScreen, seenAt: number | null): boolean {
  if (shown.kind === "reading") return false;
  const tone = shown.kind === "verdict" ? shown.tone : "wait";
  const hasText = shown.kind === "verdict" && typeof shown.scan.attention === "string";
  return isOver({ order: shown.order, tone, at: shown.at, hasText }, seenAt, performance.now());
}

function give(cue: Cue, { sound, vibration }: Settings): void {
  if (sound) playCue(cue);
  if (vibration) vibrateCue(cue);
}
