// Changes the role of a member (rule P1, table P): admins neither make nor change owners.

import { isLastOwner, type Member, readIsStill, readMember, updateRole } from "../../db/members/members.ts";
import { type Refusal, UNAVAILABLE } from "../../domain/errors.ts";
import type { MemberId } from "../../domain/ids.ts";
import type { IfMatch } from "../../domain/if-match.ts";
import { can, type Organiser, type Role } from "../../domain/people/policy.ts";
import { accept, assert, refuse, type Result } from "../../domain/result.ts";
import { auditOf } from "../audit-of.ts";
import { CHANGE_ATTEMPTS, versionMismatch } from "../changed-fields.ts";
import type { Context } from "../context.ts";
import { revokeSockets } from "../credentials/revoke-sockets.ts";

export async function changeMember(
  context: Context<Organiser>,
  id: MemberId,
  { role }: { readonly role: Role },
  ifMatch: IfMatch,
): Promise<Result<Member, Refusal>> {
  const { actor, db, now } = context;
  const { organizationId } = actor;
  assert(can(actor, "member.list"), "the route has checked the permission");
  for (let attempt = 0; attempt < CHANGE_ATTEMPTS; attempt++) {
    const member = await readMember(db, organizationId, id);
    if (!member) return refuse({ code: "not_found" });
    if (!mayManageRole(actor, member.role) || !mayManageRole(actor, role)) return refuse({ code: "forbidden" });
    const stale = versionMismatch(ifMatch, member.version);
    if (stale) return refuse(stale);
    if (role === member.role) return accept(member);
    const audit = auditOf(context, {
      organizationId,
      action: "member.change",
      resourceKind: "member",
      resourceId: id,
      changes: { role },
    });
    if (await revokeSockets(context, organizationId, () => updateRole(db, member, role, actor, audit)))
      return accept({ ...member, role, version: member.version + 1, updated_at: now });
    if (!(await readIsStill(db, actor))) return refuse({ code: "forbidden" });
    if (member.role === "owner" && (await isLastOwner(db, member))) return refuse({ code: "last_owner" });
  }
  return refuse(UNAVAILABLE);
}

/** Whether the actor may manage somebody who has this role, or is to have it. */
export function mayManageRole(actor: Organiser, role: Role): boolean {
  return can(actor, "member.manage", { kind: "member", role });
}
