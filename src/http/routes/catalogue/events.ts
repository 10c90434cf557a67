// Creates, lists, reads, changes and deletes events of an organisation, and moves them along their life.

import { z } from "@hono/zod-openapi";
import { changeEvent } from "../../../app/events/change-event.ts";
import { deleteEvent } from "../../../app/events/delete-event.ts";
import { createEvent } from "../../../app/events/create-event.ts";
import { transitionEvent } from "../../../app/events/transition-event.ts";
import { listEvents, readEvent } from "../../../db/events/events.ts";
import { EVENT_STATUSES, type Transition } from "../../../domain/events/event.ts";
import { parseId } from "../../../domain/ids.ts";
import { catalogueReader, organiser } from "../../middleware/access.ts";
import { nameCreated } from "../../responses/created.ts";
import { dbOf } from "../../db.ts";
import { explainPasswordNeeded } from "../../middleware/recent-password.ts";
import { optionalIdempotencyKey } from "../../middleware/idempotency-key.ts";
import { pageFrom, readCursor } from "../../paging.ts";
import { problem } from "../../problems/problem.ts";
import { contextOf, endpoint, newRouter } from "../../routing.ts";
import { idExample, idParam, instant, json, jsonContent, pageOf, pagingQuery } from "../../schemas/common.ts";
import { Event, EventChange, EventInput, renderEvent } from "../../schemas/catalogue/event.ts";
import { optionalIfMatch, requiredIfMatch, versionTag } from "../../responses/version-tag.ts";

export const events = newRouter();

const EventFilters = z.strictObject({
  ...pagingQuery,
  status: z.enum(EVENT_STATUSES).optional().openapi({ example: "draft" }),
  venue_id: z
    .string()
    .max(100)
    .optional()
    .openapi({ example: idExample("ven") }),
  starts_after: instant.optional().openapi({ description: "Starts at or after." }),
  starts_before: instant.optional().openapi({ description: "Starts before.", example: "2027-01-01T00:00:00+02:00" }),
});

const list = endpoint({
  method: "get",
  path: "/v1/events",
  tags: ["Events"],
  summary: "List events",
  middleware: catalogueReader,
  request: { query: EventFilters },
  responses: { 200: { description: "Events, newest first", content: json(pageOf(Event)) } },
});

events.openapi(list, async (c) => {
  const reader = c.get("actor");
  const { limit, cursor, ...filters } = c.req.valid("query");
  const bound = { list: "events", organizationId: reader.organizationId, ...filters };
  const before = readCursor(cursor, bound);
  if (!before.ok) return problem(c, before.refusal);
  const venueId = filters.venue_id === undefined ? undefined : parseId("ven", filters.venue_id);
  // A malformed id is treated as unknown, and an unknown venue has no events.
  if (venueId === null) return c.json({ data: [], next_cursor: null }, 200);
  const { status, starts_after: startsAfter, starts_before: startsBefore } = filters;
  const query = { limit: limit + 1, before: before.value, status, venueId, startsAfter, startsBefore, now: Date.now() };
  const rows = await listEvents(dbOf(c.env), reader, query);
  return c.json(pageFrom(rows, limit, bound, renderEvent), 200);
});

const read = endpoint(
  {
    method: "get",
    path: "/v1/events/{id}",
    tags: ["Events"],
    summary: "Read an event",
    middleware: catalogueReader,
    request: { params: idParam("evt") },
    responses: { 200: { description: "The event", content: json(Event) } },
  },
  ["not_found"],
);

events.openapi(read, async (c) => {
  const { id } = c.req.valid("param");
  const event = id && (await readEvent(dbOf(c.env), c.get("actor"), id, Date.now()));
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
  [
    ...(["password_required", "not_found", "organization_suspended", "venue_archived"] as const),
    ...(["capacity_exceeded", "slug_taken", "unknown_reference"] as const),
  ],
);

events.openapi(create, async (c) => {
  const input = c.req.valid("json");
  const refusal = input.payment_instructions === null ? null : await explainPasswordNeeded(c);
  if (refusal) return problem(c, refusal);
  const created = await createEvent(contextOf(c), input, c.get("idempotencyKey"));
  if (!created.ok) return problem(c, created.refusal);
  nameCreated(c, "/v1/events", created.value);
  return c.json(renderEvent(created.value.row), 201);
});

const change = endpoint(
  {
    method: "patch",
    path: "/v1/events/{id}",
    tags: ["Events"],
    summary: "Change an event",
    description:
      "What is left out stays as it is. Returns once every inventory has the new terms. Only a draft can change its venue.",
    middleware: [organiser("event.write"), requiredIfMatch] as const,
    request: { params: idParam("evt"), body: jsonContent(EventChange) },
    responses: { 200: { description: "The event", content: json(Event) } },
  },
  [
    ...(["password_required", "not_found", "invalid_transition", "venue_archived"] as const),
    ...(["capacity_exceeded", "slug_taken", "unknown_reference"] as const),
  ],
);

events.openapi(change, async (c) => {
  const { id } = c.req.valid("param");
  const input = c.req.valid("json");
  const refusal = input.payment_instructions === undefined ? null : await explainPasswordNeeded(c);
  if (refusal) return problem(c, refusal);
  if (!id) return problem(c, { code: "not_found" });
  const changed = await changeEvent(contextOf(c), id, input, c.get("ifMatch"));
  if (!changed.ok) return problem(c, changed.refusal);
  c.header("ETag", versionTag(changed.value.version));
  return c.json(renderEvent(changed.value), 200);
});

const remove = endpoint(
  {
    method: "delete",
    path: "/v1/events/{id}",
    tags: ["Events"],
    summary: "Delete an event",
    description: "Deletes a draft with its ticket types. Other events cannot be deleted.",
    middleware: [organiser("event.write"), requiredIfMatch] as const,
    request: { params: idParam("evt") },
    responses: { 204: { description: "It is gone" } },
  },
  ["not_found", "invalid_transition"],
);

events.openapi(remove, async (c) => {
  const { id } = c.req.valid("param");
  if (!id) return problem(c, { code: "not_found" });
  const removed = await deleteEvent(contextOf(c), id, c.get("ifMatch"));
  return removed.ok ? c.body(null, 204) : problem(c, removed.refusal);
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
      responses: { 200: { description: "The event, after every inventory has the new terms", content: json(Event) } },
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
