// Lists the tickets of a confirmed order, which can be taken back, reissued, blocked or unblocked here.

import type { Operations } from "../../../../client/client.ts";
import { useState } from "preact/hooks";
import { callApi } from "../../data/api.ts";
import { readAgain, useRead } from "../../data/queries.ts";
import { announce } from "../../data/navigation.ts";
import { forget, keyOf } from "../../data/form-storage.ts";
import { texts } from "../../language.ts";
import { may } from "../../data/session.ts";
import { ButtonWithQuestion, type Question } from "../../parts/forms/confirm.tsx";
import { Loaded } from "../../parts/loaded.tsx";
import { refusal } from "../../parts/format.ts";
import type { Names, Order } from "./order-words.ts";

type Ticket = Operations["GET /v1/tickets/{id}"]["answer"];

export function Tickets({ order, names }: { readonly order: Order; readonly names: Names }) {
  const { order: t } = texts().sales;
  const tickets = useRead("GET /v1/orders/{id}/tickets", { id: order.id });
  const who = order.contact?.name ?? t.someone;
  return (
    <section class="card stack" aria-labelledby="tickets">
      <h2 id="tickets">{t.tickets}</h2>
      <Loaded read={tickets}>
        {({ body }) => (
          <ul class="plain lines">
            {body.data.map((ticket) => (
              <OneTicket key={ticket.id} ticket={ticket} name={names.get(ticket.ticket_type_id)} who={who} />
            ))}
          </ul>
        )}
      </Loaded>
    </section>
  );
}

type Props = { readonly ticket: Ticket; readonly name: string | undefined; readonly who: string };

function OneTicket({ ticket, name, who }: Props) {
  const { order: t } = texts().sales;
  const isVoid = ticket.status === "void";
  return (
    <li class="row row-apart">
      <span>
        <span class="strong">{name ?? t.ticket(ticket.number)}</span> <span class="code small">{ticket.serial}</span>{" "}
        {isVoid && <span class="tag tag-bad">{t.isVoid}</span>}
        {!isVoid && ticket.blocked && <span class="tag tag-warn">{t.isBlocked}</span>}
        {ticket.generation > 1 && <span class="small muted"> · {t.generation(ticket.generation)}</span>}
      </span>
      {!isVoid && may("ticket.change") && <TicketActs ticket={ticket} who={who} />}
    </li>
  );
}

function TicketActs({ ticket, who }: { readonly ticket: Ticket; readonly who: string }) {
  const { order: t } = texts().sales;
  const [toStock, setToStock] = useState(true);
  const free = async (): Promise<void> => {
    const freed = await callApi("POST /v1/tickets/{id}/unblock", { id: ticket.id });
    if (freed.ok) done(t.unblocked);
    else announce(refusal(freed.problem), "bad");
  };
  return (
    <span class="row">
      {ticket.blocked ? (
        <button type="button" class="button-link small" onClick={() => void free()}>
          {t.unblock}
        </button>
      ) : (
        <>
          <ButtonWithQuestion kind="link" label={t.reissue} question={reissuing(ticket)} />
          <ButtonWithQuestion kind="link" label={t.block} question={blocking(ticket)} />
        </>
      )}
      <ButtonWithQuestion
        kind="link"
        label={t.void}
        question={{
          ...voiding(ticket, who, toStock),
          does: (
            <div class="stack">
              <p>{t.voidMore(ticket.serial, who)}</p>
              <label class="row">
                <input type="checkbox" checked={toStock} onChange={(e) => setToStock(e.currentTarget.checked)} />
                {t.toStock}
              </label>
            </div>
          ),
        }}
      />
    </span>
  );
}

function done(text: string): void {
  void readAgain("GET /v1/orders/{id}/tickets", "GET /v1/orders/{id}", "GET /v1/orders/{id}/history");
  announce(text);
}

function voiding(ticket: Ticket, who: string, toStock: boolean): Question {
  const { order: t } = texts().sales;
  const form = `void-${ticket.id}-${toStock ? "stock" : "gone"}`;
  return {
    title: `${t.void}: ${ticket.serial}`,
    does: t.voidMore(ticket.serial, who),
    button: t.void,
    isDanger: true,
    act: async () => {
      const body = { return_to_stock: toStock };
      const reply = await callApi("POST /v1/tickets/{id}/void", { id: ticket.id, idempotencyKey: keyOf(form), body });
      if (!reply.ok) return reply.problem;
      forget(form);
      done(t.voided);
      return null;
    },
  };
}

function reissuing(ticket: Ticket): Question {
  const { order: t } = texts().sales;
  const form = `reissue-${ticket.id}-${ticket.generation}`;
  return {
    title: `${t.reissue}: ${ticket.serial}`,
    does: t.reissueMore(ticket.serial),
    button: t.reissue,
    act: async () => {
      const made = await callApi("POST /v1/tickets/{id}/reissue", { id: ticket.id, idempotencyKey: keyOf(form) });
      if (!made.ok) return made.problem;
      forget(form);
      done(t.reissued);
      return null;
    },
  };
}

function blocking(ticket: Ticket): Question {
  const { order: t } = texts().sales;
  return {
    title: `${t.block}: ${ticket.serial}`,
    does: t.blockMore(ticket.serial),
    button: t.block,
    act: async () => {
      const stopped = await callApi("POST /v1/tickets/{id}/block", { id: ticket.id, body: {} });
      if (!stopped.ok) return stopped.problem;
      done(t.blocked);
      return null;
    },
  };
}
