// Defines on the wire what an organisation's people have to act on (docs/api.md, "Running a show").

import { z } from "@hono/zod-openapi";
import { ATTENTION_ACTIONS, ATTENTION_KINDS, type AttentionItem } from "../../../domain/events/attention.ts";
import { idText, instantText, toIso } from "../common.ts";

const Item = z
  .object({
    kind: z.enum(ATTENTION_KINDS),
    action: z.enum(ATTENTION_ACTIONS).openapi({ description: "The recommended action." }),
    path: z.string().openapi({
      description: "The path of this API that shows the subject.",
      example: "/v1/orders?status=reserved&event_id=evt_4c9n0q2r8k3f7t5v1x6y0z9m2d",
    }),
    event: z.object({ id: idText("evt"), name: z.string(), start_time: instantText }).nullable(),
    count: z.int(),
    at_least: z.boolean().openapi({ description: "Whether there may be more than `count`." }),
    at: instantText.nullable().openapi({ description: "Since when." }),
    due_at: instantText.nullable().openapi({ description: "When it is too late, or resolves itself." }),
    missing: z.array(z.string()).openapi({ description: "What a draft lacks, as in `not_publishable`." }),
    email: z.string().nullable().openapi({ description: "The recipient of the oldest mail that could not be sent." }),
  })
  .openapi("AttentionItem");

export const Attention = z.object({ data: z.array(Item), as_of: instantText }).openapi("Attention");

export function renderAttentionItem({
  event,
  atLeast,
  at,
  dueAt,
  missing,
  ...item
}: AttentionItem): z.infer<typeof Item> {
  return {
    ...item,
    event: event && { id: event.id, name: event.name, start_time: toIso(event.startTime) },
    at_least: atLeast,
    at: at === null ? null : toIso(at),
    due_at: dueAt === null ? null : toIso(dueAt),
    missing: [...missing],
  };
}
