// Lists what happened to an order, oldest first, from the ledger of its home.

import type { Operations } from "../../../../client/client.ts";
import { useRead } from "../../data/queries.ts";
import { texts } from "../../language.ts";
import { FailedReads } from "../../parts/loaded.tsx";
import { shortWhen } from "../../parts/format.ts";
import type { Order } from "./order-words.ts";

type History = Operations["GET /v1/orders/{id}/history"]["answer"];

export function Timeline({ order, zone }: { readonly order: Order; readonly zone: string }) {
  const { order: t, history: called } = texts().sales;
  const history = useRead("GET /v1/orders/{id}/history", { id: order.id });
  return (
    <section class="stack" aria-labelledby="timeline">
      <h2 id="timeline">{t.timeline}</h2>
      {history.problem?.code === "not_found" ? <p class="muted">{t.noTimeline}</p> : <FailedReads reads={[history]} />}
      <ol class="timeline plain">
        {history.answer?.body.data.map((row) => (
          <li key={row.seq}>
            <span class="strong">
              {row.quantity > 0 && row.kind !== "contact" ? `${texts().tickets(row.quantity)} ` : ""}
              {called[row.kind]}
            </span>{" "}
            <span class="muted">{byWhom(row.actor)}</span>
            <br />
            <time class="small muted" dateTime={row.at}>
              {shortWhen(row.at, zone)}
            </time>
            <Reason history={history.answer?.body} seq={row.seq} />
          </li>
        ))}
      </ol>
    </section>
  );
}

function Reason({ history, seq }: { readonly history: History | undefined; readonly seq: number }) {
  const reason = history?.returns.find((each) => each.seq === seq)?.reason;
  return reason ? <p class="small">{texts().sales.history.reason(reason)}</p> : null;
}

function byWhom(actor: string): string {
  const { history: t } = texts().sales;
  if (actor.startsWith("shp_")) return t.byBuyer;
  if (actor.startsWith("usr_")) return t.byMember;
  if (actor.startsWith("key_")) return t.byKey;
  return t.bySystem;
}
