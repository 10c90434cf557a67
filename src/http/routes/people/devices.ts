// Makes, lists and revokes devices, each at a gate.

import { z } from "@hono/zod-openapi";
import { createDevice } from "../../../app/crew/create-device.ts";
import { revokeDevice } from "../../../app/crew/revoke-device.ts";
import { listDevices } from "../../../db/crew/devices.ts";
import { parseId } from "../../../domain/ids.ts";
import { can } from "../../../domain/people/policy.ts";
import { organiser } from "../../middleware/access.ts";
import { dbOf } from "../../db.ts";
import { requireRecentPassword } from "../../middleware/recent-password.ts";
import { optionalIdempotencyKey } from "../../middleware/idempotency-key.ts";
import { pageFrom, readCursor } from "../../paging.ts";
import { problem } from "../../problems/problem.ts";
import { contextOf, endpoint, newRouter } from "../../routing.ts";
import { idExample, idParam, json, jsonContent, pageOf, pagingQuery } from "../../schemas/common.ts";
import { Device, DeviceInput, NewDevice, renderDevice } from "../../schemas/people/credential.ts";

export const devices = newRouter();

const list = endpoint({
  method: "get",
  path: "/v1/devices",
  tags: ["Credentials"],
  summary: "List devices",
  description:
    "Without their tokens. Revoked and expired devices stay in the list. A caller that manages ticketing but not devices sees those that were paired by crew codes.",
  middleware: organiser("crew_device.manage"),
  request: {
    query: z.strictObject({
      ...pagingQuery,
      event_id: z
        .string()
        .optional()
        .openapi({ description: "Paired for this event.", example: idExample("evt") }),
    }),
  },
  responses: { 200: { description: "Devices, newest first", content: json(pageOf(Device)) } },
});

devices.openapi(list, async (c) => {
  const actor = c.get("actor");
  const { organizationId } = actor;
  const { limit, cursor, event_id } = c.req.valid("query");
  const pairedAlone = !can(actor, "device.manage");
  const bound = { list: pairedAlone ? "paired-devices" : "devices", organizationId, event_id };
  const before = readCursor(cursor, bound);
  if (!before.ok) return problem(c, before.refusal);
  const eventId = event_id === undefined ? null : parseId("evt", event_id);
  if (event_id !== undefined && eventId === null) return c.json({ data: [], next_cursor: null }, 200);
  const page = { limit: limit + 1, before: before.value };
  const rows = await listDevices(dbOf(c.env), organizationId, { ...page, eventId, pairedAlone });
  return c.json(pageFrom(rows, limit, bound, renderDevice), 200);
});

const create = endpoint(
  {
    method: "post",
    path: "/v1/devices",
    tags: ["Credentials"],
    summary: "Make a device at a gate",
    middleware: [organiser("device.manage"), requireRecentPassword, optionalIdempotencyKey] as const,
    request: { body: jsonContent(DeviceInput) },
    responses: {
      201: { description: "The device, with its token, which is not shown again", content: json(NewDevice) },
    },
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
    description:
      "It is refused everywhere within 5 seconds. A caller that manages ticketing but not devices may revoke those that were paired by crew codes.",
    middleware: organiser("crew_device.manage"),
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
