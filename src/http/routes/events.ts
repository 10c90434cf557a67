// Events of an organisation: created, listed and read, and moved along their life.

import { z } from "@hono/zod-openapi";
import { createEvent } from "../../app/create-event.ts";
import { transitionEvent } from "../../app/transition-event.ts";
import { listEvents, readEvent } from "../../db/events.ts";
import { EVENT_STATUSES, type Transition } from "../../domain/event.ts";
import { organiser } from "../access.ts";
import { nameCreated } from "../created.ts";
import { dbOf } from "../db.ts";
import { optionalIdempotencyKey } from "../idempotency-key.ts";
import { pageFrom, readCursor } from "../paging.ts";
import { problem } from "../problem.ts";
import { contextOf, endpoint, newRouter } from "../routing.ts";
import { idParam, json, jsonContent, pageOf, pagingQuery } from "../schemas/common.ts";
import { Event, EventInput, renderEvent } from "../schemas/event.ts";
import { optionalIfMatch, versionTag } from "../version-tag.ts";

export const events = newRouter();

const list = endpoint({
  method: "get",
  path: "/v1/events",
  tags: ["Events"],
  summary: "List events",
  middleware: organiser("catalogue.read"),
  request: { query: z.strictObject({ ...pagingQuery, status: z.enum(EVENT_STATUSES).optional() }) },
  responses: { 200: { description: "Events, newest first", content: json(pageOf(Event)) } },
});

events.openapi(list, async (c) => {
  const { organizationId } = c.get("actor");
  const { limit, cursor, status } = c.req.valid("query");
  const bound = { list: "events", organizationId, status };
  const before = readCursor(cursor, bound);
  if (!before.ok) return problem(c, before.refusal);
  const rows = await listEvents(dbOf(c.env), organizationId, { limit: limit + 1, before: before.value, status });
  return c.json(pageFrom(rows, limit, bound, renderEvent), 200);
});

const read = endpoint(
  {
    method: "get",
    path: "/v1/events/{id}",
    tags: ["Events"],
    summary: "Read an event",
    middleware: organiser("catalogue.read"),
    request: { params: idParam("evt") },
    responses: { 200: { description: "The event", content: json(Event) } },
  },
  ["not_found"],
);

events.openapi(read, async (c) => {
  const { id } = c.req.valid("param");
  const event = id && (await readEvent(dbOf(c.env), c.get("actor").organizationId, id));
  if (!event) return problem(c, { code: "not_found" });
  c.header("ETag", versionTag(event.version));
  return c.json(renderEvent(event), 200);
});

const create = endpoint(
  {
    method: "post",
    path: "/v1/events",
    tags: ["Events"],
    summary: "Create an event",
    description: "It begins as a draft.",
    middleware: [organiser("event.write"), optionalIdempotencyKey] as const,
    request: { body: jsonContent(EventInput) },
    responses: { 201: { description: "The event", content: json(Event) } },
  },
  ["not_found", "organization_suspended", "venue_archived", "capacity_exceeded", "slug_taken"],
);

events.openapi(create, async (c) => {
  const created = await createEvent(contextOf(c), c.req.valid("json"), c.get("idempotencyKey"));
  if (!created.ok) return problem(c, created.refusal);
  nameCreated(c, "/v1/events", created.value);
  return c.json(renderEvent(created.value.row), 201);
});

function transitionRoute<T extends Transition>(transition: T, summary: string) {
  return endpoint(
    {
      method: "post",
      path: `/v1/events/{id}/${transition}`,
      tags: ["Events"],
      summary,
      middleware: [organiser("event.transition"), optionalIfMatch] as const,
      request: { params: idParam("evt") },
      responses: { 200: { description: "The event, after every ticket type knows", content: json(Event) } },
    },
    transition === "publish"
      ? ["not_found", "organization_suspended", "invalid_transition", "not_publishable"]
      : ["not_found", "invalid_transition"],
  );
}

const TRANSITION_ROUTES = [
  ["publish", transitionRoute("publish", "Publish an event")],
  ["start", transitionRoute("start", "Start an event")],
  ["end", transitionRoute("end", "End an event")],
  ["archive", transitionRoute("archive", "Archive an event")],
] as const;

for (const [transition, route] of TRANSITION_ROUTES) {
  events.openapi(route, async (c) => {
    const { id } = c.req.valid("param");
    if (!id) return problem(c, { code: "not_found" });
    const moved = await transitionEvent(contextOf(c), id, transition, c.get("ifMatch"));
    if (!moved.ok) return problem(c, moved.refusal);
    c.header("ETag", versionTag(moved.value.version));
    return c.json(renderEvent(moved.value), 200);
  });
}
