// Makes, lists and ends the crew codes of an event (rule D22), for those who manage its ticketing, and redeems them for
// phones.

import { z } from "@hono/zod-openapi";
import { createCrewCode } from "../../../app/crew/create-crew-code.ts";
import { endCrewCode } from "../../../app/crew/end-crew-code.ts";
import { pairDevice } from "../../../app/crew/pair-device.ts";
import { listCrewCodes } from "../../../db/crew/crew-codes.ts";
import { readEvent } from "../../../db/events/events.ts";
import { parseId } from "../../../domain/ids.ts";
import { anonymous, organiser } from "../../middleware/access.ts";
import { addressOf, rateLimit } from "../../middleware/limits/rate-limit.ts";
import { dbOf } from "../../db.ts";
import { requireRecentPassword } from "../../middleware/recent-password.ts";
import { optionalIdempotencyKey } from "../../middleware/idempotency-key.ts";
import { pageFrom, readCursor } from "../../paging.ts";
import { problem } from "../../problems/problem.ts";
import { drawCode } from "../../responses/qr-code.ts";
import { contextOf, endpoint, newRouter } from "../../routing.ts";
import { idExample, idParam, json, jsonContent, pageOf, pagingQuery } from "../../schemas/common.ts";
import {
  CrewCode,
  CrewCodeInput,
  NewCrewCode,
  PairedDevice,
  PairingInput,
  renderCrewCode,
} from "../../schemas/people/crew.ts";
import { renderDevice } from "../../schemas/people/credential.ts";

export const crewCodes = newRouter();

const list = endpoint(
  {
    method: "get",
    path: "/v1/events/{id}/crew-codes",
    tags: ["Crew"],
    summary: "List the crew codes of an event",
    description: "Without the codes themselves. Codes that are used up, expired or ended stay in the list.",
    middleware: organiser("crew.manage"),
    request: { params: idParam("evt"), query: z.strictObject(pagingQuery) },
    responses: { 200: { description: "Crew codes, newest first", content: json(pageOf(CrewCode)) } },
  },
  ["not_found"],
);

crewCodes.openapi(list, async (c) => {
  const actor = c.get("actor");
  const { id } = c.req.valid("param");
  const { limit, cursor } = c.req.valid("query");
  const { organizationId } = actor;
  const bound = { list: "crew-codes", organizationId, id: id ?? undefined };
  const before = readCursor(cursor, bound);
  if (!before.ok) return problem(c, before.refusal);
  const db = dbOf(c.env);
  if (!id || !(await readEvent(db, actor, id, Date.now()))) return problem(c, { code: "not_found" });
  const rows = await listCrewCodes(db, organizationId, id, { limit: limit + 1, before: before.value });
  return c.json(pageFrom(rows, limit, bound, renderCrewCode), 200);
});

const create = endpoint(
  {
    method: "post",
    path: "/v1/events/{id}/crew-codes",
    tags: ["Crew"],
    summary: "Make a crew code",
    description:
      "Each phone that redeems it becomes a device of its own, at the code's gate or at any of the venue, until 7 days after the event's end.",
    middleware: [organiser("crew.manage"), requireRecentPassword, optionalIdempotencyKey] as const,
    request: { params: idParam("evt"), body: jsonContent(CrewCodeInput) },
    responses: {
      201: {
        description: "The crew code, with what phones read, which is not shown again",
        content: json(NewCrewCode),
      },
    },
  },
  ["not_found", "organization_suspended", "unknown_reference", "door_closed", "rate_limited"],
);

crewCodes.openapi(create, async (c) => {
  const { id } = c.req.valid("param");
  const { gate_id: gate, ...rest } = c.req.valid("json");
  if (!id) return problem(c, { code: "not_found" });
  const gateId = gate === null ? null : parseId("gate", gate);
  if (gate !== null && gateId === null) return problem(c, { code: "unknown_reference", path: "/gate_id" });
  const created = await createCrewCode(contextOf(c), id, { ...rest, gate_id: gateId }, c.get("idempotencyKey"));
  if (!created.ok) return problem(c, created.refusal);
  const { row, secret, replayed } = created.value;
  if (replayed) c.header("Idempotency-Replayed", "true");
  const qr_svg = secret === null ? null : await drawCode(secret, 1);
  return c.json({ ...renderCrewCode(row), secret, qr_svg }, 201);
});

const codeParams = idParam("evt").extend({
  crew_code_id: z
    .string()
    .openapi({ param: { name: "crew_code_id", in: "path" }, example: idExample("crew") })
    .transform((text) => parseId("crew", text)),
});

const end = endpoint(
  {
    method: "delete",
    path: "/v1/events/{id}/crew-codes/{crew_code_id}",
    tags: ["Crew"],
    summary: "End a crew code",
    description: "It pairs no more devices. Those that it paired stay valid, and can be revoked one by one.",
    middleware: organiser("crew.manage"),
    request: { params: codeParams },
    responses: { 204: { description: "It has ended" } },
  },
  ["not_found"],
);

crewCodes.openapi(end, async (c) => {
  const { id, crew_code_id: codeId } = c.req.valid("param");
  if (!id || !codeId) return problem(c, { code: "not_found" });
  const ended = await endCrewCode(contextOf(c), id, codeId);
  return ended.ok ? c.body(null, 204) : problem(c, ended.refusal);
});

const pair = endpoint(
  {
    method: "post",
    path: "/v1/devices/pair",
    tags: ["Crew"],
    summary: "Pair a phone by a crew code",
    description:
      "Needs no credential. If there was no response, repeat the request exactly as it was: the same `pairing_id` gives the same device and token, and takes one use.",
    middleware: anonymous,
    request: { body: jsonContent(PairingInput) },
    responses: { 201: { description: "The device, with its token", content: json(PairedDevice) } },
  },
  ["not_found", "organization_suspended", "crew_code_refused", "rate_limited"],
);

/**
 * An invalid code is counted by address, as a credential is. A valid one is not, even if others at that address guess.
 */
crewCodes.openapi(pair, async (c) => {
  const { code, pairing_id: pairingId, name } = c.req.valid("json");
  const context = { db: dbOf(c.env), now: Date.now(), requestId: c.get("requestId") };
  const paired = await pairDevice(context, { code, pairingId, name });
  if (!paired.ok) {
    const excess = paired.refusal.code === "not_found" && (await rateLimit(c.env, "CREDENTIAL_LIMIT", addressOf(c)));
    return problem(c, excess || paired.refusal);
  }
  const { device, secret, replayed } = paired.value;
  if (replayed) c.header("Idempotency-Replayed", "true");
  return c.json({ ...renderDevice(device), secret }, 201);
});
