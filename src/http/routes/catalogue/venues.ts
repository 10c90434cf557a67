// Creates, lists, reads, changes and archives venues.

import { z } from "@hono/zod-openapi";
import { changeVenue } from "../../../app/venues/change-venue.ts";
import { setVenueStatus } from "../../../app/venues/archive-venue.ts";
import { createVenue } from "../../../app/venues/create-venue.ts";
import { listVenues, readVenue, VENUE_STATUSES } from "../../../db/venues/venues.ts";
import { organiser } from "../../middleware/access.ts";
import { nameCreated } from "../../responses/created.ts";
import { dbOf } from "../../db.ts";
import { optionalIdempotencyKey } from "../../middleware/idempotency-key.ts";
import { pageFrom, readCursor } from "../../paging.ts";
import { problem } from "../../problems/problem.ts";
import { contextOf, endpoint, newRouter } from "../../routing.ts";
import { idParam, json, jsonContent, pageOf, pagingQuery } from "../../schemas/common.ts";
import { renderVenue, Venue, VenueChange, VenueInput } from "../../schemas/catalogue/venue.ts";
import { requiredIfMatch, versionTag } from "../../responses/version-tag.ts";

export const venues = newRouter();

const list = endpoint({
  method: "get",
  path: "/v1/venues",
  tags: ["Venues"],
  summary: "List venues",
  middleware: organiser("catalogue.read"),
  request: {
    query: z.strictObject({ ...pagingQuery, status: z.enum(VENUE_STATUSES).optional().openapi({ example: "active" }) }),
  },
  responses: { 200: { description: "Venues, newest first", content: json(pageOf(Venue)) } },
});

venues.openapi(list, async (c) => {
  const { organizationId } = c.get("actor");
  const { limit, cursor, status } = c.req.valid("query");
  const bound = { list: "venues", organizationId, status };
  const before = readCursor(cursor, bound);
  if (!before.ok) return problem(c, before.refusal);
  const rows = await listVenues(dbOf(c.env), organizationId, { limit: limit + 1, before: before.value, status });
  return c.json(pageFrom(rows, limit, bound, renderVenue), 200);
});

const read = endpoint(
  {
    method: "get",
    path: "/v1/venues/{id}",
    tags: ["Venues"],
    summary: "Read a venue",
    middleware: organiser("catalogue.read"),
    request: { params: idParam("ven") },
    responses: { 200: { description: "The venue", content: json(Venue) } },
  },
  ["not_found"],
);

venues.openapi(read, async (c) => {
  const { id } = c.req.valid("param");
  const venue = id && (await readVenue(dbOf(c.env), c.get("actor"), id));
  if (!venue) return problem(c, { code: "not_found" });
  c.header("ETag", versionTag(venue.version));
  return c.json(renderVenue(venue), 200);
});

const create = endpoint(
  {
    method: "post",
    path: "/v1/venues",
    tags: ["Venues"],
    summary: "Create a venue",
    middleware: [organiser("venue.write"), optionalIdempotencyKey] as const,
    request: { body: jsonContent(VenueInput) },
    responses: { 201: { description: "The venue", content: json(Venue) } },
  },
  ["organization_suspended", "slug_taken"],
);

venues.openapi(create, async (c) => {
  const created = await createVenue(contextOf(c), c.req.valid("json"), c.get("idempotencyKey"));
  if (!created.ok) return problem(c, created.refusal);
  nameCreated(c, "/v1/venues", created.value);
  return c.json(renderVenue(created.value.row), 201);
});

const change = endpoint(
  {
    method: "patch",
    path: "/v1/venues/{id}",
    tags: ["Venues"],
    summary: "Change a venue",
    description: "What is left out stays as it is.",
    middleware: [organiser("venue.write"), requiredIfMatch] as const,
    request: { params: idParam("ven"), body: jsonContent(VenueChange) },
    responses: { 200: { description: "The venue", content: json(Venue) } },
  },
  ["not_found", "capacity_exceeded", "slug_taken"],
);

venues.openapi(change, async (c) => {
  const { id } = c.req.valid("param");
  const input = c.req.valid("json");
  if (!id) return problem(c, { code: "not_found" });
  const changed = await changeVenue(contextOf(c), id, input, c.get("ifMatch"));
  if (!changed.ok) return problem(c, changed.refusal);
  c.header("ETag", versionTag(changed.value.version));
  return c.json(renderVenue(changed.value), 200);
});

const archive = endpoint(
  {
    method: "delete",
    path: "/v1/venues/{id}",
    tags: ["Venues"],
    summary: "Archive a venue",
    description:
      "Its events stay; it takes no new ones. Refused while events there are published or live. An archived venue is returned as it is.",
    middleware: [organiser("venue.write"), requiredIfMatch] as const,
    request: { params: idParam("ven") },
    responses: { 200: { description: "The venue", content: json(Venue) } },
  },
  ["not_found", "in_use"],
);

venues.openapi(archive, async (c) => {
  const { id } = c.req.valid("param");
  if (!id) return problem(c, { code: "not_found" });
  const archived = await setVenueStatus(contextOf(c), id, "archived", c.get("ifMatch"));
  if (!archived.ok) return problem(c, archived.refusal);
  c.header("ETag", versionTag(archived.value.version));
  return c.json(renderVenue(archived.value), 200);
});

const restore = endpoint(
  {
    method: "post",
    path: "/v1/venues/{id}/restore",
    tags: ["Venues"],
    summary: "Restore an archived venue",
    description: "It takes events again. An active venue is returned as it is.",
    middleware: [organiser("venue.write"), requiredIfMatch] as const,
    request: { params: idParam("ven") },
    responses: { 200: { description: "The venue", content: json(Venue) } },
  },
  ["not_found"],
);

venues.openapi(restore, async (c) => {
  const { id } = c.req.valid("param");
  if (!id) return problem(c, { code: "not_found" });
  const restored = await setVenueStatus(contextOf(c), id, "active", c.get("ifMatch"));
  if (!restored.ok) return problem(c, restored.refusal);
  c.header("ETag", versionTag(restored.value.version));
  return c.json(renderVenue(restored.value), 200);
});
