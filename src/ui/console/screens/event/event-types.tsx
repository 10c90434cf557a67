// Lists the ticket types of an event: what is sold of each right now. Each is changed in its place.

import { useState } from "preact/hooks";
import type { Operations } from "../../../../client/client.ts";
import { callApi, bodyOf, etagOf } from "../../data/api.ts";
import { readAgain } from "../../data/queries.ts";
import { countsOf, type TicketType, type Types } from "../../data/ticket-types.ts";
import { announce } from "../../data/navigation.ts";
import { texts } from "../../language.ts";
import type { LiveEvent } from "../../data/live-event.ts";
import { may } from "../../data/session.ts";
import { EditForm } from "../../parts/forms/edit-form.tsx";
import { Empty, Loaded } from "../../parts/loaded.tsx";
import { Meter, MeterKey } from "../../parts/marks/meter.tsx";
import { count, money } from "../../parts/format.ts";
import { checkType, typeSpecs } from "../../parts/forms/specs.ts";
import { NewType } from "../setup/setup-tickets.tsx";

type Event = Operations["GET /v1/events/{id}"]["answer"];
type TypeChange = Operations["PATCH /v1/ticket-types/{id}"]["ask"]["body"];

type Props = {
  readonly event: Event;
  readonly zone: string;
  readonly types: Types;
  readonly live: LiveEvent;
  /** Whether the zone is known; without it nothing can be changed. */
  readonly isReady: boolean;
};

export function TicketTypes({ event, zone, types, live, isReady }: Props) {
  const t = texts();
  const mayWrite = isReady && may("ticket_type.write") && event.status !== "archived" && event.status !== "ended";
  return (
    <section class="card stack" aria-labelledby="types">
      <div class="row row-apart">
        <h2 id="types">{t.event.tickets}</h2>
        <MeterKey />
      </div>
      <Loaded read={types}>
        {() => (
          <>
            {types.rows?.length === 0 && <Empty title={t.event.noTypes} />}
            <ul class="plain lines">
              {types.rows?.map((type) => (
                <OneType key={type.id} type={type} zone={zone} live={live} mayWrite={mayWrite} />
              ))}
            </ul>
          </>
        )}
      </Loaded>
      {mayWrite && <AddType event={event} zone={zone} />}
    </section>
  );
}

type TypeProps = {
  readonly type: TicketType;
  readonly zone: string;
  readonly live: LiveEvent;
  readonly mayWrite: boolean;
};

function OneType({ type, zone, live, mayWrite }: TypeProps) {
  const t = texts();
  const [isOpen, setOpen] = useState(false);
  const counts = live.state.value?.ticketTypes.get(type.id) ?? countsOf(type);
  const isStale = live.liveness.value !== "live";
  return (
    <li class="type stack stack-tight">
      <div class="row row-apart">
        <span>
          <span class="strong">{type.name}</span> <span class="money">{money(type.price, type.currency)}</span>{" "}
          {type.status === "hidden" && <span class="tag">{t.event.hidden}</span>}
          {type.status !== "hidden" && counts.available === 0 && <span class="tag tag-warn">{t.event.soldOut}</span>}
        </span>
        {mayWrite && !isOpen && (
          <button type="button" class="button-link small" onClick={() => setOpen(true)}>
            {t.form.edit}
            <span class="unseen"> {type.name}</span>
          </button>
        )}
      </div>
      <div class={isStale ? "is-stale" : ""}>
        <Meter counts={counts} isQuiet />
        <p class="small numbers">
          {t.bar.of(count(counts.sold), count(counts.total))}
          <span class="muted">
            {" "}
            · {count(counts.held)} {t.bar.held.toLowerCase()} · {count(counts.available)} {t.bar.free.toLowerCase()}
          </span>
        </p>
      </div>
      {isOpen && <ChangeType type={type} zone={zone} close={() => setOpen(false)} />}
    </li>
  );
}

function ChangeType({ type, zone, close }: { readonly type: TicketType; readonly zone: string; close(): void }) {
  const t = texts();
  const specs = typeSpecs();
  const { id } = type;
  // `sold_out` follows from the counts: what can be chosen is whether the shop shows the type.
  const valuesOf = (row: TicketType) => ({ ...row, status: row.status === "hidden" ? "hidden" : "available" });
  return (
    <EditForm
      id={`change-${id}`}
      specs={specs}
      zone={zone}
      base={{ values: valuesOf(type), etag: etagOf(type) }}
      check={checkType(specs)}
      write={(changes, ifMatch) =>
        callApi("PATCH /v1/ticket-types/{id}", { id, ifMatch, body: bodyOf<TypeChange>(changes) })
      }
      readNow={async () => {
        const now = await callApi("GET /v1/ticket-types/{id}", { id });
        return now.ok ? { values: valuesOf(now.body), etag: etagOf(now.body) } : null;
      }}
      cancel={close}
      saved={(isChanged) => {
        void readAgain("GET /v1/events/{id}/ticket-types");
        announce(isChanged ? t.event.changed(type.name) : t.form.nothing, isChanged ? "good" : "plain");
        close();
      }}
    />
  );
}

function AddType({ event, zone }: { readonly event: Event; readonly zone: string }) {
  const [isOpen, setOpen] = useState(false);
  const { addType } = texts().event;
  if (!isOpen)
    return (
      <div>
        <button type="button" class="button-quiet" onClick={() => setOpen(true)}>
          {addType}
        </button>
      </div>
    );
  return (
    <div class="stack">
      <h3>{addType}</h3>
      <NewType event={event} zone={zone} cancel={() => setOpen(false)} made={() => setOpen(false)} />
    </div>
  );
}
