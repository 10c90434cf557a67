// Revokes an API key: refused everywhere 5 s later at the latest (rule P2). It may be revoked again, which changes nothing.

import { readApiKey, revokeApiKeyRow } from "../../db/credentials/api-keys.ts";
import type { Refusal } from "../../domain/errors.ts";
import type { ApiKeyId } from "../../domain/ids.ts";
import { can, type Organiser } from "../../domain/policy.ts";
import { accept, assert, refuse, type Result } from "../../domain/result.ts";
import { auditOf } from "../audit-of.ts";
import type { Context } from "../context.ts";
import { revokeSockets } from "./revoke-sockets.ts";

export async function revokeApiKey(context: Context<Organiser>, id: ApiKeyId): Promise<Result<null, Refusal>> {
  const { actor, db } = context;
  const { organizationId } = actor;
  assert(can(actor, "api_key.manage"), "the route has checked the permission");
  const audit = auditOf(context, {
    organizationId,
    action: "api_key.revoke",
    resourceKind: "api_key",
    resourceId: id,
    changes: { revoked: true },
  });
  const revoked = await revokeSockets(context, organizationId, () => revokeApiKeyRow(db, id, audit));
  return revoked || (await readApiKey(db, organizationId, id)) ? accept(null) : refuse({ code: "not_found" });
}
