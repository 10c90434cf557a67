// Serves the door of an event over HTTP: scans, the counts, and the log. The door checks whose event it is, and at which
// gate; on a scan's path nothing here queries D1 (rule D2), except for a typed code.

import { z } from "@hono/zod-openapi";
import { countAtDoor } from "../../../app/door/count-at-door.ts";
import { atDoor, type Presented, scanTicket } from "../../../app/door/scan-ticket.ts";
import { uploadScans } from "../../../app/door/upload-scans.ts";
import { DECIDED_BY } from "../../../domain/door/rows/door-log.ts";
import { parseId, parseTicketId } from "../../../domain/ids.ts";
import { can } from "../../../domain/people/policy.ts";
import { joinDoor } from "../../../door/client.ts";
import { organiser, scannerOr } from "../../middleware/access.ts";
import { followerOf } from "../../follower.ts";
import { cursorFor, readCursor } from "../../paging.ts";
import { problem, type Refused } from "../../problems/problem.ts";
import { contextOf, endpoint, newRouter } from "../../routing.ts";
import { isUpgrade, upgrade } from "../../upgrade.ts";
import { afterSeq } from "../../schemas/after-seq.ts";
import { idExample, idParam, json, jsonContent, pagingQuery } from "../../schemas/common.ts";
import {
  CompanionInput,
  CountsInput,
  Door,
  renderDoor,
  renderUndo,
  Scan,
  ScanInput,
  Undo,
  UndoInput,
} from "../../schemas/entry/door.ts";
import { DoorLog, renderDoorCheckpoint, renderDoorRow } from "../../schemas/entry/door-log.ts";
import { renderScan, VERDICTS } from "../../../door/shown-scan.ts";
import { ScansInput, Uploads, UploadsInput, renderUploads } from "../../schemas/entry/upload.ts";

export const door = newRouter();
// The schemas that `ScansInput` refers to.
for (const [name, each] of Object.entries({ ScanInput, CompanionInput, UploadsInput }))
  door.openAPIRegistry.register(name, each);

const undoneParam = idParam("evt").extend({
  scan_id: z
    .string()
    .openapi({ param: { name: "scan_id", in: "path" }, example: idExample("scn") })
    .transform((text) => parseId("scn", text)),
});

const scan = endpoint(
  {
    method: "post",
    path: "/v1/events/{id}/scans",
    tags: ["Door"],
    summary: "Scan a ticket, or upload what was decided alone",
    description:
      "A refusal at the door is no error: 200 with a verdict. If there was no response, repeat the request exactly as it was: the " +
      "same `scan_id` has the same verdict, and counts once. With `ticket_id` it scans a ticket without its code, of an order of " +
      "which this scanner has just let in another. With `uploads` it is a batch of scans that a scanner decided without the " +
      "door; these are counted whatever the rules say.",
    middleware: scannerOr("door.scan"),
    request: { params: idParam("evt"), body: jsonContent(ScansInput) },
    responses: {
      200: {
        description: "The door's verdict, or the outcome of each upload",
        content: json(z.union([Scan, Uploads])),
      },
    },
  },
  ["not_found", "scan_id_reused", "party_not_let_in", "door_closed", "overloaded"],
);

door.openapi(scan, async (c) => {
  const { id } = c.req.valid("param");
  const body = c.req.valid("json");
  if ("uploads" in body) {
    if (!id) return problem(c, { code: "not_found" });
    const uploaded = await uploadScans(contextOf(c), id, body.uploads);
    return uploaded.ok ? c.json(renderUploads(uploaded.value), 200) : problem(c, uploaded.refusal);
  }
  const { scan_id: scanId, direction, acked, override, from_lease: fromLease } = body;
  const gateId = parseId("gate", body.gate_id);
  const presented = presentedBy(body);
  if (!id || !gateId || !presented) return problem(c, { code: "not_found" });
  const scan = { scanId, gateId, direction, acked, fromLease, override: override?.reason ?? null };
  const reply = await scanTicket(contextOf(c), id, presented, scan);
  return reply.ok ? c.json(renderScan(reply.value), 200) : problem(c, reply.refusal);
});

/** Null when the ticket id is malformed, so there can be no such ticket. */
function presentedBy(body: z.infer<typeof ScanInput> | z.infer<typeof CompanionInput>): Presented | null {
  if ("code" in body) return { code: body.code, source: body.source };
  const ticketId = parseTicketId(body.ticket_id);
  return ticketId && { ticketId };
}

const undo = endpoint(
  {
    method: "post",
    path: "/v1/events/{id}/scans/{scan_id}/undo",
    tags: ["Door"],
    summary: "Undo a scan or a click",
    description:
      "Allowed to its own scanner within 10 minutes, to a supervisor at any time. It may arrive before what it undoes.",
    middleware: scannerOr("door.scan"),
    request: { params: undoneParam, body: jsonContent(UndoInput) },
    responses: { 200: { description: "The outcome", content: json(Undo) } },
  },
  ["not_found", "scan_id_reused", "undo_too_late", "door_closed", "overloaded"],
);

