// Lists what an organisation's people have to act on. It is read once in ten seconds, however many look.

import { coalesceCalls } from "../../../cache/coalesce-calls.ts";
import { readAttention } from "../../../db/organizations/attention.ts";
import { type AttentionFacts, type AttentionKind, attentionOf } from "../../../domain/events/attention.ts";
import type { OrganizationId } from "../../../domain/ids.ts";
import { type Action, can } from "../../../domain/people/policy.ts";
import { organiser } from "../../middleware/access.ts";
import { dbOf } from "../../db.ts";
import { endpoint, newRouter } from "../../routing.ts";
import { json, toIso } from "../../schemas/common.ts";
import { Attention, renderAttentionItem } from "../../schemas/sales/attention.ts";

export const attention = newRouter();

/** How old a response may be. */
const KEPT_MS = 10_000;
const shared = coalesceCalls<OrganizationId, { readonly facts: AttentionFacts; readonly at: number }>(KEPT_MS);

/** The permission to list an item's subject is needed to see the item. */
const SHOWN_TO: Readonly<Record<AttentionKind, Action>> = {
  door_alerts: "door.log",
  orders_waiting: "order.read",
  mails_failing: "member.list",
  draft: "catalogue.read",
};

const read = endpoint({
  method: "get",
  path: "/v1/attention",
  tags: ["Organisation"],
  summary: "List what has to be done",
  description:
    "Orders that wait for payment, drafts, mails that could not be sent and conflicts at doors, as far as the caller may list them. At most 10 s old.",
  middleware: organiser("catalogue.read"),
  responses: { 200: { description: "The most urgent first", content: json(Attention) } },
});

attention.openapi(read, async (c) => {
  const actor = c.get("actor");
  const { organizationId } = actor;
  const { facts, at } = await shared.read(organizationId, {
    call: async () => {
      const now = Date.now();
      return { facts: await readAttention(dbOf(c.env), organizationId, now), at: now };
    },
    keep: (work) => c.executionCtx.waitUntil(work),
  });
  const kinds = (Object.keys(SHOWN_TO) as AttentionKind[]).filter((kind) => can(actor, SHOWN_TO[kind]));
  const items = attentionOf(facts, new Set(kinds), at);
  return c.json({ data: items.map(renderAttentionItem), as_of: toIso(at) }, 200);
});
