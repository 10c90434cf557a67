// The organisation: its name, what it says of itself, and its colour.

import type { Operations } from "../../../client/client.ts";
import { ask, bodyOf, etagOf } from "../data/api.ts";
import { readAnew, useRead } from "../data/asking.ts";
import { say } from "../data/going.ts";
import { texts } from "../data/language.ts";
import { readSession } from "../data/session.ts";
import type { Spec } from "../decisions/form-fields.ts";
import { EditForm } from "../parts/edit-form.tsx";
import { Loaded } from "../parts/loaded.tsx";
import { Screen } from "../parts/screen.tsx";

type Change = Operations["PATCH /v1/organization"]["ask"]["body"];

const SPECS: readonly Spec[] = [
  { name: "name", kind: "line" },
  { name: "description", kind: "lines", isOptional: true },
  { name: "accent_color", kind: "colour", isOptional: true },
];

export function OrganizationScreen() {
  const t = texts();
  const { organization } = t.house;
  const read = useRead("GET /v1/organization", {});
  return (
    <Screen title={organization.title}>
      <Loaded read={read}>
        {({ body }) => (
          <>
            <section class="card stack" aria-label={organization.about}>
              <EditForm
                key={body.version}
                id={`change-${body.id}`}
                specs={SPECS}
                base={{ values: body, etag: etagOf(body) }}
                write={(changes, ifMatch) => ask("PATCH /v1/organization", { ifMatch, body: bodyOf<Change>(changes) })}
                readNow={async () => {
                  const now = await ask("GET /v1/organization", {});
                  return now.ok ? { values: now.body, etag: etagOf(now.body) } : null;
                }}
                saved={(isChanged) => {
                  void readAnew("GET /v1/organization");
                  void readSession();
                  say(isChanged ? organization.saved : t.form.nothing, isChanged ? "good" : "plain");
                }}
              />
            </section>
            <p>
              <a href={`/o/${body.slug}`}>{organization.page}</a>
            </p>
          </>
        )}
      </Loaded>
    </Screen>
  );
}
