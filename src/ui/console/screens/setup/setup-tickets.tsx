// Draws the third step: the ticket types of a draft.

import type { Operations } from "../../../../client/client.ts";
import { callApi, bodyOf, etagOf } from "../../data/api.ts";
import { readAgain } from "../../data/queries.ts";
import { type TicketType, useTypes } from "../../data/ticket-types.ts";
import { announce } from "../../data/navigation.ts";
import { texts } from "../../language.ts";
import { may } from "../../data/session.ts";
import { CreateForm } from "../../parts/forms/create-form.tsx";
import { Empty } from "../../parts/loaded.tsx";
import { count, money, refusal } from "../../parts/format.ts";
import { checkType, NEW_TYPE, SELDOM, typeSpecs } from "../../parts/forms/specs.ts";

type Event = Operations["GET /v1/events/{id}"]["answer"];
type TypeInput = Operations["POST /v1/events/{id}/ticket-types"]["ask"]["body"];

export function TicketsStep({ event, zone }: { readonly event: Event; readonly zone: string }) {
  const t = texts();
  const { setup } = t.event;
  const types = useTypes(event.id).rows ?? [];
  const used = types.reduce((sum, type) => sum + type.total_quantity, 0);
  return (
    <>
      {types.length === 0 ? (
        <Empty title={t.event.noTypes} lead={setup.noTypes} />
      ) : (
        <section class="card card-quiet stack">
          <ul class="plain lines">
            {types.map((type) => (
              <TypeLine key={type.id} type={type} />
            ))}
          </ul>
          <p class="small muted">{setup.addedOf(count(used), count(event.capacity))}</p>
        </section>
      )}
      <section class="card stack" aria-labelledby="add-type">
        <h2 id="add-type">{setup.addType}</h2>
        <NewType key={types.length} event={event} zone={zone} />
      </section>
      {types.length > 0 && (
        <p>
          <a class="button" href={`/console/events/${event.id}/setup/preview`}>
            {setup.toPreview}
          </a>
        </p>
      )}
    </>
  );
}

function TypeLine({ type }: { readonly type: TicketType }) {
  const t = texts();
  const remove = async (): Promise<void> => {
    const removed = await callApi("DELETE /v1/ticket-types/{id}", { id: type.id, ifMatch: etagOf(type) });
    await readAgain("GET /v1/events/{id}/ticket-types");
    if (removed.ok) announce(t.event.setup.removed(type.name));
    else announce(refusal(removed.problem), "bad");
  };
  return (
    <li class="row row-apart">
      <span>
        <span class="strong">{type.name}</span>
        <span class="muted">
          {" "}
          · {money(type.price, type.currency)} · {t.tickets(type.total_quantity)}
        </span>
      </span>
      {may("ticket_type.write") && (
        <button type="button" class="button-link small" onClick={() => void remove()}>
          {t.event.setup.remove}
          <span class="unseen"> {type.name}</span>
        </button>
      )}
    </li>
  );
}

/** Also where a ticket type is added to an event that sells. */
export function NewType({
  event,
  zone,
  cancel,
  made,
}: {
  readonly event: Event;
  readonly zone: string;
  readonly cancel?: () => void;
  readonly made?: () => void;
}) {
  const { setup, details, changed } = texts().event;
  const specs = typeSpecs();
  return (
    <CreateForm
      id={`type-${event.id}`}
      specs={specs}
      initial={NEW_TYPE}
      zone={zone}
      button={setup.add}
      more={{ title: details, fields: SELDOM }}
      check={checkType(specs)}
      create={(values, idempotencyKey) =>
        callApi("POST /v1/events/{id}/ticket-types", { id: event.id, idempotencyKey, body: bodyOf<TypeInput>(values) })
      }
      made={({ body }) => {
        announce(changed(body.name));
        void readAgain("GET /v1/events/{id}/ticket-types");
        made?.();
      }}
      {...(cancel && { cancel })}
    />
  );
}
