// Revokes an API key, which is then refused everywhere within 5 s (rule P2). Revoking it again changes nothing.

import { readApiKey, revokeApiKeyRow } from "../../db/credentials/api-keys.ts";
import type { Refusal } from "../../domain/errors.ts";
import type { ApiKeyId } from "../../domain/ids.ts";
import { can, type Organiser } from "../../domain/people/policy.ts";
import { accept, assert, refuse, type Result } from "../../domain/result.ts";
import type { Context } from "../context.ts";
import { revokeCredential } from "./revoke-credential.ts";

export async function revokeApiKey(context: Context<Organiser>, id: ApiKeyId): Promise<Result<null, Refusal>> {
  const { actor, db } = context;
  const { organizationId } = actor;
  assert(can(actor, "api_key.manage"), "the route has checked the permission");
  const revoked = await revokeCredential(context, { kind: "api_key", id }, (audit) => revokeApiKeyRow(db, id, audit));
  return revoked || (await readApiKey(db, organizationId, id)) ? accept(null) : refuse({ code: "not_found" });
}
