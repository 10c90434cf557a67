// Makes a device for a gate (rule P2). Its token is in the response to the request that made it, and nowhere else.

import { hashSecret, secretFrom } from "../../auth/secrets.ts";
import { readApiKey } from "../../db/credentials/api-keys.ts";
import { type Device, insertDevice, readDevice } from "../../db/crew/devices.ts";
import { readGate } from "../../db/gates/gates.ts";
import { readOrganization } from "../../db/organizations/organizations.ts";
import type { Refusal } from "../../domain/errors.ts";
import { type GateId, parseId, type UserId } from "../../domain/ids.ts";
import { can, type Organiser } from "../../domain/people/policy.ts";
import { accept, assert, must, type Result } from "../../domain/result.ts";
import { type Context, newId } from "../context.ts";
import type { WithSecret } from "../credentials/create-api-key.ts";
import { createOnce } from "../create-once.ts";

export type NewDevice = { readonly name: string; readonly gate_id: GateId };

/** Refuses a gate that is not the organisation's as `unknown_reference`. */
export async function createDevice(
  context: Context<Organiser>,
  input: NewDevice,
  idempotencyKey: string | null,
): Promise<Result<WithSecret<Device>, Refusal>> {
  const { actor, db, now } = context;
  const { organizationId } = actor;
  assert(can(actor, "device.manage"), "the route has checked the permission");
  const creatorId = await creatorOf(context);
  const secret = secretFrom("vgd_", crypto.getRandomValues(new Uint8Array(32)));
  const created = await createOnce(context, idempotencyKey, {
    kind: "device",
    reference: "/gate_id",
    route: "POST /v1/devices",
    input,
    compose: (): Device => ({
      ...input,
      id: newId("dev"),
      organization_id: organizationId,
      crew_code_id: null,
      event_id: null,
      expires_at: null,
      token_hash: hashSecret(secret),
      creator_id: creatorId,
      last_seen_at: null,
      revoked_at: null,
      created_at: now,
    }),
    insert: (device, provenance) => insertDevice(db, device, provenance),
    obstacles: async () => {
      const [organization, gate] = await Promise.all([
        readOrganization(db, organizationId),
        readGate(db, actor, input.gate_id),
      ]);
      return { found: gate !== null, suspended: organization?.status !== "active", conflict: null };
    },
    read: (id) => readDevice(db, organizationId, must(parseId("dev", id), "we wrote the id")),
  });
  return created.ok ? accept({ ...created.value, secret: created.value.replayed ? null : secret }) : created;
}

/**
 * A device that a key makes belongs to the key's creator, so that replacing the key takes no scanner off its gate (rule
 * P2).
 */
export async function creatorOf({ actor, db }: Context<Organiser>): Promise<UserId | null> {
  if (actor.kind === "user") return actor.id;
  return (await readApiKey(db, actor.organizationId, actor.id))?.creator_id ?? null;
}
