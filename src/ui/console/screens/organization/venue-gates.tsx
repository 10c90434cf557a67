// Lists the gates of a venue, which are added, opened, closed, renamed and deleted here.

import { useState } from "preact/hooks";
import type { Operations } from "../../../../client/client.ts";
import { callApi, bodyOf, etagOf } from "../../data/api.ts";
import { readAgain, usePages } from "../../data/queries.ts";
import { announce } from "../../data/navigation.ts";
import { texts } from "../../language.ts";
import { may } from "../../data/session.ts";
import type { Venue } from "../../data/venues.ts";
import type { Spec } from "../../decisions/form-fields.ts";
import { ButtonWithQuestion, type Question } from "../../parts/forms/confirm.tsx";
import { CreateForm } from "../../parts/forms/create-form.tsx";
import { EditForm } from "../../parts/forms/edit-form.tsx";
import { Empty, Loaded } from "../../parts/loaded.tsx";
import { More } from "../../parts/more.tsx";
import { count } from "../../parts/format.ts";

type Gate = Operations["GET /v1/gates/{id}"]["answer"];
type GateInput = Operations["POST /v1/venues/{id}/gates"]["ask"]["body"];
type GateChange = Operations["PATCH /v1/gates/{id}"]["ask"]["body"];

function gateSpecs(): readonly Spec[] {
  const { gateStatus } = texts().choices;
  return [
    { name: "name", kind: "line" },
    { name: "gate_code", kind: "line" },
    { name: "gateCapacity", wire: "capacity", kind: "whole", isOptional: true },
    { name: "gateStatus", wire: "status", kind: "choice", choices: Object.entries(gateStatus) },
  ];
}

export function Gates({ venue }: { readonly venue: Venue }) {
  const t = texts().house.venues;
  const gates = usePages("GET /v1/venues/{id}/gates", { id: venue.id, query: { limit: 50 } });
  return (
    <section class="card stack" aria-labelledby="gates">
      <h2 id="gates">{t.gates}</h2>
      <p class="muted">{t.gatesLead}</p>
      <Loaded read={gates}>
        {() =>
          gates.rows?.length === 0 ? (
            <Empty title={t.noGates} />
          ) : (
            <ul class="plain lines">
              {gates.rows?.map((gate) => (
                <OneGate key={gate.id} gate={gate} />
              ))}
            </ul>
          )
        }
      </Loaded>
      <More more={gates.more} />
      {may("gate.write") && <AddGate venue={venue} />}
    </section>
  );
}

function OneGate({ gate }: { readonly gate: Gate }) {
  const t = texts();
  const [isOpen, setOpen] = useState(false);
  return (
    <li class="stack stack-tight">
      <div class="row row-apart">
        <span>
          <span class="strong">{gate.name}</span> <span class="code small">{gate.gate_code}</span>{" "}
          {gate.status === "closed" && <span class="tag">{t.choices.gateStatus.closed}</span>}
          {gate.capacity !== null && <span class="small muted"> · {count(gate.capacity)}</span>}
        </span>
        {may("gate.write") && !isOpen && (
          <span class="row">
            <button type="button" class="button-link small" onClick={() => setOpen(true)}>
              {t.form.edit}
              <span class="unseen"> {gate.name}</span>
            </button>
            <ButtonWithQuestion kind="link" label={t.house.venues.deleteGate} question={deleting(gate)} />
          </span>
        )}
      </div>
      {isOpen && <ChangeGate gate={gate} close={() => setOpen(false)} />}
    </li>
  );
}

function ChangeGate({ gate, close }: { readonly gate: Gate; close(): void }) {
  const t = texts();
  const { id } = gate;
  return (
    <EditForm
      id={`change-${id}`}
      specs={gateSpecs()}
      base={{ values: gate, etag: etagOf(gate) }}
      write={(changes, ifMatch) => callApi("PATCH /v1/gates/{id}", { id, ifMatch, body: bodyOf<GateChange>(changes) })}
      readNow={async () => {
        const now = await callApi("GET /v1/gates/{id}", { id });
        return now.ok ? { values: now.body, etag: etagOf(now.body) } : null;
      }}
      cancel={close}
      saved={(isChanged) => {
        void readAgain("GET /v1/venues/{id}/gates");
        announce(isChanged ? t.form.saved : t.form.nothing, isChanged ? "good" : "plain");
        close();
      }}
    />
  );
}

function deleting(gate: Gate): Question {
  const { venues } = texts().house;
  return {
    title: `${venues.deleteGate}: ${gate.name}`,
    does: venues.deleteGateMore(gate.name),
    button: venues.deleteGate,
    isDanger: true,
    act: async () => {
      const deleted = await callApi("DELETE /v1/gates/{id}", { id: gate.id, ifMatch: etagOf(gate) });
      if (!deleted.ok) return deleted.problem;
      await readAgain("GET /v1/venues/{id}/gates");
      announce(venues.done);
      return null;
    },
  };
}

function AddGate({ venue }: { readonly venue: Venue }) {
  const t = texts().house.venues;
  return (
    <details>
      <summary>{t.addGate}</summary>
      <CreateForm
        id={`gate-${venue.id}`}
        specs={gateSpecs()}
        initial={{ gateStatus: "open" }}
        button={t.addGate}
        create={(values, idempotencyKey) =>
          callApi("POST /v1/venues/{id}/gates", { id: venue.id, idempotencyKey, body: bodyOf<GateInput>(values) })
        }
        made={() => {
          void readAgain("GET /v1/venues/{id}/gates");
          announce(t.gateAdded);
        }}
      />
    </details>
  );
}
