// Withdraws an invitation that has not been accepted yet.

import { readInvitation, removeInvitation } from "../../db/members/invitations.ts";
import { readIsStill } from "../../db/members/members.ts";
import type { Refusal } from "../../domain/errors.ts";
import type { InvitationId } from "../../domain/ids.ts";
import { can, type Organiser } from "../../domain/people/policy.ts";
import { accept, assert, refuse, type Result } from "../../domain/result.ts";
import { auditOf } from "../audit-of.ts";
import { mayManageRole } from "./change-member.ts";
import type { Context } from "../context.ts";

export async function withdrawInvitation(
  context: Context<Organiser>,
  id: InvitationId,
): Promise<Result<null, Refusal>> {
  const { actor, db, now } = context;
  assert(can(actor, "member.list"), "the route has checked the permission");
  const invitation = await readInvitation(db, id, now);
  if (invitation?.organization_id !== actor.organizationId) return refuse({ code: "not_found" });
  if (!mayManageRole(actor, invitation.role)) return refuse({ code: "forbidden" });
  const audit = auditOf(context, {
    organizationId: actor.organizationId,
    action: "invitation.withdraw",
    resourceKind: "invitation",
    resourceId: invitation.email,
    changes: { email: invitation.email, withdrawn: true },
  });
  if (await removeInvitation(db, invitation, actor, audit)) return accept(null);
  return refuse({ code: (await readIsStill(db, actor)) ? "not_found" : "forbidden" });
}
