// Serves the leases of a door over HTTP (rule D12): a scanner requests them, and a supervisor lists them and writes them
// off. A scanner with a socket uses that instead.

import { z } from "@hono/zod-openapi";
import { atDoor } from "../../../app/door/scan-ticket.ts";
import { parseId } from "../../../domain/ids.ts";
import { organiser, scanner } from "../../middleware/access.ts";
import { problem } from "../../problems/problem.ts";
import { contextOf, endpoint, newRouter } from "../../routing.ts";
import { idExample, idParam, json, jsonContent } from "../../schemas/common.ts";
import {
  Lease,
  LeaseInput,
  LeaseOut,
  LeasesOut,
  renderLease,
  renderLeaseOut,
  WriteOffInput,
} from "../../schemas/entry/lease.ts";

export const doorLeases = newRouter();

const ask = endpoint(
  {
    method: "post",
    path: "/v1/events/{id}/door/lease",
    tags: ["Door"],
    summary: "Request a lease, or report on it",
    description:
      "A device reports what it has given back so far, and gets how many persons it may let in without the door. All numbers " +
      "are totals since the beginning, so a request without a response can be repeated.",
    middleware: scanner("door.scan"),
    request: { params: idParam("evt"), body: jsonContent(LeaseInput) },
    responses: { 200: { description: "The door's side of the lease", content: json(Lease) } },
  },
  ["not_found", "door_closed", "overloaded"],
);

doorLeases.openapi(ask, async (c) => {
  const { id } = c.req.valid("param");
  const { returned, calls, wants } = c.req.valid("json");
  if (!id) return problem(c, { code: "not_found" });
  const { actor, doors, requestId } = contextOf(c);
  const reply = await doors(id).lease({ by: atDoor(actor), requestId, report: { returned, calls }, wants });
  return reply.ok ? c.json(renderLease(reply.value), 200) : problem(c, reply.refusal);
});

const list = endpoint(
  {
    method: "get",
    path: "/v1/events/{id}/door/leases",
    tags: ["Door"],
    summary: "List a door's leases",
    description: "One for every device that ever requested one: for how many persons the door keeps room for it.",
    middleware: organiser("door.override"),
    request: { params: idParam("evt") },
    responses: { 200: { description: "Leases, by device", content: json(LeasesOut) } },
  },
  ["not_found", "overloaded"],
);

doorLeases.openapi(list, async (c) => {
  const { id } = c.req.valid("param");
  if (!id) return problem(c, { code: "not_found" });
  const { actor, doors } = contextOf(c);
  const reply = await doors(id).leases(atDoor(actor));
  return reply.ok ? c.json({ data: reply.value.map(renderLeaseOut) }, 200) : problem(c, reply.refusal);
});

const writeOff = endpoint(
  {
    method: "post",
    path: "/v1/events/{id}/door/leases/{device_id}/write-off",
    tags: ["Door"],
    summary: "Write off a lease",
    description:
      "Frees the room that is kept for a silent scanner. The persons whom it has let in alone are counted when it uploads them, even above the capacity.",
    middleware: organiser("door.override"),
    request: {
      params: idParam("evt").extend({
        device_id: z
          .string()
          .openapi({ param: { name: "device_id", in: "path" }, example: idExample("dev") })
          .transform((text) => parseId("dev", text)),
      }),
      body: jsonContent(WriteOffInput),
    },
    responses: { 200: { description: "The lease after it", content: json(LeaseOut) } },
  },
  ["not_found", "scan_id_reused", "door_closed", "overloaded"],
);

doorLeases.openapi(writeOff, async (c) => {
  const { id, device_id: deviceId } = c.req.valid("param");
  const { scan_id: scanId, reason } = c.req.valid("json");
  if (!id || !deviceId) return problem(c, { code: "not_found" });
  const { actor, doors, requestId } = contextOf(c);
  const reply = await doors(id).writeOff({ by: atDoor(actor), requestId, scanId, deviceId, reason });
  return reply.ok ? c.json(renderLeaseOut(reply.value), 200) : problem(c, reply.refusal);
});
