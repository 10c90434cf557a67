// Draws how an event sells: from the counts over time, and live at its end. The table beside it has the same numbers.

import { useEffect, useRef, useState } from "preact/hooks";
import UPlot from "uplot";
import type { Operations } from "../../../../client/client.ts";
import { callApi } from "../../data/api.ts";
import { language, texts } from "../../language.ts";
import type { LiveEvent } from "../../data/live-event.ts";
import { sumOf } from "../../decisions/event/amounts.ts";
import {
  type Bucket,
  bucketOf,
  type Curve,
  curveOf,
  rowsOf,
  sinceOf,
  type Span,
  SPANS,
  upToNow,
} from "../../decisions/event/sales-curve.ts";
import { count, shortWhen } from "../../parts/format.ts";

type Event = Operations["GET /v1/events/{id}"]["answer"];
type Props = {
  readonly event: Event;
  readonly zone: string;
  readonly typeIds: readonly string[];
  readonly live: LiveEvent;
};

const NOTHING: Curve = { at: [], sold: [], held: [] };
const READ_EVERY_MS = 60_000;

export function Chart({ event, zone, typeIds, live }: Props) {
  const t = texts().event.chart;
  const [span, setSpan] = useState<Span>("all");
  const { curve: read, isOld } = useCurve(event, typeIds, span);
  const snapshot = live.state.value;
  const isLive = live.liveness.value === "live";
  const curve =
    snapshot === null || snapshot.at === null || !isLive
      ? read
      : upToNow(read, { at: Date.parse(snapshot.at), ...sumOf(snapshot.ticketTypes.values()) });
  return (
    <section class="card stack" aria-labelledby="chart">
      <div class="row row-apart">
        <h2 id="chart">{t.heading}</h2>
        <div class="chips">
          {SPANS.map((each) => (
            <button type="button" key={each} aria-pressed={each === span} onClick={() => setSpan(each)}>
              {t.span[each]}
            </button>
          ))}
        </div>
      </div>
      {isOld && <p class="notice notice-warn small">{texts().error.stale}</p>}
      {curve.at.length < 2 ? <p class="muted">{t.none}</p> : <Drawing curve={curve} zone={zone} span={span} />}
      <details>
        <summary>{t.table}</summary>
        <Rows curve={curve} zone={zone} />
      </details>
    </section>
  );
}

/** All types together, read again each minute; the feed adds what happens in between. */
function useCurve(event: Event, typeIds: readonly string[], span: Span) {
  const [curve, setCurve] = useState(NOTHING);
  const [isOld, setOld] = useState(false);
  const key = typeIds.join();
  useEffect(() => {
    let isOver = false;
    const read = async (): Promise<void> => {
      const now = Date.now();
      const since = sinceOf(span, Date.parse(event.sale_start), now);
      const query = { since: new Date(since).toISOString(), bucket: bucketOf(since, now) };
      const answers = await Promise.all(
        typeIds.map((id) => callApi("GET /v1/ticket-types/{id}/history", { id, query })),
      );
      const bodies = answers.flatMap((answer) => (answer.ok ? [answer.body] : []));
      if (isOver) return;
      setOld(bodies.length < answers.length);
      // With one type missing the sum would look like a fall of the sale.
      if (bodies.length < answers.length) return;
      const isWhole = bodies.every(({ checkpoint }) => checkpoint === null);
      setCurve(
        curveOf(
          bodies.map(({ data }): readonly Bucket[] => data),
          isWhole ? since : null,
        ),
      );
    };
    void read();
    const timer = setInterval(() => void read(), READ_EVERY_MS);
    return () => {
      isOver = true;
      clearInterval(timer);
    };
  }, [event.id, event.sale_start, key, span]);
  return { curve, isOld };
}

