// Creates, lists, reads, changes and deletes the gates of a venue.

import { z } from "@hono/zod-openapi";
import { changeGate } from "../../../app/gates/change-gate.ts";
import { deleteGate } from "../../../app/gates/delete-gate.ts";
import { createGate } from "../../../app/gates/create-gate.ts";
import { GATE_STATUSES, listGates, readGate } from "../../../db/gates/gates.ts";
import { readVenue } from "../../../db/venues/venues.ts";
import { catalogueReader, organiser } from "../../middleware/access.ts";
import { nameCreated } from "../../responses/created.ts";
import { dbOf } from "../../db.ts";
import { optionalIdempotencyKey } from "../../middleware/idempotency-key.ts";
import { pageFrom, readCursor } from "../../paging.ts";
import { problem } from "../../problems/problem.ts";
import { contextOf, endpoint, newRouter } from "../../routing.ts";
import { idParam, json, jsonContent, pageOf, pagingQuery } from "../../schemas/common.ts";
import { Gate, GateChange, GateInput, renderGate } from "../../schemas/catalogue/gate.ts";
import { requiredIfMatch, versionTag } from "../../responses/version-tag.ts";

export const gates = newRouter();

const list = endpoint(
  {
    method: "get",
    path: "/v1/venues/{id}/gates",
    tags: ["Venues"],
    summary: "List a venue's gates",
    middleware: catalogueReader,
    request: {
      params: idParam("ven"),
      query: z.strictObject({ ...pagingQuery, status: z.enum(GATE_STATUSES).optional().openapi({ example: "open" }) }),
    },
    responses: { 200: { description: "Gates, newest first", content: json(pageOf(Gate)) } },
  },
  ["not_found"],
);

gates.openapi(list, async (c) => {
  const reader = c.get("actor");
  const { id } = c.req.valid("param");
  const { limit, cursor, status } = c.req.valid("query");
  const bound = { list: "gates", organizationId: reader.organizationId, id: id ?? undefined, status };
  const before = readCursor(cursor, bound);
  if (!before.ok) return problem(c, before.refusal);
  const db = dbOf(c.env);
  if (!id || !(await readVenue(db, reader, id))) return problem(c, { code: "not_found" });
  const rows = await listGates(db, reader, id, { limit: limit + 1, before: before.value, status });
  return c.json(pageFrom(rows, limit, bound, renderGate), 200);
});

const read = endpoint(
  {
    method: "get",
    path: "/v1/gates/{id}",
    tags: ["Venues"],
    summary: "Read a gate",
    middleware: catalogueReader,
    request: { params: idParam("gate") },
    responses: { 200: { description: "The gate", content: json(Gate) } },
  },
  ["not_found"],
);

gates.openapi(read, async (c) => {
  const { id } = c.req.valid("param");
  const gate = id && (await readGate(dbOf(c.env), c.get("actor"), id));
  if (!gate) return problem(c, { code: "not_found" });
  c.header("ETag", versionTag(gate.version));
  return c.json(renderGate(gate), 200);
});

const create = endpoint(
  {
    method: "post",
    path: "/v1/venues/{id}/gates",
    tags: ["Venues"],
    summary: "Create a gate",
    middleware: [organiser("gate.write"), optionalIdempotencyKey] as const,
    request: { params: idParam("ven"), body: jsonContent(GateInput) },
    responses: { 201: { description: "The gate", content: json(Gate) } },
  },
  ["not_found", "organization_suspended", "gate_code_taken"],
);

gates.openapi(create, async (c) => {
  const { id } = c.req.valid("param");
  const input = c.req.valid("json");
  if (!id) return problem(c, { code: "not_found" });
  const created = await createGate(contextOf(c), id, input, c.get("idempotencyKey"));
  if (!created.ok) return problem(c, created.refusal);
  nameCreated(c, "/v1/gates", created.value);
  return c.json(renderGate(created.value.row), 201);
});

const change = endpoint(
  {
    method: "patch",
    path: "/v1/gates/{id}",
    tags: ["Venues"],
    summary: "Change a gate",
    description: "What is left out stays as it is.",
    middleware: [organiser("gate.write"), requiredIfMatch] as const,
    request: { params: idParam("gate"), body: jsonContent(GateChange) },
    responses: { 200: { description: "The gate", content: json(Gate) } },
  },
  ["not_found", "gate_code_taken"],
);

gates.openapi(change, async (c) => {
  const { id } = c.req.valid("param");
  const input = c.req.valid("json");
  if (!id) return problem(c, { code: "not_found" });
  const changed = await changeGate(contextOf(c), id, input, c.get("ifMatch"));
  if (!changed.ok) return problem(c, changed.refusal);
  c.header("ETag", versionTag(changed.value.version));
  return c.json(renderGate(changed.value), 200);
});

const remove = endpoint(
  {
    method: "delete",
    path: "/v1/gates/{id}",
    tags: ["Venues"],
    summary: "Delete a gate",
    description: "Refused while a device, a crew code or the `admission` of a ticket type refers to it.",
    middleware: [organiser("gate.write"), requiredIfMatch] as const,
    request: { params: idParam("gate") },
    responses: { 204: { description: "It is gone" } },
  },
  ["not_found", "in_use"],
);

gates.openapi(remove, async (c) => {
  const { id } = c.req.valid("param");
  if (!id) return problem(c, { code: "not_found" });
  const removed = await deleteGate(contextOf(c), id, c.get("ifMatch"));
  return removed.ok ? c.body(null, 204) : problem(c, removed.refusal);
});
