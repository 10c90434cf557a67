// Makes an API key (rule P2). Its secret is in the response to the request that made it, and nowhere else.

import { hashSecret, secretFrom } from "../../auth/secrets.ts";
import { type ApiKey, insertApiKey, readApiKey } from "../../db/credentials/api-keys.ts";
import { readIsStill } from "../../db/members/members.ts";
import { readOrganization } from "../../db/organizations/organizations.ts";
import type { Refusal } from "../../domain/errors.ts";
import { parseId } from "../../domain/ids.ts";
import { can, grantable, type Organiser, type Permission } from "../../domain/people/policy.ts";
import { accept, assert, must, refuse, type Result } from "../../domain/result.ts";
import { type Context, newId } from "../context.ts";
import { type Created, createOnce } from "../create-once.ts";

/** `expires_at` is epoch ms; null for never. */
export type NewApiKey = {
  readonly name: string;
  readonly permissions: readonly Permission[];
  readonly expires_at: number | null;
};
/** `secret` is null when this is a repeat of the request that made it. */
export type WithSecret<Row> = Created<Row> & { readonly secret: string | null };

const FORBIDDEN: Refusal = { code: "forbidden" };
const OVER: Refusal = {
  code: "invalid_request",
  errors: [{ path: "/expires_at", message: "Not a time in the future" }],
};

/**
 * Whether the requested end is over. It does not matter to a repeat: the key of its first request may have expired since.
 */
function isOver({ expires_at: end }: NewApiKey, now: number): boolean {
  return end !== null && end <= now;
}

/** Permissions that the creator may not give are refused as `forbidden`. */
export async function createApiKey(
  context: Context<Organiser>,
  input: NewApiKey,
  idempotencyKey: string | null,
): Promise<Result<WithSecret<ApiKey>, Refusal>> {
  const { actor, db, now } = context;
  assert(can(actor, "api_key.manage"), "the route has checked the permission");
  const allowed = grantable(actor);
  if (!input.permissions.every((permission) => allowed.includes(permission))) return refuse(FORBIDDEN);
  const secret = secretFrom("vgk_", crypto.getRandomValues(new Uint8Array(32)));
  const created = await createOnce(context, idempotencyKey, {
    kind: "api_key",
    route: "POST /v1/api-keys",
    input,
    compose: (): ApiKey => ({
      id: newId("key"),
      organization_id: actor.organizationId,
      name: input.name,
      key_hash: hashSecret(secret),
      permissions: JSON.stringify(input.permissions),
      // Only a user can make keys, since no key has the permission.
      creator_id: actor.kind === "user" ? actor.id : null,
      expires_at: input.expires_at,
      last_used_at: null,
      revoked_at: null,
      created_at: now,
    }),
    insert: async (key, provenance) => !isOver(input, now) && insertApiKey(db, key, actor, provenance),
    obstacles: async () => {
      const organization = await readOrganization(db, actor.organizationId);
      const over = isOver(input, now) ? OVER : null;
      const conflict = (await readIsStill(db, actor)) ? over : FORBIDDEN;
      return { found: true, suspended: organization?.status !== "active", conflict };
    },
    read: (id) => readApiKey(db, actor.organizationId, must(parseId("key", id), "we wrote the id")),
  });
  return created.ok ? accept({ ...created.value, secret: created.value.replayed ? null : secret }) : created;
}
