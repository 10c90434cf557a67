// Pairs a phone by a crew code (rule D22), which makes a device of it. There is no actor before that, so the audit row
// names the device itself.

import { pairedToken } from "../../auth/crew-codes.ts";
import { hashSecret } from "../../auth/secrets.ts";
import { findPairing, insertPaired } from "../../db/crew/crew-codes.ts";
import type { Device } from "../../db/crew/devices.ts";
import { crewDeviceEnd, type FoundCrewCode, isWithdrawn, explainNoDevice } from "../../domain/people/crew-code.ts";
import { type Refusal, UNAVAILABLE } from "../../domain/errors.ts";
import { accept, refuse, type Result } from "../../domain/result.ts";
import { auditOf } from "../audit-of.ts";
import { CHANGE_ATTEMPTS } from "../changed-fields.ts";
import { type Context, newId } from "../context.ts";

/** `pairingId`: 128 random bits that the phone has drawn, the same in each repeat. */
export type Pairing = { readonly code: string; readonly pairingId: string; readonly name: string };
export type Paired = { readonly device: Device; readonly secret: string; readonly replayed: boolean };

/** A repeat returns the same device, with its present name. Refused as `not_found` when there is no such code. */
export async function pairDevice(
  context: Pick<Context, "db" | "now" | "requestId">,
  { code, pairingId, name }: Pairing,
): Promise<Result<Paired, Refusal>> {
  const { db, now } = context;
  const secret = pairedToken(code, pairingId);
  const hashes = [hashSecret(code), hashSecret(secret)] as const;
  for (let attempt = 0; attempt < CHANGE_ATTEMPTS; attempt++) {
    const { code: found, device: pairedBefore } = await findPairing(db, ...hashes);
    if (!found) return refuse({ code: "not_found" });
    if (pairedBefore) {
      const refusal = explainRepeat(pairedBefore, found, now);
      return refusal ? refuse(refusal) : accept({ device: pairedBefore, secret, replayed: true });
    }
    const refusal = explainNoDevice(found, now);
    if (refusal) return refuse(refusal);
    const device = composeDevice(found, { name, token_hash: hashes[1], created_at: now });
    const { gate_id, event_id, crew_code_id } = device;
    const actor = { ...found, kind: "device", id: device.id } as const;
    const audit = auditOf(
      { ...context, actor },
      {
        organizationId: found.organizationId,
        action: "device.pair",
        resourceKind: "device",
        resourceId: device.id,
        changes: { name, gate_id, event_id, crew_code_id },
      },
    );
    if (await insertPaired(db, device, found, audit)) return accept({ device, secret, replayed: false });
  }
  return refuse(UNAVAILABLE);
}

/**
 * A repeat returns its device even if the code is now used up, expired or ended; refused only if the device may not be
 * used.
 */
function explainRepeat(device: Device, code: FoundCrewCode, now: number): Refusal | null {
  if (device.revoked_at !== null) return { code: "crew_code_refused", reason: "revoked" };
  return isWithdrawn(code, now) ? { code: "crew_code_refused", reason: "ended" } : null;
}

function composeDevice(
  { id: crew_code_id, organizationId, eventId, eventEnd, gateId, creatorId }: FoundCrewCode,
  own: Pick<Device, "name" | "token_hash" | "created_at">,
): Device {
  return {
    ...own,
    id: newId("dev"),
    organization_id: organizationId,
    gate_id: gateId,
    event_id: eventId,
    crew_code_id,
    creator_id: creatorId,
    expires_at: crewDeviceEnd(eventEnd),
    last_seen_at: null,
    revoked_at: null,
  };
}
