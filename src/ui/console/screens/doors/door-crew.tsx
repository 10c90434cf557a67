// Makes the codes by which phones of the crew become scanners, shows each once as a QR, and ends them.

import { useState } from "preact/hooks";
import { encode } from "uqr";
import type { Operations } from "../../../../client/client.ts";
import { callApi, bodyOf } from "../../data/api.ts";
import { readAgain, usePages } from "../../data/queries.ts";
import { announce } from "../../data/navigation.ts";
import { texts } from "../../language.ts";
import { ButtonWithQuestion, type Question } from "../../parts/forms/confirm.tsx";
import { CreateForm } from "../../parts/forms/create-form.tsx";
import { Loaded } from "../../parts/loaded.tsx";
import { More } from "../../parts/more.tsx";
import { Qr } from "../../parts/marks/qr.tsx";
import { shortWhen } from "../../parts/format.ts";
import type { Spec } from "../../decisions/form-fields.ts";
import type { GateNames } from "./door.tsx";

type CrewCode = Operations["GET /v1/events/{id}/crew-codes"]["answer"]["data"][number];
type CrewCodeInput = Operations["POST /v1/events/{id}/crew-codes"]["ask"]["body"];
type Props = { readonly eventId: string; readonly names: GateNames; readonly zone: string };

export function CrewCodes({ eventId, names, zone }: Props) {
  const t = texts().house.door;
  const codes = usePages("GET /v1/events/{id}/crew-codes", { id: eventId, query: { limit: 50 } });
  const [made, setMade] = useState<string | null>(null);
  return (
    <section class="card stack" aria-labelledby="crew">
      <h2 id="crew">{t.crew}</h2>
      <p class="muted">{t.crewLead}</p>
      {made !== null && <Made secret={made} />}
      <Loaded read={codes}>
        {() =>
          codes.rows?.length === 0 ? (
            <p class="muted">{t.noCrew}</p>
          ) : (
            <ul class="plain lines">
              {codes.rows?.map((code) => (
                <OneCode key={code.id} code={code} names={names} zone={zone} />
              ))}
            </ul>
          )
        }
      </Loaded>
      <More more={codes.more} />
      <MakeCode eventId={eventId} names={names} zone={zone} made={setMade} />
    </section>
  );
}

/** Error correction M, as all our codes that cameras read. */
function Made({ secret }: { readonly secret: string }) {
  const t = texts().house.door;
  return (
    <div class="notice notice-good stack crew-made" role="status">
      <p class="strong">{t.crewMade}</p>
      <Qr rows={encode(secret, { ecc: "M", border: 4 }).data} alt={t.crewMade} />
      <p class="small">
        {t.crewAs}: <span class="code">{secret}</span>
      </p>
    </div>
  );
}

type OneProps = { readonly code: CrewCode; readonly names: GateNames; readonly zone: string };

function OneCode({ code, names, zone }: OneProps) {
  const t = texts().house.door;
  const isOver = code.ended_at !== null || Date.parse(code.expires_at) < Date.now();
  return (
    <li class="row row-apart">
      <span>
        <span class="strong">{code.gate_id === null ? t.anyGate : (names.get(code.gate_id) ?? t.gate)}</span>{" "}
        <span class="muted">
          · {t.left(code.uses_left, code.uses)} · {t.until(shortWhen(code.expires_at, zone))}
        </span>
      </span>
      {isOver ? (
        <span class="tag">{t.over}</span>
      ) : (
        <ButtonWithQuestion kind="link" label={t.crewEnd} question={ending(code)} />
      )}
    </li>
  );
}

function ending({ id, event_id }: CrewCode): Question {
  const t = texts().house.door;
  return {
    title: t.crewEnd,
    does: t.crewEndMore,
    button: t.crewEnd,
    isDanger: true,
    act: async () => {
      const ended = await callApi("DELETE /v1/events/{id}/crew-codes/{crew_code_id}", {
        id: event_id,
        crew_code_id: id,
      });
      if (!ended.ok) return ended.problem;
      await readAgain("GET /v1/events/{id}/crew-codes");
      announce(t.crewEnded);
      return null;
    },
  };
}

function MakeCode({ eventId, names, zone, made }: Props & { readonly made: (secret: string | null) => void }) {
  const t = texts().house.door;
  const specs: readonly Spec[] = [
    { name: "uses", kind: "whole" },
    { name: "gate", wire: "gate_id", kind: "choice", isOptional: true, choices: [["", t.anyGate], ...names] },
  ];
  return (
    <details>
      <summary>{t.crewMake}</summary>
      <CreateForm
        id={`crew-${eventId}`}
        specs={specs}
        initial={{ uses: "5", gate: "" }}
        zone={zone}
        button={t.crewMake}
        create={(values, idempotencyKey) =>
          callApi("POST /v1/events/{id}/crew-codes", {
            id: eventId,
            idempotencyKey,
            body: bodyOf<CrewCodeInput>(values),
          })
        }
        made={({ body }) => {
          made(body.secret);
          void readAgain("GET /v1/events/{id}/crew-codes");
        }}
      />
    </details>
  );
}
