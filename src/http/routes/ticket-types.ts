// Ticket types of an event: created, listed and read.

import { z } from "@hono/zod-openapi";
import { createTicketType } from "../../app/create-ticket-type.ts";
import { readEvent } from "../../db/events.ts";
import { listTicketTypes, readTicketType } from "../../db/ticket-types.ts";
import { TICKET_TYPE_STATUSES } from "../../domain/terms.ts";
import { organiser } from "../access.ts";
import { nameCreated } from "../created.ts";
import { dbOf } from "../db.ts";
import { optionalIdempotencyKey } from "../idempotency-key.ts";
import { pageFrom, readCursor } from "../paging.ts";
import { problem } from "../problem.ts";
import { contextOf, endpoint, newRouter } from "../routing.ts";
import { idParam, json, jsonContent, pageOf, pagingQuery } from "../schemas/common.ts";
import { renderTicketType, TicketType, TicketTypeInput } from "../schemas/ticket-type.ts";
import { versionTag } from "../version-tag.ts";

export const ticketTypes = newRouter();

const list = endpoint(
  {
    method: "get",
    path: "/v1/events/{id}/ticket-types",
    tags: ["Ticket types"],
    summary: "List an event's ticket types",
    description: "Hidden ones too. Counts are those of `counts_seq`; live ones are the storefront's availability.",
    middleware: organiser("catalogue.read"),
    request: {
      params: idParam("evt"),
      query: z.strictObject({ ...pagingQuery, status: z.enum(TICKET_TYPE_STATUSES).optional() }),
    },
    responses: { 200: { description: "Ticket types, newest first", content: json(pageOf(TicketType)) } },
  },
  ["not_found"],
);

ticketTypes.openapi(list, async (c) => {
  const { organizationId } = c.get("actor");
  const { id } = c.req.valid("param");
  const { limit, cursor, status } = c.req.valid("query");
  const bound = { list: "ticket-types", organizationId, id: id ?? undefined, status };
  const before = readCursor(cursor, bound);
  if (!before.ok) return problem(c, before.refusal);
  if (!id || !(await readEvent(dbOf(c.env), organizationId, id))) return problem(c, { code: "not_found" });
  const rows = await listTicketTypes(dbOf(c.env), organizationId, id, {
    limit: limit + 1,
    before: before.value,
    status,
  });
  return c.json(pageFrom(rows, limit, bound, renderTicketType), 200);
});

const read = endpoint(
  {
    method: "get",
    path: "/v1/ticket-types/{id}",
    tags: ["Ticket types"],
    summary: "Read a ticket type",
    middleware: organiser("catalogue.read"),
    request: { params: idParam("tt") },
    responses: { 200: { description: "The ticket type", content: json(TicketType) } },
  },
  ["not_found"],
);

ticketTypes.openapi(read, async (c) => {
  const { id } = c.req.valid("param");
  const type = id && (await readTicketType(dbOf(c.env), c.get("actor").organizationId, id));
  if (!type) return problem(c, { code: "not_found" });
  c.header("ETag", versionTag(type.version));
  return c.json(renderTicketType(type), 200);
});

const create = endpoint(
  {
    method: "post",
    path: "/v1/events/{id}/ticket-types",
    tags: ["Ticket types"],
    summary: "Create a ticket type",
    description: "Answers once its inventory has the terms. Also while the event is published or live.",
    middleware: [organiser("ticket_type.write"), optionalIdempotencyKey] as const,
    request: { params: idParam("evt"), body: jsonContent(TicketTypeInput) },
    responses: { 201: { description: "The ticket type", content: json(TicketType) } },
  },
  ["not_found", "organization_suspended", "not_on_sale", "capacity_exceeded"],
);

ticketTypes.openapi(create, async (c) => {
  const { id } = c.req.valid("param");
  const input = c.req.valid("json");
  if (!id) return problem(c, { code: "not_found" });
  const created = await createTicketType(contextOf(c), id, input, c.get("idempotencyKey"));
  if (!created.ok) return problem(c, created.refusal);
  nameCreated(c, "/v1/ticket-types", created.value);
  return c.json(renderTicketType(created.value.row), 201);
});