function Drawing({ curve, zone, span }: { readonly curve: Curve; readonly zone: string; readonly span: Span }) {
  const t = texts().event.chart;
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<UPlot | null>(null);
  useEffect(() => {
    const box = place.current;
    if (!box) return;
    const made = new UPlot(optionsOf(box, zone, span), dataOf(curve), box);
    chart.current = made;
    const sizes = new ResizeObserver(() => made.setSize({ width: box.clientWidth, height: HEIGHT }));
    sizes.observe(box);
    return () => {
      sizes.disconnect();
      made.destroy();
      chart.current = null;
    };
  }, [zone, span]);
  useEffect(() => chart.current?.setData(dataOf(curve)), [curve]);
  const label = t.label(count(curve.sold.at(-1) ?? 0), count(curve.held.at(-1) ?? 0));
  return <div class="chart" ref={place} role="img" aria-label={label} />;
}

const HEIGHT = 240;
/** The assumed step in seconds of an axis that has room for only one time. */
const AN_HOUR = 3_600;
const dataOf = ({ at, sold, held }: Curve): UPlot.AlignedData => [[...at], [...sold], [...held]];

function optionsOf(box: HTMLElement, zone: string, span: Span): UPlot.Options {
  const t = texts().event.chart;
  const style = getComputedStyle(box);
  const colour = (name: string): string => style.getPropertyValue(name);
  const region = language().locale === "af" ? "af-ZA" : "en-ZA";
  const day = { timeZone: zone, day: "numeric", month: "short" } as const;
  const clock = { timeZone: zone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" } as const;
  const formats = [{ ...clock, second: "2-digit" } as const, clock, { ...day, ...clock }, day].map(
    (parts) => new Intl.DateTimeFormat(region, parts),
  );
  /** Formats times as precisely as those of the axis need to differ. */
  const named = (splits: number[]): string[] => {
    const [first = 0, second = first + AN_HOUR] = splits;
    const step = second - first;
    const format = formats[step < 60 ? 0 : span !== "all" && step < 2 * AN_HOUR ? 1 : step < 24 * AN_HOUR ? 2 : 3];
    return splits.map((at) => format?.format(at * 1_000) ?? "");
  };
  const axis = { stroke: colour("--vg-soft"), grid: { stroke: colour("--vg-line"), width: 1 }, ticks: { show: false } };
  // A stepped line: an amount stays as it is until it changes.
  const paths = UPlot.paths.stepped?.({ align: 1 });
  const line = { width: 2, points: { show: false }, ...(paths && { paths }) };
  return {
    width: box.clientWidth,
    height: HEIGHT,
    tzDate: (second) => UPlot.tzDate(new Date(second * 1_000), zone),
    cursor: { y: false },
    legend: { show: false },
    padding: [null, 48, null, null],
    scales: { y: { range: (_, __, max) => [0, Math.max(4, max)] } },
    axes: [
      {
        ...axis,
        // One line of text: its usual room would be a blank strip below it.
        size: 28,
        space: span === "all" ? 110 : 60,
        values: (_, splits) => named(splits),
      },
      { ...axis, size: 50, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 50_000, 100_000] },
    ],
    series: [
      {},
      {
        label: t.sold,
        stroke: colour("--vg-accent"),
        fill: colour("--vg-tint"),
        ...line,
      },
      { label: t.held, stroke: colour("--desk-held"), ...line },
    ],
  };
}

const ROWS = 20;

function Rows({ curve, zone }: { readonly curve: Curve; readonly zone: string }) {
  const t = texts().event.chart;
  return (
    <div class="table" tabIndex={0} role="region" aria-label={t.table}>
      <table>
        <thead>
          <tr>
            <th scope="col">{t.time}</th>
            <th scope="col" class="number">
              {t.sold}
            </th>
            <th scope="col" class="number">
              {t.held}
            </th>
          </tr>
        </thead>
        <tbody>
          {rowsOf(curve, ROWS).map(({ at, sold, held }) => (
            <tr key={at}>
              <td>{shortWhen(new Date(at).toISOString(), zone)}</td>
              <td class="number">{count(sold)}</td>
              <td class="number">{count(held)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
