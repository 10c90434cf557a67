// Duplicates an event at a new start (rule E13).

import { z } from "@hono/zod-openapi";
import { duplicateEvent } from "../../../app/events/duplicate-event.ts";
import { organiser } from "../../middleware/access.ts";
import { optionalIdempotencyKey } from "../../middleware/idempotency-key.ts";
import { problem } from "../../problems/problem.ts";
import { nameCreated } from "../../responses/created.ts";
import { contextOf, endpoint, newRouter } from "../../routing.ts";
import { name, slug } from "../../schemas/catalogue/catalogue.ts";
import { idParam, instant, json, jsonContent } from "../../schemas/common.ts";
import { Event, renderEvent } from "../../schemas/catalogue/event.ts";

export const eventDuplicates = newRouter();

const DuplicateInput = z
  .strictObject({
    start_time: instant.openapi({ example: "2027-12-04T18:00:00+02:00" }),
    name: name.optional().openapi({ description: "The same name when it is left out.", example: "Summer Nights 2027" }),
    slug,
  })
  .openapi("DuplicateInput");

const duplicate = endpoint(
  {
    method: "post",
    path: "/v1/events/{id}/duplicate",
    tags: ["Events"],
    summary: "Duplicate an event",
    description:
      "Makes a draft at a new start, with the same ticket types; every other time keeps its distance by the venue's clocks. Returns once the inventories have their terms.",
    middleware: [organiser("ticket_type.write"), optionalIdempotencyKey] as const,
    request: { params: idParam("evt"), body: jsonContent(DuplicateInput) },
    responses: { 201: { description: "The new event", content: json(Event) } },
  },
  ["not_found", "organization_suspended", "venue_archived", "capacity_exceeded", "slug_taken"],
);

eventDuplicates.openapi(duplicate, async (c) => {
  const { id } = c.req.valid("param");
  const input = c.req.valid("json");
  if (!id) return problem(c, { code: "not_found" });
  const created = await duplicateEvent(contextOf(c), id, input, c.get("idempotencyKey"));
  if (!created.ok) return problem(c, created.refusal);
  nameCreated(c, "/v1/events", created.value);
  return c.json(renderEvent(created.value.row), 201);
});
