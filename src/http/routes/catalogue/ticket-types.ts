// Creates, lists, reads, changes and deletes the ticket types of an event.

import { z } from "@hono/zod-openapi";
import { changeTicketType } from "../../../app/ticket-types/change-ticket-type.ts";
import { deleteTicketType } from "../../../app/ticket-types/delete-ticket-type.ts";
import { createTicketType } from "../../../app/ticket-types/create-ticket-type.ts";
import { readEvent } from "../../../db/events/events.ts";
import { listTicketTypes, readTicketType } from "../../../db/ticket-types/ticket-types.ts";
import { TICKET_TYPE_STATUSES } from "../../../domain/terms.ts";
import { catalogueReader, organiser } from "../../middleware/access.ts";
import { nameCreated } from "../../responses/created.ts";
import { dbOf } from "../../db.ts";
import { optionalIdempotencyKey } from "../../middleware/idempotency-key.ts";
import { pageFrom, readCursor } from "../../paging.ts";
import { problem } from "../../problems/problem.ts";
import { contextOf, endpoint, newRouter } from "../../routing.ts";
import { idParam, json, jsonContent, pageOf, pagingQuery } from "../../schemas/common.ts";
import {
  renderTicketType,
  TicketType,
  TicketTypeChange,
  TicketTypeInput,
} from "../../schemas/catalogue/ticket-type.ts";
import { requiredIfMatch, versionTag } from "../../responses/version-tag.ts";

export const ticketTypes = newRouter();

const list = endpoint(
  {
    method: "get",
    path: "/v1/events/{id}/ticket-types",
    tags: ["Ticket types"],
    summary: "List an event's ticket types",
    description: "Includes hidden ones. Counts are those of `counts_seq`; live ones are the storefront's availability.",
    middleware: catalogueReader,
    request: {
      params: idParam("evt"),
      query: z.strictObject({
        ...pagingQuery,
        status: z.enum(TICKET_TYPE_STATUSES).optional().openapi({ example: "available" }),
      }),
    },
    responses: { 200: { description: "Ticket types, newest first", content: json(pageOf(TicketType)) } },
  },
  ["not_found"],
);

ticketTypes.openapi(list, async (c) => {
  const reader = c.get("actor");
  const { id } = c.req.valid("param");
  const { limit, cursor, status } = c.req.valid("query");
  const now = Date.now();
  const bound = { list: "ticket-types", organizationId: reader.organizationId, id: id ?? undefined, status };
  const before = readCursor(cursor, bound);
  if (!before.ok) return problem(c, before.refusal);
  if (!id || !(await readEvent(dbOf(c.env), reader, id, now))) return problem(c, { code: "not_found" });
  const rows = await listTicketTypes(dbOf(c.env), reader, id, {
    limit: limit + 1,
    before: before.value,
    status,
    now,
  });
  return c.json(pageFrom(rows, limit, bound, renderTicketType), 200);
});

const read = endpoint(
  {
    method: "get",
    path: "/v1/ticket-types/{id}",
    tags: ["Ticket types"],
    summary: "Read a ticket type",
    middleware: catalogueReader,
    request: { params: idParam("tt") },
    responses: { 200: { description: "The ticket type", content: json(TicketType) } },
  },
  ["not_found"],
);

ticketTypes.openapi(read, async (c) => {
  const { id } = c.req.valid("param");
  const type = id && (await readTicketType(dbOf(c.env), c.get("actor"), id, Date.now()));
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
    description: "Returns once its inventory has the terms. Allowed while the event is published or live too.",
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

const change = endpoint(
  {
    method: "patch",
    path: "/v1/ticket-types/{id}",
    tags: ["Ticket types"],
    summary: "Change a ticket type",
    description: "What is left out stays as it is. Returns once its inventory has the new terms.",
    middleware: [organiser("ticket_type.write"), requiredIfMatch] as const,
    request: { params: idParam("tt"), body: jsonContent(TicketTypeChange) },
    responses: { 200: { description: "The ticket type", content: json(TicketType) } },
  },
  ["not_found", "capacity_exceeded", "capacity_below_committed"],
);

ticketTypes.openapi(change, async (c) => {
  const { id } = c.req.valid("param");
  const input = c.req.valid("json");
  if (!id) return problem(c, { code: "not_found" });
  const changed = await changeTicketType(contextOf(c), id, input, c.get("ifMatch"));
  if (!changed.ok) return problem(c, changed.refusal);
  c.header("ETag", versionTag(changed.value.version));
  return c.json(renderTicketType(changed.value), 200);
});

const remove = endpoint(
  {
    method: "delete",
    path: "/v1/ticket-types/{id}",
    tags: ["Ticket types"],
    summary: "Delete a ticket type",
    description: "Refused once anything was held of it.",
    middleware: [organiser("ticket_type.write"), requiredIfMatch] as const,
    request: { params: idParam("tt") },
    responses: { 204: { description: "It is gone" } },
  },
  ["not_found", "in_use"],
);

ticketTypes.openapi(remove, async (c) => {
  const { id } = c.req.valid("param");
  if (!id) return problem(c, { code: "not_found" });
  const removed = await deleteTicketType(contextOf(c), id, c.get("ifMatch"));
  return removed.ok ? c.body(null, 204) : problem(c, removed.refusal);
});
