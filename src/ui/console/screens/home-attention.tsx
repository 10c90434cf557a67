// What needs somebody now: drafts, events that should have begun, and orders that are not paid.

import type { Operations } from "../../../client/client.ts";
import { useRead } from "../data/asking.ts";
import { texts } from "../data/language.ts";
import { may } from "../data/session.ts";
import { count } from "../parts/shown.ts";

type Event = Operations["GET /v1/events/{id}"]["answer"];
type Matter = { readonly text: string; readonly more: string; readonly href: string };

/** The most that a list answers at once: beyond it the number is only a least. */
const MOST = 100;

export function Attention({ events }: { readonly events: readonly Event[] }) {
  const { home } = texts();
  const seesOrders = may("order.read");
  const unpaid = useRead(
    "GET /v1/orders",
    { query: { status: "reserved", limit: MOST } },
    { isOff: !seesOrders, everyMs: 30_000 },
  );
  const unpaidCount = seesOrders ? (unpaid.answer?.body.data.length ?? 0) : 0;
  const isMore = unpaid.answer?.body.next_cursor !== null && unpaidCount === MOST;
  const matters: readonly Matter[] = [
    ...(unpaidCount > 0
      ? [
          {
            text: home.unpaid(count(unpaidCount) + (isMore ? "+" : "")),
            more: home.unpaidMore,
            href: "/console/orders?status=reserved",
          },
        ]
      : []),
    ...events.filter((event) => event.status === "published" && isOverdue(event)).map(overdue),
    ...(may("event.write") ? events.filter(({ status }) => status === "draft").map(unfinished) : []),
  ];
  if (matters.length === 0) return null;
  return (
    <section class="attention stack stack-tight" aria-labelledby="attention">
      <h2 id="attention" class="small-heading">
        {home.attention}
      </h2>
      <ul class="plain">
        {matters.map(({ text, more, href }) => (
          <li key={href}>
            <a href={href} class="matter">
              <span class="strong">{text}</span>
              <span class="small muted">{more}</span>
            </a>
          </li>
        ))}
      </ul>
    </section>
  );
}

const isOverdue = ({ start_time }: Event): boolean => Date.parse(start_time) < Date.now();

function overdue({ id, name }: Event): Matter {
  const { home } = texts();
  return { text: home.over(name), more: home.overMore, href: `/console/events/${id}` };
}

function unfinished({ id, name }: Event): Matter {
  const { home } = texts();
  return { text: home.draft(name), more: home.draftMore, href: `/console/events/${id}/setup` };
}
