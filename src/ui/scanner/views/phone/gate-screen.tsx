// Lets a steward choose the gate of the phone, where its crew code left that open.

import { useState } from "preact/hooks";
import { type ScreenProps, Sheet } from "../parts.tsx";

export function GateScreen({ stage }: ScreenProps) {
  const t = stage.t.gate;
  const { names, settings, screen } = stage;
  const [isBusy, setBusy] = useState(false);
  const gates = names.value.gates;
  return (
    <Sheet title={t.title}>
      <p class="muted">{t.lead}</p>
      {gates.length === 0 && (
        <div class="stack">
          <p class="notice">{t.none}</p>
          <button
            type="button"
            class="button-quiet"
            disabled={isBusy}
            onClick={() => {
              setBusy(true);
              void stage.loadNames().finally(() => setBusy(false));
            }}
          >
            {t.again}
          </button>
        </div>
      )}
      <div class="stack">
        {gates.map(({ id, name, code, status }) => (
          <button
            key={id}
            type="button"
            class="button-quiet gate-choice"
            aria-pressed={settings.value.gateId === id}
            onClick={() => {
              void stage.change({ gateId: id });
              screen.value = settings.value.isReady ? "scan" : "ready";
            }}
          >
            <span class="strong">{name}</span>
            <span class="muted">{status === "closed" ? `${code} · ${t.closed}` : code}</span>
          </button>
        ))}
      </div>
    </Sheet>
  );
}

export function gateName({ names, settings }: ScreenProps["stage"]): string {
  return names.value.gates.find(({ id }) => id === settings.value.gateId)?.name ?? "";
}
