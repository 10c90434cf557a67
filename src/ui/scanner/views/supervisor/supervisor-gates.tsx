// Shows conflicts, the notice to all gates, and which gates are open, and changes each of them.

import { useEffect, useState } from "preact/hooks";
import { MAX_GATE_TEXT } from "../../../../domain/limits.ts";
import {
  type Conflict,
  type Gate,
  markSeen,
  readConflicts,
  readGates,
  setGate,
  setNotice,
} from "../../door/supervising.ts";
import { clockOf, namingOf } from "../display-names.ts";
import { OneFieldForm, type ScreenProps } from "../parts.tsx";
import { troubleIn } from "../gate/verdict-screen.tsx";

export function ConflictsCard({ stage }: ScreenProps) {
  const t = stage.t.supervisor;
  const [conflicts, setConflicts] = useState<readonly Conflict[] | null>(null);
  const eventId = stage.session.value?.phone.eventId ?? "";
  // A conflict that is found while the screen is open comes with an alert.
  const alerts = stage.session.value?.state.alerts.value.length ?? 0;
  const [wrong, setWrong] = useState("");
  const load = () => void readConflicts(eventId).then(setConflicts);
  useEffect(load, [eventId, alerts]);
  async function see(conflictId: string): Promise<void> {
    const refused = await markSeen(eventId, conflictId);
    setWrong(refused === null ? "" : troubleIn(stage, refused).join(". "));
    load();
  }
  const naming = namingOf(stage);
  return (
    <section class="card stack">
      <h2>{t.conflicts}</h2>
      {conflicts === null && <NotRead {...{ stage, load }} />}
      {conflicts?.length === 0 && <p class="muted">{t.noConflicts}</p>}
      <ul class="plain">
        {(conflicts ?? []).map(({ id, kind, at, serial, gate_id: gate }) => (
          <li key={id} class="row row-apart">
            <span>
              <span class="strong">{t.kinds[kind]}</span>{" "}
              <span class="muted">
                {[serial, clockOf(stage, Date.parse(at)), gate === null ? null : naming.gate(gate)]
                  .filter(Boolean)
                  .join(" · ")}
              </span>
            </span>
            <button type="button" class="button-quiet" onClick={() => void see(id)}>
              {t.seen}
            </button>
          </li>
        ))}
      </ul>
      <p class="error" role="alert">
        {wrong}
      </p>
    </section>
  );
}

function NotRead({ stage, load }: ScreenProps & { load(): void }) {
  const t = stage.t.supervisor;
  return (
    <p class="row row-apart">
      <span class="muted">{t.notRead}</span>
      <button type="button" class="button-quiet" onClick={load}>
        {t.again}
      </button>
    </p>
  );
}

export function NoticeCard({ stage }: ScreenProps) {
  const t = stage.t.supervisor;
  const notice = stage.session.value?.state.notice.value?.text ?? null;
  const show = async (text: string | null): Promise<string> => {
    const refused = await setNotice(stage.session.value?.phone.eventId ?? "", text);
    return refused === null ? "" : troubleIn(stage, refused).join(". ");
  };
  const instead = notice === null ? null : { button: t.takeDown, act: () => show(null) };
  const field = { id: "notice", label: t.noticeText, input: { maxLength: MAX_GATE_TEXT, autocomplete: "off" } };
  return (
    <OneFieldForm
      {...{ field, button: t.tell, instead, isCard: true }}
      submit={(text) => (text === "" ? t.needsText : show(text))}
    >
      <h2>{t.notice}</h2>
      <p class={notice === null ? "muted" : "notice notice-warn"}>{notice ?? t.noNotice}</p>
    </OneFieldForm>
  );
}

export function GatesCard({ stage }: ScreenProps) {
  const t = stage.t.supervisor;
  const [gates, setGates] = useState<readonly Gate[] | null>(null);
  const [wrong, setWrong] = useState("");
  const { venueId } = stage.names.value;
  const load = () => void (venueId !== null && readGates(venueId).then(setGates));
  useEffect(load, [venueId]);
  async function turn(gate: Gate): Promise<void> {
    const refused = await setGate(gate, gate.status === "open" ? "closed" : "open");
    setWrong(refused === null ? "" : troubleIn(stage, refused).join(". "));
    load();
  }
  return (
    <section class="card stack">
      <h2>{t.gates}</h2>
      {gates === null && <NotRead {...{ stage, load }} />}
      <ul class="plain stack">
        {(gates ?? []).map((gate) => (
          <li key={gate.id} class="row row-apart">
            <span>
              <span class="strong">{gate.name}</span>{" "}
              <span class={`tag ${gate.status === "open" ? "tag-good" : "tag-warn"}`}>{t.states[gate.status]}</span>
            </span>
            <button type="button" class="button-quiet" onClick={() => void turn(gate)}>
              {gate.status === "open" ? t.close : t.open}
            </button>
          </li>
        ))}
      </ul>
      <p class="error" role="alert">
        {wrong}
      </p>
    </section>
  );
}
