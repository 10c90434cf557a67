// Opens the sockets of a ticket type, of an event, and of an event's scanners. The upgrade is passed on to the object that
// keeps the socket (rules L1 to L6). Who may open it is checked here; from then on the object checks it (rule T5).

import { z } from "@hono/zod-openapi";
import { readGate } from "../../../db/gates/gates.ts";
import { readEvent } from "../../../db/events/events.ts";
import { type EventId, parseId, type TicketTypeId } from "../../../domain/ids.ts";
import { joinLive } from "../../../inventory/client.ts";
import { joinFeed, shardFor, shardsOf } from "../../../feed/client.ts";
import { anonymous, scannerOr } from "../../middleware/access.ts";
import { addressHashOf, limitSockets } from "../../middleware/limits/rate-limit.ts";
import { dbOf } from "../../db.ts";
import { followerOf } from "../../follower.ts";
import { admitId, findPublished, rememberId, explainNoEvent } from "../../middleware/limits/miss-limit.ts";
import { problem } from "../../problems/problem.ts";
import { isOver } from "../../responses/public-event-text.ts";
import { endpoint, newRouter } from "../../routing.ts";
import { idParam } from "../../schemas/common.ts";
import { readCounts } from "../../reads/shared-counts.ts";
import { refusePlain, upgrade } from "../../upgrade.ts";

export const live = newRouter();

const OPEN = { 101: { description: "The socket is open" } };

const followType = endpoint(
  {
    method: "get",
    path: "/v1/ticket-types/{id}/live",
    tags: ["Live"],
    summary: "Follow a ticket type",
    description:
      "A WebSocket: first a `snapshot` frame, then `occupancy` frames with absolute counts, each with its ledger position `seq`. Text `ping` is answered with `pong`.",
    middleware: [anonymous, limitSockets] as const,
    request: { params: idParam("tt") },
    responses: OPEN,
  },
  ["not_found", "upgrade_required"],
);

live.openapi(followType, async (c) => {
  const { id } = c.req.valid("param");
  if (!id) return problem(c, { code: "not_found" });
  const excess = await admitId(c, id);
  if (excess) return problem(c, excess);
  const plain = await refusePlain(c, () => isShown(c, id));
  if (plain) return plain;
  const joined = await upgrade(c, () => joinLive(c.env.INVENTORY, id, c.req.raw, addressHashOf(c, id)));
  if (joined.status === 101) rememberId(id);
  return joined;
});

const followEvent = endpoint(
  {
    method: "get",
    path: "/v1/events/{id}/live",
    tags: ["Live"],
    summary: "Follow an event",
    description:
      "A WebSocket: first a `snapshot` frame with all ticket types that are not hidden, then `occupancy` frames with those that changed, and `event` frames. A further `snapshot` replaces what was known. Text `ping` is answered with `pong`.",
    middleware: [anonymous, limitSockets] as const,
    request: { params: idParam("evt") },
    responses: OPEN,
  },
  ["not_found", "upgrade_required"],
);

live.openapi(followEvent, async (c) => {
  const { id } = c.req.valid("param");
  if (!id) return problem(c, { code: "not_found" });
  const refusal = await explainNoEvent(c, id);
  if (refusal) return problem(c, refusal);
  const plain = await refusePlain(c, () => isPublic(c, id));
  if (plain) return plain;
  const shard = shardFor(c.get("requestId"), shardsOf(c.env.EVENT_FEED_SHARDS));
  return upgrade(c, () => joinFeed(c.env.EVENT_FEED, id, shard, c.req.raw, addressHashOf(c, id)));
});

const followScanner = endpoint(
  {
    method: "get",
    path: "/v1/events/{id}/scanner",
    tags: ["Live"],
    summary: "Follow an event's scanner channel",
    description:
      "A WebSocket like that of the event, with hidden types, and `gate`, `device` and `notice` frames. A browser authenticates by `Sec-WebSocket-Protocol: voelgoed.v1, bearer.<token>`. A device follows from its own gate, or without one from any, at its own venue.",
    middleware: scannerOr("scanner.follow"),
    request: {
      params: idParam("evt"),
      query: z.strictObject({
        gate_id: z
          .string()
          .max(100)
          .optional()
          .openapi({ description: "The gate from which it is followed.", example: "gate_4c9n0q2r8k3f7t5v1x6y0z9m2d" }),
      }),
    },
    responses: OPEN,
  },
  ["not_found", "upgrade_required"],
);

live.openapi(followScanner, async (c) => {
  const actor = c.get("actor");
  const { id } = c.req.valid("param");
  const { gate_id: gate } = c.req.valid("query");
  const gateId = gate === undefined ? null : parseId("gate", gate);
  if (!id || (gate !== undefined && !gateId)) return problem(c, { code: "not_found" });
  if (actor.kind === "device" && actor.gateId !== null) {
    // Nothing else is checked here, since the feed knows the event's venue and organisation.
    if (gateId && gateId !== actor.gateId) return problem(c, { code: "not_found" });
  } else if (gateId) {
    const db = dbOf(c.env);
    const [event, place] = await Promise.all([readEvent(db, actor, id, Date.now()), readGate(db, actor, gateId)]);
    if (!event || !place || place.venue_id !== event.venue_id) return problem(c, { code: "not_found" });
  }
  const refusal = await explainNoEvent(c, id);
  if (refusal) return problem(c, refusal);
  const plain = await refusePlain(c, async () => (await readEvent(dbOf(c.env), actor, id, Date.now())) !== null);
  if (plain) return plain;
  return upgrade(c, () => joinFeed(c.env.EVENT_FEED, id, 0, c.req.raw, followerOf(actor)));
});

/** Whether the public may see the type, according to its inventory. */
async function isShown(c: Parameters<typeof readCounts>[0], id: TicketTypeId): Promise<boolean> {
  const reply = await readCounts(c, id);
  return reply.ok ? reply.value.visible : reply.refusal.code !== "not_found";
}

async function isPublic(c: Parameters<typeof findPublished>[0], id: EventId): Promise<boolean> {
  const found = await findPublished(c, id);
  const shown = found.ok ? found.value?.shown : null;
  return shown ? !isOver(shown, Date.now()) : false;
}
