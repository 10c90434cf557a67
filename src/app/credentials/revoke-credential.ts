// Revokes a credential, which is then refused everywhere within 5 s (rule P2).

import type { Audit } from "../../db/audit/audit.ts";
import type { ApiKeyId, DeviceId } from "../../domain/ids.ts";
import type { Organiser } from "../../domain/people/policy.ts";
import { auditOf } from "../audit-of.ts";
import type { Context } from "../context.ts";
import { revokeSockets } from "./revoke-sockets.ts";

type Credential =
  | { readonly kind: "api_key"; readonly id: ApiKeyId }
  | { readonly kind: "device"; readonly id: DeviceId };

/** `write` revokes it with this audit row; it returns false when it wrote nothing. The credential's sockets are closed. */
export function revokeCredential(
  context: Context<Organiser>,
  credential: Credential,
  write: (audit: Audit) => Promise<boolean>,
): Promise<boolean> {
  const audit = auditOfRevocation(context, credential.kind, credential.id);
  return revokeSockets(context, context.actor.organizationId, () => write(audit));
}

export function auditOfRevocation(context: Context<Organiser>, kind: Credential["kind"], id: string): Audit {
  return auditOf(context, {
    organizationId: context.actor.organizationId,
    action: `${kind}.revoke`,
    resourceKind: kind,
    resourceId: id,
    changes: { revoked: true },
  });
}
