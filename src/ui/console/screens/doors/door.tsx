// Shows the doors of an event: who is inside, by gate, which devices are on duty, the crew's codes, the notice, and
// conflicts.

import { useRoute } from "preact-iso";
import { usePages, useRead, useReadOn } from "../../data/queries.ts";
import { texts } from "../../language.ts";
import { type LiveEvent, useLiveEvent } from "../../data/live-event.ts";
import { may } from "../../data/session.ts";
import { useVenue, zoneOf } from "../../data/venues.ts";
import { Empty, FailedReads } from "../../parts/loaded.tsx";
import { Screen } from "../../parts/screen.tsx";
import { count } from "../../parts/format.ts";
import { Conflicts } from "./door-conflicts.tsx";
import { CrewCodes } from "./door-crew.tsx";
import { Devices } from "./door-devices.tsx";
import { Lamp } from "../event/event-live.tsx";
import { Notice } from "./door-notice.tsx";

export function Door() {
  const { params } = useRoute();
  const id = params["id"] ?? "";
  const t = texts().house.door;
  const event = useRead("GET /v1/events/{id}", { id });
  const live = useLiveEvent(id);
  const venueId = event.answer?.body.venue_id ?? "";
  const venue = useVenue(event.answer?.body.venue_id);
  const zone = zoneOf(venue);
  const gates = usePages(
    "GET /v1/venues/{id}/gates",
    { id: venueId, query: { limit: 100 } },
    { isOff: venueId === "" },
  );
  const allGates = useReadOn(gates, true);
  const names = new Map(gates.rows?.map((gate) => [gate.id, gate.name] as const));
  return (
    <Screen
      title={t.title}
      back={{ href: `/console/events/${id}`, text: event.answer?.body.name ?? texts().menu.events }}
    >
      <FailedReads reads={[event, venue, allGates]} />
      <Inside live={live} names={names} venueId={venueId} />
      {may("desk.read") && <Devices eventId={id} live={live} names={names} zone={zone} />}
      {may("crew.manage") && <CrewCodes eventId={id} names={names} zone={zone} />}
      {may("desk.notice") && <Notice eventId={id} live={live} />}
      {may("door.log") && <Conflicts eventId={id} names={names} zone={zone} />}
    </Screen>
  );
}

export type GateNames = ReadonlyMap<string, string>;

type Shown = { readonly live: LiveEvent; readonly names: GateNames; readonly venueId: string };

function Inside({ live, names, venueId }: Shown) {
  const t = texts().house.door;
  const snapshot = live.state.value;
  const door = snapshot?.door ?? null;
  const liveness = live.liveness.value;
  return (
    <section class={`card stack live ${liveness === "live" ? "" : "is-stale"}`} aria-labelledby="inside">
      <div class="row row-apart">
        <h2 id="inside">{t.inside}</h2>
        <Lamp liveness={liveness} at={snapshot?.at ?? null} />
      </div>
      {door === null ? (
        <p class="muted">{snapshot === null ? "" : t.nobody}</p>
      ) : (
        <dl class="tiles">
          <div>
            <dt>{t.inside}</dt>
            <dd>
              {count(door.inside)} <span class="small muted">{t.capacity(count(door.capacity.soft))}</span>
            </dd>
          </div>
          <div>
            <dt>{t.admitted}</dt>
            <dd>{count(door.admitted)}</dd>
          </div>
        </dl>
      )}
      <Gates live={live} names={names} venueId={venueId} />
    </section>
  );
}

function Gates({ live, names, venueId }: Shown) {
  const t = texts().house.door;
  const snapshot = live.state.value;
  if (snapshot === null) return null;
  if (snapshot.gates.size === 0)
    return (
      <Empty title={t.noGates}>{may("gate.write") && <a href={`/console/venues/${venueId}`}>{t.addGates}</a>}</Empty>
    );
  return (
    <div class="table" tabIndex={0} role="region" aria-label={t.gates}>
      <table>
        <caption class="unseen">{t.gates}</caption>
        <thead>
          <tr>
            <th scope="col">{t.gate}</th>
            <th scope="col" class="number">
              {t.entries}
            </th>
            <th scope="col" class="number">
              {t.exits}
            </th>
            <th scope="col" class="number">
              {t.there}
            </th>
          </tr>
        </thead>
        <tbody>
          {[...snapshot.gates.values()].map((gate) => {
            const counted = snapshot.door?.gates.get(gate.id);
            return (
              <tr key={gate.id}>
                <th scope="row">
                  {names.get(gate.id) ?? gate.gate_code}{" "}
                  {gate.status === "closed" && <span class="tag">{t.isClosed}</span>}
                </th>
                <td class="number">{count(counted?.entries ?? 0)}</td>
                <td class="number">{count(counted?.exits ?? 0)}</td>
                <td class="number">{count(counted?.inside_by ?? 0)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
