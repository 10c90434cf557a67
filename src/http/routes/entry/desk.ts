// Serves the door desk of an event: heartbeats of its devices, who is on duty, and the notice to all gates.

import { beatDesk } from "../../../app/desk/beat-desk.ts";
import { mayUseDesk } from "../../../app/desk/desk.ts";
import { putNotice } from "../../../app/desk/put-notice.ts";
import { organiser, scanner, scannerOr } from "../../middleware/access.ts";
import { problem } from "../../problems/problem.ts";
import { contextOf, endpoint, newRouter } from "../../routing.ts";
import { idParam, json, jsonContent } from "../../schemas/common.ts";
import {
  Desk,
  Heartbeat,
  HeartbeatInput,
  Notice,
  NoticeInput,
  renderBeat,
  renderDesk,
  renderNotice,
} from "../../schemas/entry/desk.ts";

export const desk = newRouter();

const heartbeat = endpoint(
  {
    method: "post",
    path: "/v1/events/{id}/desk/heartbeat",
    tags: ["Door desk"],
    summary: "Report a device on duty",
    description: "To be sent every 15 seconds; after 45 seconds without one a device is no longer on duty.",
    middleware: scanner("desk.heartbeat"),
    request: { params: idParam("evt"), body: jsonContent(HeartbeatInput) },
    responses: { 200: { description: "The device as the desk now has it, and the notice", content: json(Heartbeat) } },
  },
  ["not_found", "unknown_reference"],
);

desk.openapi(heartbeat, async (c) => {
  const { id } = c.req.valid("param");
  const { queued_scans: queuedScans, queued_since: queuedSince, gate_id: gateId } = c.req.valid("json");
  if (!id) return problem(c, { code: "not_found" });
  const context = contextOf(c);
  const beat = await beatDesk(context, id, { queuedScans, queuedSince, gateId });
  return beat.ok ? c.json(renderBeat(beat.value, context.now), 200) : problem(c, beat.refusal);
});

const read = endpoint(
  {
    method: "get",
    path: "/v1/events/{id}/desk",
    tags: ["Door desk"],
    summary: "See who is on duty",
    description: "The devices that reported within a day, newest first, and the notice.",
    middleware: scannerOr("desk.read"),
    request: { params: idParam("evt") },
    responses: { 200: { description: "The desk", content: json(Desk) } },
  },
  ["not_found"],
);

desk.openapi(read, async (c) => {
  const { id } = c.req.valid("param");
  const context = contextOf(c);
  if (!id || !(await mayUseDesk(context, id))) return problem(c, { code: "not_found" });
  const state = await context.desks(id).read();
  return state.ok ? c.json(renderDesk(id, state.value, context.now), 200) : problem(c, state.refusal);
});

const notice = endpoint(
  {
    method: "put",
    path: "/v1/events/{id}/desk/notice",
    tags: ["Door desk"],
    summary: "Tell all gates",
    middleware: organiser("desk.notice"),
    request: { params: idParam("evt"), body: jsonContent(NoticeInput) },
    responses: { 200: { description: "The notice", content: json(Notice) } },
  },
  ["not_found"],
);

desk.openapi(notice, async (c) => {
  const { id } = c.req.valid("param");
  const { text } = c.req.valid("json");
  if (!id) return problem(c, { code: "not_found" });
  const put = await putNotice(contextOf(c), id, text);
  return put.ok ? c.json(renderNotice(put.value), 200) : problem(c, put.refusal);
});
