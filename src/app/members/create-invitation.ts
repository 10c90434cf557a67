// Invites somebody by e-mail into the actor's organisation. The mail contains the invitation's id, so only those who manage
// members may see it. The audit log, which more may read, names an invitation by its address instead, which has one open
// invitation at a time.

import { invite } from "../../auth/people/mail-texts.ts";
import type { Mailer } from "../../auth/mailer.ts";
import {
  hasManyInvitations,
  insertInvitation,
  type Invitation,
  isInvited,
  readInvitation,
} from "../../db/members/invitations.ts";
import { isMember, readIsStill } from "../../db/members/members.ts";
import { readOrganization } from "../../db/organizations/organizations.ts";
import type { Refusal } from "../../domain/errors.ts";
import { parseId } from "../../domain/ids.ts";
import { INVITATION_MS } from "../../domain/limits.ts";
import { can, type Organiser, type Role } from "../../domain/people/policy.ts";
import { assert, must, refuse, type Result } from "../../domain/result.ts";
import { mayManageRole } from "./change-member.ts";
import { type Context, newId } from "../context.ts";
import { type Created, createOnce } from "../create-once.ts";

/** `email` in lower case. */
export type NewInvitation = { readonly email: string; readonly role: Role };
/** How the invitation is sent: by a mail with the link `linkFor`. */
export type Post = { readonly mailer: Mailer; readonly linkFor: (invitation: Invitation) => string };

export async function createInvitation(
  context: Context<Organiser>,
  input: NewInvitation,
  idempotencyKey: string | null,
  { mailer, linkFor }: Post,
): Promise<Result<Created<Invitation>, Refusal>> {
  const { actor, db, now, waitUntil } = context;
  const { organizationId } = actor;
  assert(can(actor, "member.list"), "the route has checked the permission");
  if (actor.kind !== "user" || !mayManageRole(actor, input.role)) return refuse({ code: "forbidden" });
  const inviterId = actor.id;
  const created = await createOnce(context, idempotencyKey, {
    kind: "invitation",
    auditedAs: input.email,
    route: "POST /v1/invitations",
    input,
    compose: (): Invitation => ({
      id: newId("inv"),
      organization_id: organizationId,
      ...input,
      inviter_id: inviterId,
      expires_at: now + INVITATION_MS,
      created_at: now,
    }),
    insert: (invitation, provenance) => insertInvitation(db, invitation, actor, provenance),
    obstacles: async () => {
      const organization = await readOrganization(db, organizationId);
      return { found: true, suspended: organization?.status !== "active", conflict: await conflictOf(context, input) };
    },
    read: async (id) => {
      const invitation = await readInvitation(db, must(parseId("inv", id), "we wrote the id"), now);
      return invitation?.organization_id === organizationId ? invitation : null;
    },
  });
  if (created.ok && !created.value.replayed) waitUntil(mailInvitation(created.value.row));
  return created;

  async function mailInvitation(invitation: Invitation): Promise<void> {
    const { name } = must(await readOrganization(db, organizationId), "an organisation is never deleted");
    const mail = invite(invitation.email, name, invitation.role, linkFor(invitation));
    await mailer({ ...mail, restsOn: invitation.id });
  }
}

async function conflictOf({ actor, db, now }: Context<Organiser>, { email }: NewInvitation): Promise<Refusal | null> {
  const { organizationId } = actor;
  if (!(await readIsStill(db, actor))) return { code: "forbidden" };
  if (await isMember(db, organizationId, email)) return { code: "already_member" };
  if (await isInvited(db, organizationId, email, now)) return { code: "already_invited" };
  const many = await hasManyInvitations(db, organizationId, now);
  return many ? { code: "rate_limited", retryAfterSeconds: 60 * 60 } : null;
}
