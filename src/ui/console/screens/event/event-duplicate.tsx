// Makes another event like this one, at another time: a draft, of which nothing was sold.

import { useState } from "preact/hooks";
import type { Operations } from "../../../../client/client.ts";
import { callApi, bodyOf } from "../../data/api.ts";
import { readAgain } from "../../data/queries.ts";
import { go } from "../../data/navigation.ts";
import { texts } from "../../language.ts";
import type { Spec } from "../../decisions/form-fields.ts";
import { CreateForm } from "../../parts/forms/create-form.tsx";

type Event = Operations["GET /v1/events/{id}"]["answer"];
type Input = Operations["POST /v1/events/{id}/duplicate"]["ask"]["body"];

const SPECS: readonly Spec[] = [
  { name: "name", kind: "line" },
  { name: "start_time", kind: "instant" },
];

export function Duplicate({ event, zone }: { readonly event: Event; readonly zone: string }) {
  const t = texts().event;
  const [isOpen, setOpen] = useState(false);
  if (!isOpen)
    return (
      <button type="button" class="button-quiet" onClick={() => setOpen(true)}>
        {t.duplicate}
      </button>
    );
  return (
    <section class="card stack whole" aria-labelledby="duplicate">
      <h2 id="duplicate">{t.duplicate}</h2>
      <p class="muted">{t.duplicateMore}</p>
      <CreateForm
        id={`duplicate-${event.id}`}
        specs={SPECS}
        initial={{ name: event.name }}
        zone={zone}
        button={t.setup.create}
        cancel={() => setOpen(false)}
        create={(values, idempotencyKey) =>
          callApi("POST /v1/events/{id}/duplicate", { id: event.id, idempotencyKey, body: bodyOf<Input>(values) })
        }
        made={({ body }) => {
          void readAgain("GET /v1/events");
          go(`/console/events/${body.id}/setup`);
        }}
      />
    </section>
  );
}
