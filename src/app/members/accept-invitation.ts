// Makes the person who is signed in a member, once, if the invitation is for their e-mail address. For others the
// invitation does not exist.

import { acceptInvitation as acceptRow, readInvitation } from "../../db/members/invitations.ts";
import { type Member, readMember } from "../../db/members/members.ts";
import { readOrganization } from "../../db/organizations/organizations.ts";
import type { Person } from "../../auth/people/sessions.ts";
import type { Refusal } from "../../domain/errors.ts";
import type { InvitationId } from "../../domain/ids.ts";
import { memberOf } from "../../domain/people/policy.ts";
import { accept, must, refuse, type Result } from "../../domain/result.ts";
import { auditOf } from "../audit-of.ts";
import { type Context, newId } from "../context.ts";

export async function acceptInvitation(
  { db, now, requestId }: Pick<Context, "db" | "now" | "requestId">,
  person: Person,
  id: InvitationId,
): Promise<Result<Member, Refusal>> {
  const invitation = await readInvitation(db, id, now);
  // Without a confirmed mailbox, anybody who typed the address could accept what was meant for its owner.
  if (!person.emailVerified || invitation?.email !== person.email) return refuse({ code: "not_found" });
  const { organization_id: organizationId, role } = invitation;
  const stamps = { created_at: now, updated_at: now, version: 1 };
  const member = { id: newId("mem"), organization_id: organizationId, user_id: person.id, role, ...stamps };
  const actor = memberOf(organizationId, person.id, role, person.sessionId);
  const audit = auditOf(
    { actor, requestId, now },
    {
      organizationId,
      action: "member.create",
      resourceKind: "member",
      resourceId: member.id,
      changes: { user_id: person.id, email: person.email, role },
    },
  );
  if (await acceptRow(db, invitation, member, person.sessionToken, audit))
    return accept(must(await readMember(db, organizationId, member.id), "it was written, and nobody knows its id yet"));
  const organization = await readOrganization(db, organizationId);
  return refuse({ code: organization?.status === "suspended" ? "organization_suspended" : "not_found" });
}
