// Reads from a door what is neither a verdict nor its log: the bundle by which a scanner decides alone (rule D17), who came
// with a ticket (rule D13), and the counts that were projected to D1 (rule D10).

import { z } from "@hono/zod-openapi";
import { readParty } from "../../../app/door/read-party.ts";
import { atDoor } from "../../../app/door/scan-ticket.ts";
import { readDoorCounts } from "../../../db/door/door-counts.ts";
import { readEvent } from "../../../db/events/events.ts";
import { scannerOr } from "../../middleware/access.ts";
import { dbOf } from "../../db.ts";
import { ifNoneMatch, tagsOf } from "../../responses/etag.ts";
import { problem } from "../../problems/problem.ts";
import { contextOf, endpoint, newRouter } from "../../routing.ts";
import { afterSeq } from "../../schemas/after-seq.ts";
import { idParam, json } from "../../schemas/common.ts";
import { DoorReport, renderDoorReport } from "../../schemas/entry/door-report.ts";
import { Party, renderParty, serialQuery } from "../../schemas/entry/party.ts";

export const doorReads = newRouter();

const BYTES = "application/octet-stream";

const bundle = endpoint(
  {
    method: "get",
    path: "/v1/events/{id}/door/bundle",
    tags: ["Door"],
    summary: "Download what a scanner needs to decide alone",
    description:
      "Terms, counts, and the tickets that were scanned, changed or stopped, as of a row of the door's log, in a fixed " +
      "binary format. With `since_seq` only the tickets that changed after that row, if these are few; otherwise all.",
    middleware: [scannerOr("door.scan"), ifNoneMatch] as const,
    request: { params: idParam("evt"), query: z.strictObject({ since_seq: afterSeq }) },
    responses: {
      200: {
        description: "The bundle",
        content: { [BYTES]: { schema: { type: "string", format: "binary" } } },
      },
      304: { description: "Not changed since the ETag that If-None-Match names" },
    },
  },
  ["not_found", "door_closed", "overloaded"],
);

doorReads.openapi(bundle, async (c) => {
  const { id } = c.req.valid("param");
  if (!id) return problem(c, { code: "not_found" });
  const { since_seq: since } = c.req.valid("query");
  const { actor, doors } = contextOf(c);
  const taken = await doors(id).bundle(atDoor(actor), { since, tags: tagsOf(c.get("ifNoneMatch")) });
  if (!taken.ok) return problem(c, taken.refusal);
  const { tag, bytes } = taken.value;
  c.header("ETag", `"${tag}"`);
  if (bytes === null) return c.body(null, 304);
  return c.body(bytes, 200, { "Content-Type": BYTES });
});

const report = endpoint(
  {
    method: "get",
    path: "/v1/events/{id}/door/counts",
    tags: ["Door"],
    summary: "Read a door's counts for a report",
    description:
      "The counts that the door last projected, up to 30 seconds old, available long after the event. For the present counts read the door.",
    middleware: scannerOr("door.read"),
    request: { params: idParam("evt") },
    responses: { 200: { description: "The counts; zeros when nobody was counted", content: json(DoorReport) } },
  },
  ["not_found"],
);

doorReads.openapi(report, async (c) => {
  const { id } = c.req.valid("param");
  const db = dbOf(c.env);
  const event = id && (await readEvent(db, c.get("actor"), id, Date.now()));
  if (!id || !event) return problem(c, { code: "not_found" });
  return c.json(renderDoorReport(id, await readDoorCounts(db, id)), 200);
});

const party = endpoint(
  {
    method: "get",
    path: "/v1/events/{id}/door/party",
    tags: ["Door"],
    summary: "See who came with a ticket",
    description:
      "The other tickets of an order of which one was let in; for a device, only if it let that one in less than 10 minutes ago.",
    middleware: scannerOr("door.scan"),
    request: { params: idParam("evt"), query: z.strictObject({ serial: serialQuery }) },
    responses: { 200: { description: "The tickets that are outside", content: json(Party) } },
  },
  ["not_found", "door_closed", "overloaded"],
);

doorReads.openapi(party, async (c) => {
  const { id } = c.req.valid("param");
  const { serial } = c.req.valid("query");
  if (!id) return problem(c, { code: "not_found" });
  const found = await readParty(contextOf(c), id, serial);
  return found.ok ? c.json(renderParty(found.value), 200) : problem(c, found.refusal);
});