door.openapi(undo, async (c) => {
  const { id, scan_id: ref } = c.req.valid("param");
  const { scan_id: scanId } = c.req.valid("json");
  if (!id || !ref) return problem(c, { code: "not_found" });
  const { actor, doors, requestId } = contextOf(c);
  const reply = await doors(id).undo({ by: atDoor(actor), requestId, scanId, ref });
  return reply.ok ? c.json(renderUndo(reply.value), 200) : problem(c, reply.refusal);
});

const count = endpoint(
  {
    method: "post",
    path: "/v1/events/{id}/door/counts",
    tags: ["Door"],
    summary: "Count without tickets",
    description:
      "A click of a device or a supervisor; a supervisor's correction of who is inside; or a sweep: the place is empty, and every ticket outside.",
    middleware: scannerOr("door.scan"),
    request: { params: idParam("evt"), body: jsonContent(CountsInput) },
    responses: { 200: { description: "The counts after it", content: json(Door) } },
  },
  ["not_found", "scan_id_reused", "door_closed", "overloaded"],
);

door.openapi(count, async (c) => {
  const { id } = c.req.valid("param");
  if (!id) return problem(c, { code: "not_found" });
  const reply = await countAtDoor(contextOf(c), id, c.req.valid("json"));
  return reply.ok ? c.json(renderDoor(reply.value), 200) : problem(c, reply.refusal);
});

const counts = endpoint(
  {
    method: "get",
    path: "/v1/events/{id}/door",
    tags: ["Door"],
    summary: "Count who is inside, or scan over a WebSocket",
    description:
      "Counts of persons from the door itself, up to its last scan. As an upgrade, for callers that may scan, it is the scanner's socket: " +
      "`scan` gets a `verdict`, and what any gate admits is sent to all. A browser authenticates by " +
      "`Sec-WebSocket-Protocol: voelgoed.v1, bearer.<token>`.",
    middleware: scannerOr("door.read"),
    request: { params: idParam("evt") },
    responses: { 200: { description: "The counts", content: json(Door) } },
  },
  ["not_found", "overloaded"],
);

door.openapi(counts, async (c) => {
  const { id } = c.req.valid("param");
  if (!id) return problem(c, { code: "not_found" });
  const { actor, doors } = contextOf(c);
  if (isUpgrade(c)) {
    if (!can(actor, "door.scan")) return problem(c, { code: "forbidden" });
    // The cast: the response to an upgrade is in no document.
    return (await upgrade(c, () => joinDoor(c.env.EVENT_DOOR, id, c.req.raw, followerOf(actor)))) as Refused;
  }
  const reply = await doors(id).counts(atDoor(actor));
  return reply.ok ? c.json(renderDoor(reply.value), 200) : problem(c, reply.refusal);
});

const named = (prefix: "gate" | "dev", description: string) =>
  z
    .string()
    .optional()
    .openapi({ description, example: idExample(prefix) });

const log = endpoint(
  {
    method: "get",
    path: "/v1/events/{id}/scans",
    tags: ["Door"],
    summary: "Read the door's log",
    description:
      "In the order of `seq`, with every scan, whatever its verdict. To follow it, request it again with `after_seq` of the " +
      "last row read. With a filter a page may have fewer rows than `limit`, or none, while `next_cursor` goes on. 90 " +
      "days after the event's archiving the rows are deleted: then `checkpoint` is what is left of them.",
    middleware: organiser("door.log"),
    request: {
      params: idParam("evt"),
      query: z.strictObject({
        ...pagingQuery,
        after_seq: afterSeq,
        decided: z.enum(DECIDED_BY).optional().openapi({
          description: "Only rows decided by the door, by a supervisor against its verdict, or by a scanner alone.",
          example: "door",
        }),
        verdict: z.enum(VERDICTS).optional().openapi({ example: "admitted" }),
        gate_id: named("gate", "Scanned at this gate."),
        device_id: named("dev", "Scanned by this device, or by the organiser with this id."),
      }),
    },
    responses: { 200: { description: "Rows, oldest first", content: json(DoorLog) } },
  },
  ["not_found", "overloaded"],
);

door.openapi(log, async (c) => {
  const { id } = c.req.valid("param");
  const { limit, cursor, after_seq, ...filters } = c.req.valid("query");
  const { actor, doors } = contextOf(c);
  const { organizationId } = actor;
  const bound = { list: "door", organizationId, id: id ?? undefined, after_seq, ...filters };
  const from = readCursor(cursor, bound);
  if (!from.ok) return problem(c, from.refusal);
  if (!id) return problem(c, { code: "not_found" });
  const { decided = null, verdict = null, gate_id: gateId = null, device_id: deviceId = null } = filters;
  // The position in the cursor is a row's `seq`; it is in the field that has the time of creation in other lists.
  const position = { afterSeq: from.value?.createdAt ?? after_seq, limit };
  const page = await doors(id).log({ by: atDoor(actor), ...position, decided, verdict, gateId, deviceId });
  if (!page.ok) return problem(c, page.refusal);
  const { rows, nextSeq, checkpoint = null } = page.value;
  const next_cursor = nextSeq === null ? null : cursorFor({ createdAt: nextSeq, id: String(nextSeq) }, bound);
  const data = rows.map(renderDoorRow);
  return c.json({ data, next_cursor, checkpoint: checkpoint && renderDoorCheckpoint(checkpoint) }, 200);
});
