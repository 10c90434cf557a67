// Lists which phones are on duty and what they have not sent (rule W6), so that a supervisor sees whom to send for.

import { useEffect, useState } from "preact/hooks";
import { type OnDuty, readOnDuty } from "../../door/supervising.ts";
import { clockOf, namingOf } from "../display-names.ts";
import type { ScreenProps } from "../parts.tsx";

/** As often as the phones report. */
const LOAD_EVERY_MS = 30_000;

export function DevicesCard({ stage }: ScreenProps) {
  const t = stage.t.supervisor;
  const [devices, setDevices] = useState<readonly OnDuty[] | null>(null);
  const eventId = stage.session.value?.phone.eventId ?? "";
  useEffect(() => {
    const load = () => void readOnDuty(eventId).then((read) => setDevices((now) => read ?? now));
    load();
    const loading = setInterval(load, LOAD_EVERY_MS);
    return () => clearInterval(loading);
  }, [eventId]);
  return (
    <section class="card stack">
      <h2>{t.devices}</h2>
      {devices === null && <p class="muted">{t.notRead}</p>}
      {devices?.length === 0 && <p class="muted">{t.noDevices}</p>}
      <ul class="plain stack">
        {(devices ?? []).map((device) => (
          <Device key={device.id} stage={stage} device={device} />
        ))}
      </ul>
    </section>
  );
}

function Device({ stage, device }: ScreenProps & { readonly device: OnDuty }) {
  const t = stage.t.supervisor;
  const { id, name, gate_id: gate, queued_scans: unsent, queued_since: since, on_duty: isOnDuty } = device;
  const clock = (iso: string) => clockOf(stage, Date.parse(iso));
  const parts = [
    unsent === 0 ? t.allDone : stage.t.link.unsent(unsent),
    since === null ? "" : t.oldest(clock(since)),
    gate === null ? "" : namingOf(stage).gate(gate),
  ];
  return (
    <li class="row row-apart">
      <span>
        <span class="strong">{name ?? id}</span>{" "}
        <span class="muted">{parts.filter((part) => part !== "").join(" · ")}</span>
      </span>
      <span class={`tag ${isOnDuty ? "tag-good" : "tag-warn"}`}>
        {isOnDuty ? t.onDuty : t.silentSince(clock(device.last_heartbeat_at))}
      </span>
    </li>
  );
}
