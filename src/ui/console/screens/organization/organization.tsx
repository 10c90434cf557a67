// Changes the organisation: its name, its description, its colour and its picture.

import type { Operations, Problem } from "../../../../client/client.ts";
import { callApi, bodyOf, etagOf } from "../../data/api.ts";
import { readAgain, useRead } from "../../data/queries.ts";
import { announce } from "../../data/navigation.ts";
import { texts } from "../../language.ts";
import { checkSession } from "../../data/session.ts";
import type { Spec } from "../../decisions/form-fields.ts";
import { EditForm } from "../../parts/forms/edit-form.tsx";
import { Loaded } from "../../parts/loaded.tsx";
import { Picture } from "../../parts/picture.tsx";
import { Screen } from "../../parts/screen.tsx";

type Change = Operations["PATCH /v1/organization"]["ask"]["body"];

const SPECS: readonly Spec[] = [
  { name: "name", kind: "line" },
  { name: "about", wire: "description", kind: "lines", isOptional: true },
  { name: "accent_color", kind: "colour", isOptional: true },
];

type Organization = Operations["GET /v1/organization"]["answer"];

function OrganizationPicture({ organization }: { readonly organization: Organization }) {
  const t = texts().house.picture;
  const ifMatch = etagOf(organization);
  const after = async (refused: Problem | null, text: string): Promise<Problem | null> => {
    await readAgain("GET /v1/organization");
    if (refused === null) announce(text);
    return refused;
  };
  return (
    <Picture
      image={organization.image}
      put={async (body, alt) => {
        const reply = await callApi("PUT /v1/organization/image", {
          ifMatch,
          body,
          ...(alt !== "" && { query: { alt } }),
        });
        return after(reply.ok ? null : reply.problem, t.done);
      }}
      remove={async () => {
        const removed = await callApi("DELETE /v1/organization/image", { ifMatch });
        return after(removed.ok ? null : removed.problem, t.removed);
      }}
    />
  );
}

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
                write={(changes, ifMatch) =>
                  callApi("PATCH /v1/organization", { ifMatch, body: bodyOf<Change>(changes) })
                }
                readNow={async () => {
                  const now = await callApi("GET /v1/organization", {});
                  return now.ok ? { values: now.body, etag: etagOf(now.body) } : null;
                }}
                saved={(isChanged) => {
                  void readAgain("GET /v1/organization");
                  void checkSession();
                  announce(isChanged ? organization.saved : t.form.nothing, isChanged ? "good" : "plain");
                }}
              />
            </section>
            <OrganizationPicture organization={body} />
            <p>
              <a href={`/o/${body.slug}`}>{organization.page}</a>
            </p>
          </>
        )}
      </Loaded>
    </Screen>
  );
}
