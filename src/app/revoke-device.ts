// Revokes a device: refused everywhere 5 s later at the latest (rule P2). It may be revoked again, which changes nothing.

import { readDevice, revokeDeviceRow } from "../db/devices.ts";
import type { Refusal } from "../domain/errors.ts";
import type { DeviceId } from "../domain/ids.ts";
import { can, type Organiser } from "../domain/policy.ts";
import { accept, assert, refuse, type Result } from "../domain/result.ts";
import { auditOf } from "./audit-of.ts";
import type { Context } from "./context.ts";
import { endFollowing } from "./end-following.ts";

export async function revokeDevice(context: Context<Organiser>, id: DeviceId): Promise<Result<null, Refusal>> {
  const { actor, db } = context;
  const { organizationId } = actor;
  assert(can(actor, "device.manage"), "the route has checked the permission");
  const audit = auditOf(context, {
    organizationId,
    action: "device.revoke",
    resourceKind: "device",
    resourceId: id,
    changes: { revoked: true },
  });
  const revoked = await endFollowing(context, organizationId, () => revokeDeviceRow(db, id, audit));
  return revoked || (await readDevice(db, organizationId, id)) ? accept(null) : refuse({ code: "not_found" });
}
