// Shows the numbers of an event from its feed alone (rule C6), and the catalogue's until the first frame; while they are not
// live they are grey, and the screen says so.

import { useSignalEffect } from "@preact/signals";
import { useEffect, useRef, useState } from "preact/hooks";
import type { LiveState } from "../../../../client/client.ts";
import { sumOfTypes, type Types } from "../../data/ticket-types.ts";
import { texts } from "../../language.ts";
import type { LiveEvent, Liveness } from "../../data/live-event.ts";
import { type Counts, NONE, sumOf } from "../../decisions/event/amounts.ts";
import { type Sample, soldInMinute, withSample } from "../../decisions/event/rate.ts";
import { Meter } from "../../parts/marks/meter.tsx";
import { clock, count } from "../../parts/format.ts";

export function LiveNumbers({ live, types }: { readonly live: LiveEvent; readonly types: Types }) {
  const t = texts();
  const snapshot = live.state.value;
  const liveness = live.liveness.value;
  const counts = snapshot ? sumOf(snapshot.ticketTypes.values()) : types.rows ? sumOfTypes(types.rows) : NONE;
  const rate = useRate(live);
  return (
    <section class={`card stack live ${liveness === "live" ? "" : "is-stale"}`} aria-labelledby="live">
      <div class="row row-apart">
        <h2 id="live">{t.event.live.heading}</h2>
        <Lamp liveness={liveness} at={snapshot?.at ?? null} />
      </div>
      <Tiles counts={counts} snapshot={snapshot} rate={rate} />
      <Meter counts={counts} isQuiet />
    </section>
  );
}

/** Says whether the numbers are live. It is read out when that changes, and not each second. */
export function Lamp({ liveness, at }: { readonly liveness: Liveness; readonly at: string | null }) {
  const { live } = texts().event;
  const asOf = liveness !== "live" && at !== null ? ` (${live.asOf(clock(Date.parse(at)))})` : "";
  return (
    <p class={`lamp small lamp-${liveness}`} role="status">
      {live[liveness]}
      {asOf}
    </p>
  );
}

function Tiles({
  counts,
  snapshot,
  rate,
}: {
  readonly counts: Counts;
  readonly snapshot: LiveState | null;
  readonly rate: number;
}) {
  const t = texts().event.live;
  const tiles: readonly (readonly [string, string])[] = [
    [t.sold, count(counts.sold)],
    [t.held, count(counts.held)],
    [t.free, count(counts.available)],
    [t.rate, count(rate)],
    ...(snapshot?.door ? [[t.inside, count(snapshot.door.inside)] as const] : []),
    ...(snapshot?.sockets === undefined ? [] : [[t.following, count(snapshot.sockets)] as const]),
  ];
  return (
    <dl class="tiles">
      {tiles.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

const RATE_EVERY_MS = 5_000;

/** How many were sold in the last minute, as far as this screen has seen it. */
function useRate({ state }: LiveEvent): number {
  const samples = useRef<readonly Sample[]>([]);
  const [rate, setRate] = useState(0);
  useSignalEffect(() => {
    const snapshot = state.value;
    if (snapshot === null) return;
    const now = Date.now();
    samples.current = withSample(samples.current, { at: now, sold: sumOf(snapshot.ticketTypes.values()).sold });
    setRate(soldInMinute(samples.current, now));
  });
  useEffect(() => {
    // Needed while nothing is sold, too, since older sales leave the minute.
    const timer = setInterval(() => setRate(soldInMinute(samples.current, Date.now())), RATE_EVERY_MS);
    return () => clearInterval(timer);
  }, []);
  return rate;
}
