// Takes a membership away (rule P1, table P): the person's next request is refused, within 5 s everywhere.

import { isLastOwner, readIsStill, readMember, removeMember as removeMemberRow } from "../db/members.ts";
import type { Refusal } from "../domain/errors.ts";
import type { MemberId } from "../domain/ids.ts";
import { can, type Organiser } from "../domain/policy.ts";
import { accept, assert, refuse, type Result } from "../domain/result.ts";
import { auditOf } from "./audit-of.ts";
import { mayMake } from "./change-member.ts";
import { CHANGE_ATTEMPTS, TRY_AGAIN } from "./changed-fields.ts";
import type { Context } from "./context.ts";
import { endFollowing } from "./end-following.ts";

export async function removeMember(context: Context<Organiser>, id: MemberId): Promise<Result<null, Refusal>> {
  const { actor, db } = context;
  const { organizationId } = actor;
  assert(can(actor, "member.list"), "the route has checked the permission");
  for (let attempt = 0; attempt < CHANGE_ATTEMPTS; attempt++) {
    const member = await readMember(db, organizationId, id);
    if (!member) return refuse({ code: "not_found" });
    if (!mayMake(actor, member.role)) return refuse({ code: "forbidden" });
    const audit = auditOf(context, {
      organizationId,
      action: "member.remove",
      resourceKind: "member",
      resourceId: id,
      changes: { user_id: member.user_id, role: member.role, removed: true },
    });
    if (await endFollowing(context, organizationId, () => removeMemberRow(db, member, actor, audit)))
      return accept(null);
    if (!(await readIsStill(db, actor))) return refuse({ code: "forbidden" });
    if (member.role === "owner" && (await isLastOwner(db, member))) return refuse({ code: "last_owner" });
  }
  return refuse(TRY_AGAIN);
}
