// Lists the devices of an event's doors: those that report, and those that were paired and are silent. A lost one is
// revoked here.

import { useEffect, useRef, useState } from "preact/hooks";
import type { Operations } from "../../../../client/client.ts";
import { callApi } from "../../data/api.ts";
import { isSettled, type Pages, readAgain, usePages, useReadOn } from "../../data/queries.ts";
import { announce } from "../../data/navigation.ts";
import { texts } from "../../language.ts";
import type { LiveEvent } from "../../data/live-event.ts";
import { may } from "../../data/session.ts";
import { byName, onDuty, silentOnes } from "../../decisions/event/duty.ts";
import { ButtonWithQuestion, type Question } from "../../parts/forms/confirm.tsx";
import { FailedReads } from "../../parts/loaded.tsx";
import { More } from "../../parts/more.tsx";
import { clock, count } from "../../parts/format.ts";
import type { GateNames } from "./door.tsx";

type Device = Operations["GET /v1/devices"]["answer"]["data"][number];
type Props = {
  readonly eventId: string;
  readonly live: LiveEvent;
  readonly names: GateNames;
  readonly zone: string;
};

/** How many of the devices on duty are listed at a time. */
const A_PAGE = 25;

export function Devices({ eventId, live, names, zone }: Props) {
  const t = texts().house.door;
  const snapshot = live.state.value;
  const now = snapshot?.at ? Date.parse(snapshot.at) : Date.now();
  const isOff = !may("crew_device.manage");
  // `own` are those of this event; the venue's own devices belong to no event and are only in the whole list.
  const own = usePages("GET /v1/devices", { query: { limit: 100, event_id: eventId } }, { isOff });
  const all = usePages("GET /v1/devices", { query: { limit: 100 } }, { isOff });
  const rows = [...(own.rows ?? []), ...(all.rows?.filter(({ event_id }) => event_id !== eventId) ?? [])];
  const called = new Map(rows.map((device) => [device.id, device] as const));
  const reporting = onDuty([...(snapshot?.devices.values() ?? [])], now);
  const devices = byName(reporting, (id) => called.get(id)?.name);
  const unnamed = reporting.flatMap(({ id }) => (called.has(id) ? [] : [id]));
  const isUnnamed = unnamed.length > 0;
  const reads = [useReadOn(own, isUnnamed), useReadOn(all, isUnnamed && isSettled(own) && own.more === null)] as const;
  const isReadToEnd = [own, all].every(({ answer, more }) => answer !== undefined && more === null);
  // A phone may have been paired since the lists were read. They are read again once for each such phone, since some phones
  // are never in them.
  const readFor = useRef(new Set<string>());
  useEffect(() => {
    const fresh = isReadToEnd ? unnamed.filter((id) => !readFor.current.has(id)) : [];
    for (const id of fresh) readFor.current.add(id);
    if (fresh.length > 0) for (const { again } of reads) again();
  }, [unnamed.join(), isReadToEnd]);
  const silent = silentOnes(rows, { eventId, reporting, now });
  const [most, setMost] = useState(A_PAGE);
  const showMore = async () => {
    setMost(most + A_PAGE);
    return null;
  };
  return (
    <section class="card stack" aria-labelledby="devices">
      <h2 id="devices">
        {t.devices} {devices.length > 0 && <span class="muted">({count(devices.length)})</span>}
      </h2>
      {devices.length === 0 ? (
        <p class="muted">{t.noDevices}</p>
      ) : (
        <ul class="plain lines">
          {devices.slice(0, most).map((device) => (
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
      <More more={devices.length > most ? showMore : null} />
      <FailedReads reads={reads} />
      {silent.length > 0 && <Silent devices={silent} names={names} more={own.more} />}
    </section>
  );
}

type SilentProps = {
  readonly devices: readonly Device[];
  readonly names: GateNames;
  readonly more: Pages<"GET /v1/devices">["more"];
};

function Silent({ devices, names, more }: SilentProps) {
  const t = texts().house.door;
  return (
    <details>
      <summary>{t.silent(count(devices.length) + (more === null ? "" : "+"))}</summary>
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
      <More more={more} />
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
