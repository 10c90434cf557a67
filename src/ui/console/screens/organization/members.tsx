// Shows the team: the members with their roles, and the invitations.

import { useState } from "preact/hooks";
import type { Operations, Problem } from "../../../../client/client.ts";
import type { Role } from "../../../../domain/people/policy.ts";
import { callApi, bodyOf, etagOf } from "../../data/api.ts";
import { readAgain, usePages } from "../../data/queries.ts";
import { announce } from "../../data/navigation.ts";
import { texts } from "../../language.ts";
import { sessionState } from "../../data/session.ts";
import { rolesToGive } from "../../decisions/roles.ts";
import type { Spec } from "../../decisions/form-fields.ts";
import { ButtonWithQuestion, type Question } from "../../parts/forms/confirm.tsx";
import { CreateForm } from "../../parts/forms/create-form.tsx";
import { Loaded } from "../../parts/loaded.tsx";
import { More } from "../../parts/more.tsx";
import { Screen } from "../../parts/screen.tsx";
import { refusal, shortWhen } from "../../parts/format.ts";

type Member = Operations["GET /v1/members/{id}"]["answer"];
type Invitation = Operations["GET /v1/invitations"]["answer"]["data"][number];
type InvitationInput = Operations["POST /v1/invitations"]["ask"]["body"];

export function Members() {
  const t = texts().house.members;
  const now = sessionState.value;
  const own = now.kind === "in" ? now.me.id : "";
  const roles = now.kind === "in" ? rolesToGive({ id: own, organizationId: "", role: now.me.role }) : [];
  const members = usePages("GET /v1/members", { query: { limit: 50 } });
  return (
    <Screen title={t.title}>
      <section class="card stack" aria-label={t.title}>
        <Loaded read={members}>
          {() => (
            <>
              <ul class="plain lines">
                {members.rows?.map((member) => (
                  <OneMember key={member.id} member={member} roles={roles} isOwn={member.user_id === own} />
                ))}
              </ul>
              <More more={members.more} />
            </>
          )}
        </Loaded>
      </section>
      <Invite roles={roles} />
      <Invitations />
    </Screen>
  );
}

type MemberProps = { readonly member: Member; readonly roles: readonly Role[]; readonly isOwn: boolean };

function OneMember({ member, roles, isOwn }: MemberProps) {
  const t = texts();
  const { members } = t.house;
  const mayChange = !isOwn && roles.includes(member.role);
  return (
    <li class="row row-apart">
      <span>
        <span class="strong">{member.name}</span> {isOwn && <span class="tag">{members.you}</span>}
        <br />
        <span class="small muted">
          {member.email} · {members.since(shortWhen(member.created_at))}
        </span>
      </span>
      {mayChange ? (
        <span class="row">
          <span class="tag">{t.roles[member.role]}</span>
          <ChangeRole member={member} roles={roles} />
          <ButtonWithQuestion kind="link" label={members.remove} question={removing(member)} />
        </span>
      ) : (
        <span class="tag">{t.roles[member.role]}</span>
      )}
    </li>
  );
}

/** In a dialog, and not at once by a list of choices: the arrow keys walk through such a list without choosing. */
function ChangeRole({ member, roles }: { readonly member: Member; readonly roles: readonly Role[] }) {
  const t = texts();
  const { members } = t.house;
  const [role, setRole] = useState(member.role);
  const choices = (
    <fieldset class="stack stack-tight">
      <legend class="unseen">{members.changeRole}</legend>
      {roles.map((each) => (
        <label class="row" key={each}>
          <input type="radio" name={`role-${member.id}`} checked={each === role} onChange={() => setRole(each)} />
          <span>{t.choices.role[each]}</span>
        </label>
      ))}
    </fieldset>
  );
  const act = async (): Promise<Problem | null> => {
    if (role === member.role) return null;
    const changed = await callApi("PATCH /v1/members/{id}", { id: member.id, ifMatch: etagOf(member), body: { role } });
    await readAgain("GET /v1/members");
    if (!changed.ok) return changed.problem;
    announce(members.roleChanged);
    return null;
  };
  const title = `${members.changeRole}: ${member.name}`;
  return (
    <ButtonWithQuestion kind="link" label={t.form.edit} question={{ title, does: choices, button: t.form.save, act }} />
  );
}

function removing({ id, name }: Member): Question {
  const { members } = texts().house;
  return {
    title: `${members.remove}: ${name}`,
    does: members.removeMore(name),
    button: members.remove,
    isDanger: true,
    act: async () => {
      const removed = await callApi("DELETE /v1/members/{id}", { id });
      if (!removed.ok) return removed.problem;
      await readAgain("GET /v1/members");
      announce(members.removed);
      return null;
    },
  };
}

function Invite({ roles }: { readonly roles: readonly Role[] }) {
  const t = texts();
  const { members } = t.house;
  const specs: readonly Spec[] = [
    { name: "email", kind: "email" },
    { name: "role", kind: "choice", choices: roles.map((role): [string, string] => [role, t.choices.role[role]]) },
  ];
  return (
    <section class="card stack" aria-labelledby="invite">
      <h2 id="invite">{members.invite}</h2>
      <p class="muted">{members.inviteLead}</p>
      <CreateForm
        id="invitation"
        specs={specs}
        initial={{ role: "staff" }}
        button={members.send}
        create={(values, idempotencyKey) =>
          callApi("POST /v1/invitations", { idempotencyKey, body: bodyOf<InvitationInput>(values) })
        }
        made={({ body }) => {
          void readAgain("GET /v1/invitations");
          announce(members.invited(body.email));
        }}
      />
    </section>
  );
}

function Invitations() {
  const t = texts();
  const { members } = t.house;
  const open = usePages("GET /v1/invitations", { query: { limit: 50 } });
  return (
    <section class="stack" aria-labelledby="open">
      <h2 id="open">{members.open}</h2>
      <Loaded read={open}>
        {() =>
          open.rows?.length === 0 ? (
            <p class="muted">{members.noneOpen}</p>
          ) : (
            <ul class="plain lines card card-quiet">
              {open.rows?.map((invitation) => (
                <li class="row row-apart" key={invitation.id}>
                  <span>
                    <span class="strong">{invitation.email}</span>{" "}
                    <span class="small muted">
                      · {t.roles[invitation.role]} · {members.until(shortWhen(invitation.expires_at))}
                    </span>
                  </span>
                  <Withdraw invitation={invitation} />
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
      <More more={open.more} />
    </section>
  );
}

function Withdraw({ invitation }: { readonly invitation: Invitation }) {
  const { members } = texts().house;
  const withdraw = async (): Promise<void> => {
    const withdrawn = await callApi("DELETE /v1/invitations/{id}", { id: invitation.id });
    await readAgain("GET /v1/invitations");
    if (withdrawn.ok) announce(members.withdrawn);
    else announce(refusal(withdrawn.problem), "bad");
  };
  return (
    <button type="button" class="button-link small" onClick={() => void withdraw()}>
      {members.withdraw}
      <span class="unseen"> {invitation.email}</span>
    </button>
  );
}
