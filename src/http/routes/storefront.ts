// The public catalogue and its live availability (rule P3). Catalogue comes from D1, counts from the inventories alone.

import { z } from "@hono/zod-openapi";
import { answered } from "../../db/limit.ts";
import {
  findOrganizationBySlug,
  listPublicEvents,
  readPublicEvent,
  readPublicTicketTypes,
} from "../../db/public-events.ts";
import { openInventories } from "../../inventory/client.ts";
import { anonymous } from "../access.ts";
import { dbOf } from "../db.ts";
import { etagOf, ifNoneMatch, matchesEtag } from "../etag.ts";
import { cursorFor, readCursor } from "../paging.ts";
import { problem } from "../problem.ts";
import { endpoint, newRouter } from "../routing.ts";
import { idParam, json, pageOf, pagingQuery, toIso } from "../schemas/common.ts";
import {
  Availability,
  PublicEvent,
  PublicEventSummary,
  renderPublicEvent,
  renderPublicEventSummary,
} from "../schemas/public-event.ts";

export const storefront = newRouter();

const PUBLIC = "public, no-cache";

const list = endpoint(
  {
    method: "get",
    path: "/v1/public/organizations/{slug}/events",
    tags: ["Storefront"],
    summary: "List an organisation's public events",
    middleware: anonymous,
    request: {
      params: z.object({ slug: z.string().openapi({ param: { name: "slug", in: "path" }, example: "pretoria-live" }) }),
      query: z.strictObject(pagingQuery),
    },
    responses: {
      200: { description: "Published and live events, soonest first", content: json(pageOf(PublicEventSummary)) },
    },
  },
  ["not_found"],
);

storefront.openapi(list, async (c) => {
  const { slug } = c.req.valid("param");
  const { limit, cursor } = c.req.valid("query");
  const bound = { list: "public-events", slug };
  const position = readCursor(cursor, bound);
  if (!position.ok) return problem(c, position.refusal);
  const organizationId = await answered(findOrganizationBySlug(dbOf(c.env), slug));
  if (!organizationId) return problem(c, { code: "not_found" });
  // This list runs by start time: that is what its positions carry.
  const after = position.value && { startTime: position.value.createdAt, id: position.value.id };
  const rows = await answered(listPublicEvents(dbOf(c.env), { organizationId, limit: limit + 1, after }));
  const shown = rows.slice(0, limit);
  const last = rows.length > limit ? shown.at(-1) : undefined;
  c.header("Cache-Control", PUBLIC);
  return c.json(
    {
      data: shown.map(renderPublicEventSummary),
      next_cursor: last ? cursorFor({ createdAt: last.start_time, id: last.id }, bound) : null,
    },
    200,
  );
});

const read = endpoint(
  {
    method: "get",
    path: "/v1/public/events/{id}",
    tags: ["Storefront"],
    summary: "Read a public event",
    middleware: [anonymous, ifNoneMatch] as const,
    request: { params: idParam("evt") },
    responses: {
      200: { description: "The event and its ticket types that are not hidden", content: json(PublicEvent) },
      304: { description: "Not changed since the ETag that If-None-Match names" },
    },
  },
  ["not_found"],
);

storefront.openapi(read, async (c) => {
  const { id } = c.req.valid("param");
  const found = id && (await answered(readPublicEvent(dbOf(c.env), id)));
  if (!found) return problem(c, { code: "not_found" });
  const shown = renderPublicEvent(found.event, found.ticketTypes);
  const etag = etagOf(JSON.stringify(shown));
  c.header("ETag", etag);
  c.header("Cache-Control", PUBLIC);
  return matchesEtag(c.get("ifNoneMatch"), etag) ? c.body(null, 304) : c.json(shown, 200);
});

const availability = endpoint(
  {
    method: "get",
    path: "/v1/public/events/{id}/availability",
    tags: ["Storefront"],
    summary: "See what is available now",
    description: "Straight from the inventories, never from a cache.",
    middleware: anonymous,
    request: { params: idParam("evt") },
    responses: { 200: { description: "The counts of each ticket type", content: json(Availability) } },
  },
  ["not_found", "overloaded"],
);

storefront.openapi(availability, async (c) => {
  const { id } = c.req.valid("param");
  const ticketTypeIds = id && (await answered(readPublicTicketTypes(dbOf(c.env), id)));
  if (!ticketTypeIds) return problem(c, { code: "not_found" });
  const inventoryOf = openInventories(c.env.INVENTORY);
  const replies = await Promise.all(ticketTypeIds.map((ticketTypeId) => inventoryOf(ticketTypeId).counts()));
  const shown: z.infer<typeof Availability>["ticket_types"] = [];
  let at = Date.now();
  for (const reply of replies) {
    // Why: a type that its inventory does not know, or no longer shows, is not the public's to see.
    if (!reply.ok && reply.refusal.code === "not_found") continue;
    if (!reply.ok) return problem(c, reply.refusal);
    const { at: asOf, visible, ...counts } = reply.value;
    at = Math.max(at, asOf);
    if (visible) shown.push(counts);
  }
  return c.json({ event_id: id, at: toIso(at), ticket_types: shown }, 200);
});
