// Devices, each at a gate: made, listed and revoked.

import { z } from "@hono/zod-openapi";
import { createDevice } from "../../app/create-device.ts";
import { revokeDevice } from "../../app/revoke-device.ts";
import { listDevices } from "../../db/devices.ts";
import { parseId } from "../../domain/ids.ts";
import { organiser } from "../access.ts";
import { dbOf } from "../db.ts";
import { givenPassword } from "../given-password.ts";
import { optionalIdempotencyKey } from "../idempotency-key.ts";
import { pageFrom, readCursor } from "../paging.ts";
import { problem } from "../problem.ts";
import { contextOf, endpoint, newRouter } from "../routing.ts";
import { idParam, json, jsonContent, pageOf, pagingQuery } from "../schemas/common.ts";
import { Device, DeviceInput, NewDevice, renderDevice } from "../schemas/credential.ts";

export const devices = newRouter();

const list = endpoint({
  method: "get",
  path: "/v1/devices",
  tags: ["Credentials"],
  summary: "List devices",
  description: "Never their tokens. Those that are revoked stay in the list.",
  middleware: organiser("device.manage"),
  request: { query: z.strictObject(pagingQuery) },
  responses: { 200: { description: "Devices, newest first", content: json(pageOf(Device)) } },
});

devices.openapi(list, async (c) => {
  const { organizationId } = c.get("actor");
  const { limit, cursor } = c.req.valid("query");
  const bound = { list: "devices", organizationId };
  const before = readCursor(cursor, bound);
  if (!before.ok) return problem(c, before.refusal);
  const rows = await listDevices(dbOf(c.env), organizationId, { limit: limit + 1, before: before.value });
  return c.json(pageFrom(rows, limit, bound, renderDevice), 200);
});

const create = endpoint(
  {
    method: "post",
    path: "/v1/devices",
    tags: ["Credentials"],
    summary: "Make a device at a gate",
    middleware: [organiser("device.manage"), givenPassword, optionalIdempotencyKey] as const,
    request: { body: jsonContent(DeviceInput) },
    responses: { 201: { description: "The device, with its token this once", content: json(NewDevice) } },
  },
  ["not_found", "organization_suspended", "unknown_reference"],
);

devices.openapi(create, async (c) => {
  const { name, gate_id: gate } = c.req.valid("json");
  const gateId = parseId("gate", gate);
  if (!gateId) return problem(c, { code: "unknown_reference", path: "/gate_id" });
  const created = await createDevice(contextOf(c), { name, gate_id: gateId }, c.get("idempotencyKey"));
  if (!created.ok) return problem(c, created.refusal);
  const { row, secret, replayed } = created.value;
  if (replayed) c.header("Idempotency-Replayed", "true");
  return c.json({ ...renderDevice(row), secret }, 201);
});

const revoke = endpoint(
  {
    method: "delete",
    path: "/v1/devices/{id}",
    tags: ["Credentials"],
    summary: "Revoke a device",
    description: "It is refused everywhere within 5 seconds.",
    middleware: organiser("device.manage"),
    request: { params: idParam("dev") },
    responses: { 204: { description: "It is revoked" } },
  },
  ["not_found"],
);

devices.openapi(revoke, async (c) => {
  const { id } = c.req.valid("param");
  if (!id) return problem(c, { code: "not_found" });
  const revoked = await revokeDevice(contextOf(c), id);
  return revoked.ok ? c.body(null, 204) : problem(c, revoked.refusal);
});
