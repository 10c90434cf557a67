// Shows the audit log: who changed what, by their names, newest first, filtered by what was done.

import { useLocation } from "preact-iso";
import type { Operations } from "../../../../client/client.ts";
import { usePages, useReadOn } from "../../data/queries.ts";
import { go } from "../../data/navigation.ts";
import { may } from "../../data/session.ts";
import { texts } from "../../language.ts";
import { Empty, FailedReads, Loaded } from "../../parts/loaded.tsx";
import { More } from "../../parts/more.tsx";
import { Screen } from "../../parts/screen.tsx";
import { OWN_ZONE, shortWhen } from "../../parts/format.ts";

type Entry = Operations["GET /v1/audit-log"]["answer"]["data"][number];

export function Audit() {
  const t = texts();
  const { audit } = t.house;
  const { query } = useLocation();
  const action = query["action"];
  const entries = usePages("GET /v1/audit-log", { query: { limit: 50, ...(action && { action }) } });
  const { names, reads } = useActors();
  return (
    <Screen title={audit.title} lead={audit.lead(OWN_ZONE.replaceAll("_", " "))}>
      {action && (
        <p class="row">
          <span class="tag">{action}</span>
          <button type="button" class="button-link small" onClick={() => go("/console/log")}>
            {t.list.clear}
          </button>
        </p>
      )}
      <FailedReads reads={reads} />
      <Loaded read={entries}>
        {() =>
          entries.rows?.length === 0 ? (
            <Empty title={audit.none} />
          ) : (
            <div class="stack">
              <div class="table table-cards">
                <table>
                  <thead>
                    <tr>
                      <th scope="col">{audit.when}</th>
                      <th scope="col">{audit.who}</th>
                      <th scope="col">{audit.what}</th>
                      <th scope="col">{audit.details}</th>
                    </tr>
                  </thead>
                  <tbody>
                    {entries.rows?.map((entry) => (
                      <Row key={entry.id} entry={entry} name={names.get(entry.actor_id)} />
                    ))}
                  </tbody>
                </table>
              </div>
              <More more={entries.more} />
            </div>
          )
        }
      </Loaded>
    </Screen>
  );
}

/** The names of members and keys, by the ids that the log has. */
function useActors() {
  const members = usePages("GET /v1/members", { query: { limit: 100 } }, { isOff: !may("member.list") });
  const keys = usePages("GET /v1/api-keys", { query: { limit: 100 } }, { isOff: !may("api_key.manage") });
  const reads = [useReadOn(members, true), useReadOn(keys, true)] as const;
  const people = members.rows?.map(({ user_id, name }) => [user_id, name] as const) ?? [];
  const programs = keys.rows?.map(({ id, name }) => [id, name] as const) ?? [];
  return { names: new Map([...people, ...programs]), reads };
}

/** `name`: the name of the actor, if it is known. */
function Row({ entry, name }: { readonly entry: Entry; readonly name: string | undefined }) {
  const { audit } = texts().house;
  const kinds: Readonly<Record<string, string>> = audit.actor;
  return (
    <tr>
      <td class="small">{shortWhen(entry.created_at)}</td>
      <td class="small" data-label={audit.who}>
        <span>
          {name !== undefined && (
            <>
              <span class="breaks">{name}</span>
              <br />
            </>
          )}
          <span class={name === undefined ? "" : "muted"}>{kinds[entry.actor_kind] ?? entry.actor_kind}</span>
        </span>
      </td>
      <td data-label={audit.what}>
        <span>
          <a href={`/console/log?action=${encodeURIComponent(entry.action)}`}>
            <code>{entry.action}</code>
          </a>
          <br />
          <span class="small muted code">{entry.resource_id}</span>
        </span>
      </td>
      <td class="small" data-label={audit.details}>
        <Changes changes={entry.changes} />
      </td>
    </tr>
  );
}

/** The API's fields as they were written; they are not translated. */
function Changes({ changes }: { readonly changes: Entry["changes"] }) {
  const fields = Object.entries(changes);
  if (fields.length === 0) return null;
  return (
    <details>
      <summary>{texts().house.audit.fields(fields.length)}</summary>
      <dl class="facts small">
        {fields.map(([name, value]) => (
          <>
            <dt>{name}</dt>
            <dd class="code">{JSON.stringify(value)}</dd>
          </>
        ))}
      </dl>
    </details>
  );
}
