// Lists what needs attention, the most urgent first, each with the screen on which it is put right.

import { type EventNames, useEventNames } from "../../data/event-names.ts";
import { texts } from "../../language.ts";
import { countOf, type Item, placeOf } from "../../decisions/event/attention.ts";
import { count, whenThere } from "../../parts/format.ts";

/** As many are shown at once; each that is done makes room for the next. */
const MOST = 6;
/** How often it is read again. */
export const EVERY_MS = 30_000;

export function Attention({ items }: { readonly items: readonly Item[] }) {
  const { home } = texts();
  const events = useEventNames();
  const matters = items.flatMap((item) => {
    const href = placeOf(item);
    return href === null ? [] : [{ item, href }];
  });
  if (matters.length === 0) return null;
  return (
    <section class="attention stack" aria-labelledby="attention">
      <h2 id="attention" class="small-heading">
        {home.attention}
      </h2>
      <ul class="plain">
        {matters.slice(0, MOST).map(({ item, href }) => (
          <li key={item.kind + href}>
            <a href={href} class="matter">
              <span class="strong">{textOf(item)}</span>
              <span class="small muted">{moreOf(item, events)}</span>
            </a>
          </li>
        ))}
      </ul>
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

/** With what happens by itself and when, where that is still to come. */
function moreOf({ kind, action, due_at, event }: Item, events: EventNames): string {
  const { act, due } = texts().home.matter;
  if (due_at === null || kind === "door_alerts" || Date.parse(due_at) < Date.now()) return act[action];
  return `${act[action]} · ${due[kind](whenThere(due_at, events.byId.get(event?.id ?? "")?.zone))}`;
}
