// Lists what needs attention, the most urgent first, each with the screen on which it is put right. A matter that is
// read later waits behind a line that has its place from the beginning, so that nothing moves under a finger.

import { useRef, useState } from "preact/hooks";
import { type EventNames, useEventNames } from "../../data/event-names.ts";
import type { Read } from "../../data/queries.ts";
import { texts } from "../../language.ts";
import { countOf, type Item, keptInPlace, mattersIn } from "../../decisions/event/attention.ts";
import { count, whenThere } from "../../parts/format.ts";

/** As many are shown at first. */
const MOST = 6;
/** How often it is read again. */
export const EVERY_MS = 30_000;

export function Attention({ read }: { readonly read: Read<"GET /v1/attention"> }) {
  const { home, error } = texts();
  const events = useEventNames();
  const heading = useRef<HTMLHeadingElement>(null);
  const now = mattersIn(read.answer?.body.data ?? []);
  const [shown, setShown] = useState(() => now.slice(0, MOST));
  const { rows, others } = keptInPlace(shown, now);
  const showAll = (): void => {
    setShown(now);
    // The button disappears, and the focus would be lost with it.
    heading.current?.focus();
  };
  return (
    <section class="attention stack stack-tight" aria-labelledby="attention">
      <div class="row row-apart">
        <h2 id="attention" class="small-heading" tabIndex={-1} ref={heading}>
          {home.attention}
        </h2>
        <span class="small muted" role="status">
          {read.problem ? (
            <button type="button" class="button-link small" onClick={read.again}>
              {`${home.attentionFailed} ${error.again}`}
            </button>
          ) : others > 0 ? (
            <button type="button" class="button-link small" onClick={showAll}>
              {home.others(count(others))}
            </button>
          ) : (
            rows.length === 0 && home.nothing
          )}
        </span>
      </div>
      {rows.length > 0 && (
        <ul class="plain">
          {rows.map(({ key, href, item, isDone }) => (
            <li key={key}>
              <a href={href} class={isDone ? "matter is-done" : "matter"}>
                <span class="strong">{textOf(item)}</span>
                <span class="small muted">{isDone ? home.done : moreOf(item, events)}</span>
              </a>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function textOf(item: Item): string {
  const { matter } = texts().home;
  const n = countOf(item, count);
  const name = item.event?.name ?? "";
  switch (item.kind) {
    case "door_alerts":
      return matter.doorAlerts(n, name);
    case "orders_waiting":
      return matter.ordersWaiting(n, name);
    case "mails_failing":
      return matter.mailsFailing(item.email ?? "");
    case "draft":
      return matter.draft(name);
  }
}

/** Adds what will happen by itself and when, if that is still to come. */
function moreOf({ kind, action, due_at, event }: Item, events: EventNames): string {
  const { act, due } = texts().home.matter;
  if (due_at === null || kind === "door_alerts" || Date.parse(due_at) < Date.now()) return act[action];
  return `${act[action]} · ${due[kind](whenThere(due_at, events.byId.get(event?.id ?? "")?.zone))}`;
}
