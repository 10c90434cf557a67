// Lets in against the last refusal, with a reason (rule D15). What was read is in memory alone (rule N6).

import { useState } from "preact/hooks";
import { MAX_OVERRIDE_REASON } from "../../../domain/limits.ts";
import { letInAgainst } from "../door/supervising.ts";
import { namingOf } from "./named.ts";
import { Field, type Seen } from "./parts.tsx";
import { troubleIn } from "./verdict-screen.tsx";

export function OverrideCard({ stage }: Seen) {
  const t = stage.t.supervisor;
  const [reason, setReason] = useState("");
  const [wrong, setWrong] = useState("");
  const [isBusy, setBusy] = useState(false);
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
    const answer = await letInAgainst(session.phone.eventId, refused, reason.trim());
    setBusy(false);
    if (typeof answer === "string") return setWrong(troubleIn(stage, answer).join(". "));
    stage.screen.value = "scan";
    stage.readings.value?.showOverridden(answer);
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
