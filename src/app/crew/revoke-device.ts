// Revokes a device, which is then refused everywhere within 5 s (rule P2). Revoking it again changes nothing.

import type { Audit } from "../../db/audit/audit.ts";
import { readDevice, revokeDeviceRow } from "../../db/crew/devices.ts";
import type { Refusal } from "../../domain/errors.ts";
import type { DeviceId } from "../../domain/ids.ts";
import { can, lacking, type Organiser } from "../../domain/people/policy.ts";
import { accept, assert, refuse, type Result } from "../../domain/result.ts";
import type { Context } from "../context.ts";
import { revokeCredential } from "../credentials/revoke-credential.ts";

/** Refused as `forbidden` when the device was made at a gate, and the actor may manage only crew. */
export async function revokeDevice(context: Context<Organiser>, id: DeviceId): Promise<Result<null, Refusal>> {
  const { actor, db } = context;
  const { organizationId } = actor;
  assert(can(actor, "crew_device.manage"), "the route has checked the permission");
  const pairedOnly = !can(actor, "device.manage");
  const write = (audit: Audit) => revokeDeviceRow(db, id, pairedOnly, audit);
  if (await revokeCredential(context, { kind: "device", id }, write)) return accept(null);
  const device = await readDevice(db, organizationId, id);
  if (!device) return refuse({ code: "not_found" });
  const permissions = pairedOnly && device.crew_code_id === null ? lacking(actor, "device.manage") : null;
  return permissions ? refuse({ code: "forbidden", permissions }) : accept(null);
}
