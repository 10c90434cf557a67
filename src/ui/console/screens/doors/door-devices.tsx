// Lists the devices of an event's doors: those that report, and those that were paired and are silent. A lost one is revoked here.

import type { Operations } from "../../../../client/client.ts";
import { callApi } from "../../data/api.ts";
import { readAgain, useRead } from "../../data/queries.ts";
import { announce } from "../../data/navigation.ts";
import { texts } from "../../language.ts";
import type { LiveEvent } from "../../data/live-event.ts";
import { may } from "../../data/session.ts";
import { onDuty, silentOnes } from "../../decisions/event/duty.ts";
import { ButtonWithQuestion, type Question } from "../../parts/forms/confirm.tsx";
import { clock, count } from "../../parts/format.ts";
import type { GateNames } from "./door.tsx";

type Device = Operations["GET /v1/devices"]["answer"]["data"][number];
type Props = {
  readonly eventId: string;
  readonly live: LiveEvent;
  readonly names: GateNames;
  readonly zone: string;
};

export function Devices({ eventId, live, names, zone }: Props) {
  const t = texts().house.door;
  const snapshot = live.state.value;
  const now = snapshot?.at ? Date.parse(snapshot.at) : Date.now();
  const isOff = !may("crew_device.manage");
  // Those of this event alone, and beside them the venue's own, which are of no event and are only in the whole list.
  const own = useRead("GET /v1/devices", { query: { limit: 100, event_id: eventId } }, { isOff });
  const all = useRead("GET /v1/devices", { query: { limit: 100 } }, { isOff });
  const ofEvent = own.answer?.body.data ?? [];
  const rows = [...ofEvent, ...(all.answer?.body.data.filter(({ event_id }) => event_id !== eventId) ?? [])];
  const called = new Map(rows.map((device) => [device.id, device] as const));
  const devices = onDuty([...(snapshot?.devices.values() ?? [])], now);
  const silent = silentOnes(rows, { eventId, reporting: devices, now });
  return (
    <section class="card stack" aria-labelledby="devices">
      <h2 id="devices">{t.devices}</h2>
      {devices.length === 0 ? (
        <p class="muted">{t.noDevices}</p>
      ) : (
        <ul class="plain lines">
          {devices.map((device) => (
            <li class="row row-apart" key={device.id}>
              <span>
                <span class="strong">{called.get(device.id)?.name ?? t.device}</span>{" "}
                <span class="muted">
                  · {device.gate_id === null ? t.moving : (names.get(device.gate_id) ?? "")} ·{" "}
                  {t.lastSeen.toLowerCase()} {clock(Date.parse(device.last_heartbeat_at), zone)}
                </span>{" "}
                {device.queued_scans > 0 && (
                  <span class="tag tag-warn">
                    {t.queued}: {count(device.queued_scans)}
                  </span>
                )}
              </span>
              <Revoke device={called.get(device.id)} />
            </li>
          ))}
        </ul>
      )}
      {silent.length > 0 && <Silent devices={silent} names={names} />}
    </section>
  );
}

function Silent({ devices, names }: { readonly devices: readonly Device[]; readonly names: GateNames }) {
  const t = texts().house.door;
  return (
    <details>
      <summary>{t.silent(count(devices.length))}</summary>
      <ul class="plain lines">
        {devices.map((device) => (
          <li class="row row-apart" key={device.id}>
            <span>
              <span class="strong">{device.name}</span>{" "}
              <span class="muted">· {device.gate_id === null ? t.moving : (names.get(device.gate_id) ?? "")}</span>
            </span>
            <Revoke device={device} />
          </li>
        ))}
      </ul>
    </details>
  );
}

function Revoke({ device }: { readonly device: Device | undefined }) {
  const t = texts().house.door;
  if (device === undefined) return null;
  const question: Question = {
    title: `${t.revoke}: ${device.name}`,
    does: t.revokeMore(device.name),
    button: t.revoke,
    isDanger: true,
    act: async () => {
      const revoked = await callApi("DELETE /v1/devices/{id}", { id: device.id });
      if (!revoked.ok) return revoked.problem;
      await readAgain("GET /v1/devices");
      announce(t.revoked(device.name));
      return null;
    },
  };
  return <ButtonWithQuestion kind="link" label={t.revoke} question={question} />;
}
