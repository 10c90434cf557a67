// Defines a row of the audit log on the wire (rule T6).

import { z } from "@hono/zod-openapi";
import type { AuditRow } from "../../../db/audit/audit-log.ts";
import { must } from "../../../domain/result.ts";
import { idText, instantText, toIso } from "../common.ts";

const changes = z
  .record(z.string(), z.unknown())
  .openapi({ description: "The fields that were set or changed, with their new values." });

export const AuditEntry = z
  .object({
    id: idText("aud"),
    organization_id: idText("org"),
    actor_kind: z.string().openapi({ example: "api_key" }),
    actor_id: z.string(),
    action: z.string().openapi({ example: "venue.create" }),
    resource_kind: z.string().openapi({ example: "venue" }),
    resource_id: z.string().openapi({ description: "For an invitation, the invited e-mail address, in lower case." }),
    changes,
    request_id: z.string(),
    created_at: instantText,
  })
  .openapi("AuditEntry");

export function renderAuditEntry(row: AuditRow): z.infer<typeof AuditEntry> {
  return {
    id: row.id,
    organization_id: row.organization_id,
    actor_kind: row.actor_kind,
    actor_id: row.actor_id,
    action: row.action,
    resource_kind: row.resource_kind,
    resource_id: row.resource_id,
    changes: must(changes.safeParse(JSON.parse(row.changes)).data, "changes are stored as an object"),
    request_id: row.request_id,
    created_at: toIso(row.created_at),
  };
}
