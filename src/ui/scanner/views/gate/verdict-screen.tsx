// Shows a verdict over the whole screen (rules W1 to W3): colour, shape and word, which ticket, and what to do.

import type { OnScreen } from "../../door/screen-state.ts";
import type { Tone } from "../../door/verdict-display.ts";
import { namingOf, typeName } from "../display-names.ts";
import type { ScreenProps } from "../parts.tsx";
import type { Stage } from "../../stage.ts";

/** `alarm`: the door would have refused a guest whom this phone let in alone. */
type Sign = Tone | "alarm";

/**
 * Paths in a square of 100: a tick, an arrow out, an exclamation mark, a cross, and a triangle with an exclamation
 * mark.
 */
const SHAPES: Readonly<Record<Sign, string>> = {
  in: "M14 54 38 78 86 24",
  out: "M22 78 76 24M36 22H78V64",
  wait: "M50 12V62M50 84V86",
  stop: "M20 20 80 80M80 20 20 80",
  alarm: "M50 10 95 88H5ZM50 38V60M50 73V74",
};

type VerdictTexts = { readonly word: string; readonly what: string; readonly help: string | null; readonly sign: Sign };

/** The texts for a refusal's code: what happened, and what helps. */
export function troubleIn({ t }: Stage, code: string): readonly [string, string] {
  return t.trouble[code] ?? t.trouble["other"] ?? ["", ""];
}

/** The texts on the screen, which a screen reader reads out too. */
export function textsOf(stage: Stage, shown: Exclude<OnScreen, { kind: "reading" }>): VerdictTexts {
  const { t } = stage;
  if (shown.kind === "trouble") {
    const [what, help] = troubleIn(stage, shown.code);
    return { word: t.words.wait, what, help, sign: "wait" };
  }
  // The cast: `verdict` has a text for names that this version does not know.
  const naming = namingOf(stage);
  const text = t.verdict(shown.scan as Parameters<typeof t.verdict>[0], naming);
  if (shown.isAlarm) return { word: t.words.alarm, what: text.what, help: t.alarm, sign: "alarm" };
  return { word: t.words[shown.tone], what: text.what, help: text.help, sign: shown.tone };
}

export function VerdictScreen({ stage }: ScreenProps) {
  const session = stage.session.value;
  const shown = session?.state.onScreen.value ?? null;
  if (session === null || shown === null) return null;
  if (shown.kind === "reading") return <ReadTick stage={stage} />;
  const { word, what, help, sign } = textsOf(stage, shown);
  const scan = shown.kind === "verdict" ? shown.scan : null;
  const attention = scan?.attention ?? null;
  const persons = scan?.let_in === true ? (scan.persons ?? 1) : 1;
  return (
    <section
      class={`verdict verdict-${sign}`}
      aria-label={stage.t.saidWords[sign]}
      data-verdict={scan?.verdict ?? "trouble"}
    >
      <svg class="verdict-shape" viewBox="0 0 100 100" aria-hidden="true">
        <path d={SHAPES[sign]} />
      </svg>
      <p class="verdict-word">{persons > 1 ? `${persons} × ${word}` : word}</p>
      {scan !== null && scan.ticket_type_id !== null && (
        <p class="verdict-type">{typeName(stage, scan.ticket_type_id)}</p>
      )}
      <p class="verdict-what">{what}</p>
      {attention !== null && <p class="verdict-note">{attention}</p>}
      {help !== null && attention === null && <p class="verdict-help">{help}</p>}
      {shown.kind === "verdict" && shown.isAlone && <p class="verdict-alone">{stage.t.aloneMark}</p>}
      <button type="button" class="verdict-close" onClick={() => stage.readings.value?.dismiss()}>
        {stage.t.scan.dismiss}
      </button>
    </section>
  );
}

/** Grey and silent, since there is no verdict yet. */
function ReadTick({ stage }: ScreenProps) {
  return (
    <section class="read-tick" aria-label={stage.t.reading} data-verdict="reading">
      <span aria-hidden="true">·</span> {stage.t.reading}
    </section>
  );
}

/** The live region: a screen reader reads the verdict at once. */
export function VerdictAnnounced({ stage }: ScreenProps) {
  const shown = stage.session.value?.state.onScreen.value ?? null;
  const texts = shown === null || shown.kind === "reading" ? null : textsOf(stage, shown);
  return (
    <div class="unseen" role="status" aria-live="assertive" aria-atomic="true">
      {texts === null ? "" : `${stage.t.saidWords[texts.sign]}. ${texts.what} ${texts.help ?? ""}`}
    </div>
  );
}
