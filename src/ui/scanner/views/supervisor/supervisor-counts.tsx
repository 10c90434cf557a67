// Corrects who is inside (rule D16): by a number for each gate, or that the place is empty.

import { useRef, useState } from "preact/hooks";
import { MAX_OVERRIDE_REASON } from "../../../../domain/limits.ts";
import { correct, newScanId } from "../../door/supervising.ts";
import { Field, type ScreenProps } from "../parts.tsx";
import { troubleIn } from "../gate/verdict-screen.tsx";

export function CorrectCard({ stage }: ScreenProps) {
  const t = stage.t.supervisor;
  const state = stage.session.value?.state;
  const [typed, setTyped] = useState<Readonly<Record<string, string>>>({});
  const [reason, setReason] = useState("");
  const [message, setMessage] = useState<{ readonly text: string; readonly isGood: boolean } | null>(null);
  // A request without a reply is repeated as it was.
  const open = useRef(newScanId());
  const numberAt = (id: string) => typed[id] ?? String(state?.counts.value?.gates.get(id)?.insideBy ?? 0);

  async function send(kind: "set" | "sweep"): Promise<void> {
    const why = reason.trim();
    if (why === "") return setMessage({ text: t.needsReason, isGood: false });
    const gates = stage.names.value.gates.map(({ id }) => ({ gate_id: id, inside_by: Number(numberAt(id)) }));
    if (gates.some(({ inside_by: n }) => !Number.isInteger(n) || n < 0))
      return setMessage({ text: t.noNumber, isGood: false });
    const change = kind === "set" ? { kind, gates, reason: why } : { kind, reason: why };
    const refused = await correct(stage.session.value?.phone.eventId ?? "", open.current, change);
    if (refused !== null) return setMessage({ text: troubleIn(stage, refused).join(". "), isGood: false });
    open.current = newScanId();
    setTyped({});
    setReason("");
    setMessage({ text: t.corrected, isGood: true });
  }

  return (
    <form
      class="card stack"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void send("set");
      }}
    >
      <h2>{t.correct}</h2>
      <p class="muted">{t.correctLead}</p>
      {stage.names.value.gates.map(({ id, name }) => (
        <Field
          key={id}
          {...{ id: `inside-${id}`, label: name, value: numberAt(id) }}
          onInput={(value) => setTyped((now) => ({ ...now, [id]: value }))}
          input={{ inputMode: "numeric", autocomplete: "off" }}
        />
      ))}
      <Field
        {...{ id: "why", label: t.reason, value: reason, onInput: setReason }}
        input={{ maxLength: MAX_OVERRIDE_REASON, autocomplete: "off" }}
      />
      <button class="button-wide">{t.set}</button>
      <Sweep stage={stage} onSweep={() => void send("sweep")} />
      <div role="status">
        {message && <p class={`notice ${message.isGood ? "notice-good" : "notice-bad"}`}>{message.text}</p>}
      </div>
    </form>
  );
}

/** Asks for confirmation, with what will happen. */
function Sweep({ stage, onSweep }: ScreenProps & { readonly onSweep: () => void }) {
  const t = stage.t.supervisor;
  const [isAsked, setAsked] = useState(false);
  if (!isAsked)
    return (
      <button type="button" class="button-quiet" onClick={() => setAsked(true)}>
        {t.sweep}
      </button>
    );
  const sweep = () => {
    setAsked(false);
    onSweep();
  };
  return (
    <div class="notice notice-warn stack">
      <p>{t.sweepLead}</p>
      <div class="row">
        <button type="button" class="button-danger" onClick={sweep}>
          {t.sweepSure}
        </button>
        <button type="button" class="button-quiet" onClick={() => setAsked(false)}>
          {stage.t.more.cancel}
        </button>
      </div>
    </div>
  );
}
