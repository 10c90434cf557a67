// Lets in against the last refusal, with a reason (rule D15). What was read is in memory alone (rule N6).

import { useRef, useState } from "preact/hooks";
import { MAX_OVERRIDE_REASON } from "../../../domain/limits.ts";
import type { ScanRow } from "../door/rows.ts";
import { letInAgainst } from "../door/supervising.ts";
import type { Refused } from "../reading/readings.ts";
import type { Session } from "../door/session.ts";
import type { ScanShown } from "../../../sockets/door-protocol.ts";
import { namingOf } from "./named.ts";
import { Field, type Seen } from "./parts.tsx";
import { troubleIn } from "./verdict-screen.tsx";

type Overruled = { readonly said: ScanShown | string; readonly row: ScanRow | null };

async function overrule(
  { flow, phone }: Session,
  refused: Refused,
  reason: string,
  begun: ScanRow | null,
): Promise<Overruled> {
  const scanned = { ...refused, direction: "in" as const, isLast: () => true };
  try {
    const ask = (scanId: string) => letInAgainst(phone.eventId, scanId, refused, reason);
    const { row, answer } = await flow.overrule(scanned, ask, begun);
    // Any other answer than none is of this scan for good.
    return { said: answer, row: answer === "no_answer" ? row : null };
  } catch {
    return { said: "not_kept", row: begun };
  }
}

export function OverrideCard({ stage }: Seen) {
  const t = stage.t.supervisor;
  const [reason, setReason] = useState("");
  const [wrong, setWrong] = useState("");
  const [isBusy, setBusy] = useState(false);
  // What was not answered is asked again as the same scan.
  const open = useRef<{ readonly refused: Refused; readonly row: ScanRow } | null>(null);
  const refused = stage.readings.value?.lastRefused.value ?? null;
  const session = stage.session.value;
  if (refused === null || session === null)
    return (
      <section class="card stack">
        <h2>{t.override}</h2>
        <p class="muted">{t.nothingRefused}</p>
      </section>
    );
  const text = stage.t.verdict(refused.scan as Parameters<typeof stage.t.verdict>[0], namingOf(stage));
  async function letIn(): Promise<void> {
    if (refused === null || session === null) return;
    if (reason.trim() === "") return setWrong(t.needsReason);
    setBusy(true);
    const begun = open.current?.refused === refused ? open.current.row : null;
    const answer = await overrule(session, refused, reason.trim(), begun);
    setBusy(false);
    if (typeof answer.said === "string") {
      open.current = answer.row === null ? null : { refused, row: answer.row };
      return setWrong(troubleIn(stage, answer.said).join(". "));
    }
    stage.screen.value = "scan";
    stage.readings.value?.showOverridden(answer.said);
  }
  return (
    <form
      class="card stack"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void letIn();
      }}
    >
      <h2>{t.override}</h2>
      <p>
        {refused.scan.serial !== null && <span class="strong">{refused.scan.serial}: </span>}
        {text.what}
      </p>
      <Field
        {...{ id: "reason", label: t.reason, error: wrong, value: reason, onInput: setReason }}
        input={{ maxLength: MAX_OVERRIDE_REASON, autocomplete: "off" }}
      />
      <button class="button-wide" disabled={isBusy}>
        {t.letIn}
      </button>
    </form>
  );
}
