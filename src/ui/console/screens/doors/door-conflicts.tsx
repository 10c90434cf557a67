// Lists the conflicts of a door, newest first, until somebody has seen them.

import type { Operations } from "../../../../client/client.ts";
import { callApi } from "../../data/api.ts";
import { readAgain, usePages } from "../../data/queries.ts";
import { announce } from "../../data/navigation.ts";
import { texts } from "../../language.ts";
import { may } from "../../data/session.ts";
import { Loaded } from "../../parts/loaded.tsx";
import { More } from "../../parts/more.tsx";
import { refusal, shortWhen } from "../../parts/format.ts";
import type { GateNames } from "./door.tsx";

type Conflict = Operations["GET /v1/events/{id}/door/conflicts"]["answer"]["data"][number];
type Props = { readonly eventId: string; readonly names: GateNames; readonly zone: string };

export function Conflicts({ eventId, names, zone }: Props) {
  const t = texts().house.door;
  const conflicts = usePages(
    "GET /v1/events/{id}/door/conflicts",
    { id: eventId, query: { limit: 25 } },
    { everyMs: 30_000 },
  );
  return (
    <section class="card stack" aria-labelledby="conflicts">
      <h2 id="conflicts">{t.conflicts}</h2>
      <p class="muted">{t.conflictsLead}</p>
      <Loaded read={conflicts}>
        {() => (
          <>
            {conflicts.rows?.length === 0 && <p class="muted">{t.noConflicts}</p>}
            <ul class="plain lines">
              {conflicts.rows?.map((conflict) => (
                <OneConflict key={conflict.id} eventId={eventId} conflict={conflict} names={names} zone={zone} />
              ))}
            </ul>
            <More more={conflicts.more} />
          </>
        )}
      </Loaded>
    </section>
  );
}

function OneConflict({ eventId, conflict, names, zone }: Props & { readonly conflict: Conflict }) {
  const t = texts().house.door;
  const see = async (): Promise<void> => {
    const reply = await callApi("POST /v1/events/{id}/door/conflicts/{conflict_id}/seen", {
      id: eventId,
      conflict_id: conflict.id,
    });
    if (!reply.ok) return announce(refusal(reply.problem), "bad");
    await readAgain("GET /v1/events/{id}/door/conflicts");
  };
  return (
    <li class="row row-apart">
      <span>
        <span class="strong">{t.conflict[conflict.kind]}</span>{" "}
        <span class="small muted">
          · {conflict.serial !== null && `${conflict.serial} · `}
          {conflict.gate_id !== null && `${names.get(conflict.gate_id) ?? ""} · `}
          {shortWhen(conflict.at, zone)}
        </span>
      </span>
      {conflict.seen !== null && <span class="tag">{t.isSeen(shortWhen(conflict.seen.at, zone))}</span>}
      {conflict.seen === null && may("door.override") && (
        <button type="button" class="button-link small" onClick={() => void see()}>
          {t.seen}
        </button>
      )}
    </li>
  );
}
