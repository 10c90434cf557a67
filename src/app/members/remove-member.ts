// Removes a membership (rule P1, table P), with the API keys, devices, crew codes and invitations that depend on it (rule
// P2). Within 5 s, every request of the person and of these keys and devices is refused everywhere.

import {
  type MadeCredentials,
  isLastOwner,
  readMadeCredentials,
  readIsStill,
  readMember,
  removeMember as removeMemberRow,
} from "../../db/members/members.ts";
import { type Refusal, UNAVAILABLE } from "../../domain/errors.ts";
import type { MemberId } from "../../domain/ids.ts";
import { can, type Organiser } from "../../domain/people/policy.ts";
import { accept, assert, refuse, type Result } from "../../domain/result.ts";
import { auditOf } from "../audit-of.ts";
import { mayManageRole } from "./change-member.ts";
import { CHANGE_ATTEMPTS } from "../changed-fields.ts";
import type { Context } from "../context.ts";
import { auditOfRevocation } from "../credentials/revoke-credential.ts";
import { revokeSockets } from "../credentials/revoke-sockets.ts";

/** Returns what was revoked with it. */
export async function removeMember(
  context: Context<Organiser>,
  id: MemberId,
): Promise<Result<MadeCredentials, Refusal>> {
  const { actor, db, now } = context;
  const { organizationId } = actor;
  assert(can(actor, "member.list"), "the route has checked the permission");
  for (let attempt = 0; attempt < CHANGE_ATTEMPTS; attempt++) {
    const member = await readMember(db, organizationId, id);
    if (!member) return refuse({ code: "not_found" });
    if (!mayManageRole(actor, member.role)) return refuse({ code: "forbidden" });
    const audit = auditOf(context, {
      organizationId,
      action: "member.remove",
      resourceKind: "member",
      resourceId: id,
      changes: { user_id: member.user_id, role: member.role, removed: true },
    });
    const credentials = await readMadeCredentials(db, member);
    const revocations = revocationsOf(context, credentials);
    const remove = () => removeMemberRow(db, member, credentials, actor, audit, revocations);
    if (await revokeSockets(context, organizationId, remove)) return accept(revokedAt(credentials, now));
    if (!(await readIsStill(db, actor))) return refuse({ code: "forbidden" });
    if (member.role === "owner" && (await isLastOwner(db, member))) return refuse({ code: "last_owner" });
  }
  return refuse(UNAVAILABLE);
}

function revocationsOf(context: Context<Organiser>, { keys, devices, crewCodes }: MadeCredentials) {
  const { organizationId } = context.actor;
  const end = (resourceId: string) =>
    auditOf(context, {
      organizationId,
      action: "crew_code.end",
      resourceKind: "crew_code",
      resourceId,
      changes: { ended: true, devices_revoked: true },
    });
  return [
    ...keys.map(({ id }) => auditOfRevocation(context, "api_key", id)),
    ...devices.map(({ id }) => auditOfRevocation(context, "device", id)),
    ...crewCodes.map(({ id }) => end(id)),
  ];
}

function revokedAt({ keys, devices, crewCodes }: MadeCredentials, at: number): MadeCredentials {
  return {
    crewCodes: crewCodes.map((code) => ({ ...code, ended_at: code.ended_at ?? at })),
    keys: keys.map((key) => ({ ...key, revoked_at: at })),
    devices: devices.map((device) => ({ ...device, revoked_at: at })),
  };
}
