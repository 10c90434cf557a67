// Serves the public catalogue and its live availability (rules P3, E7). An event comes from the cache, the list from D1,
// and counts only from the inventories.

import { z } from "@hono/zod-openapi";
import type { Context } from "hono";
import type { PublishedEvent } from "../../../db/events/public-events.ts";
import { isSlug, MAX_SLUG } from "../../../domain/events/slug.ts";
import { publicOccupancy } from "../../../domain/ledger/memory/book.ts";
import { anonymous } from "../../middleware/access.ts";
import { ifNoneMatch, matchesEtag } from "../../responses/etag.ts";
import { cursorFor, readCursor } from "../../paging.ts";
import { findPublished, findPublishedByNames } from "../../middleware/limits/miss-limit.ts";
import { problem } from "../../problems/problem.ts";
import { endpoint, type HonoEnv, newRouter } from "../../routing.ts";
import { readCounts } from "../../reads/shared-counts.ts";
import { readPublicList } from "../../reads/shared-lists.ts";
import { idParam, json, pageOf, pagingQuery, toIso } from "../../schemas/common.ts";
import {
  Availability,
  PublicEvent,
  PublicEventSummary,
  renderPublicEventSummary,
} from "../../schemas/catalogue/public-event.ts";
import { isOver, publicEventText } from "../../responses/public-event-text.ts";

export const storefront = newRouter();

const PUBLIC = "public, no-cache";
const slugParam = (name: string, example: string) => z.string().openapi({ param: { name, in: "path" }, example });

const list = endpoint(
  {
    method: "get",
    path: "/v1/public/organizations/{slug}/events",
    tags: ["Storefront"],
    summary: "List an organisation's public events",
    middleware: anonymous,
    request: {
      params: z.object({ slug: slugParam("slug", "pretoria-live") }),
      query: z.strictObject(pagingQuery),
    },
    responses: {
      200: { description: "Published and live events, soonest first", content: json(pageOf(PublicEventSummary)) },
    },
  },
  ["not_found", "rate_limited"],
);

storefront.openapi(list, async (c) => {
  const { slug } = c.req.valid("param");
  const { limit, cursor } = c.req.valid("query");
  const bound = { list: "public-events", slug };
  const position = readCursor(cursor, bound);
  if (!position.ok) return problem(c, position.refusal);
  if (slug.length > MAX_SLUG) return problem(c, { code: "not_found" });
  // This list is sorted by start time, so its cursors carry that.
  const after = position.value && { startTime: position.value.createdAt, id: position.value.id };
  const listed = await readPublicList(c, { slug, limit: limit + 1, after });
  if (!listed.ok) return problem(c, listed.refusal);
  const rows = listed.value.events;
  const now = Date.now();
  const shown = rows.slice(0, limit);
  const last = rows.length > limit ? shown.at(-1) : undefined;
  c.header("Cache-Control", PUBLIC);
  return c.json(
    {
      data: shown.filter((event) => event.end_time > now).map((event) => renderPublicEventSummary(event, now)),
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
  ["not_found", "rate_limited"],
);

storefront.openapi(read, async (c) => {
  const { id } = c.req.valid("param");
  const published = id && (await findPublished(c, id));
  if (published && !published.ok) return problem(c, published.refusal);
  return answerEvent(c, published?.value?.shown ?? null);
});

const readByNames = endpoint(
  {
    method: "get",
    path: "/v1/public/organizations/{slug}/events/{event_slug}",
    tags: ["Storefront"],
    summary: "Read a public event by its slug",
    description: "Returns the same as `GET /v1/public/events/{id}`.",
    middleware: [anonymous, ifNoneMatch] as const,
    request: {
      params: z.object({
        slug: slugParam("slug", "pretoria-live"),
        event_slug: slugParam("event_slug", "night-of-songs"),
      }),
    },
    responses: {
      200: { description: "The event and its ticket types that are not hidden", content: json(PublicEvent) },
      304: { description: "Not changed since the ETag that If-None-Match names" },
    },
  },
  ["not_found", "rate_limited"],
);

storefront.openapi(readByNames, async (c) => {
  const { slug: organization, event_slug: event } = c.req.valid("param");
  if (organization.length > MAX_SLUG || !isSlug(event)) return problem(c, { code: "not_found" });
  const found = await findPublishedByNames(c, { organization, event });
  return found.ok ? answerEvent(c, found.value) : problem(c, found.refusal);
});

type Reading = Context<HonoEnv & { Variables: { ifNoneMatch: string | undefined } }>;

function answerEvent(c: Reading, found: PublishedEvent | null) {
  const now = Date.now();
  if (!found || isOver(found, now)) return problem(c, { code: "not_found" });
  const { text, etag } = publicEventText(found, now);
  c.header("ETag", etag);
  c.header("Cache-Control", PUBLIC);
  if (matchesEtag(c.get("ifNoneMatch"), etag)) return c.body(null, 304);
  return c.body(text, 200, { "Content-Type": "application/json" });
}

const availability = endpoint(
  {
    method: "get",
    path: "/v1/public/events/{id}/availability",
    tags: ["Storefront"],
    summary: "Read what is available now",
    description: "The counts come from the inventories and may be cached for 250 ms; `at` is the time of the oldest.",
    middleware: anonymous,
    request: { params: idParam("evt") },
    responses: { 200: { description: "The counts of each ticket type", content: json(Availability) } },
  },
  ["not_found", "overloaded", "rate_limited"],
);

storefront.openapi(availability, async (c) => {
  const { id } = c.req.valid("param");
  const published = id && (await findPublished(c, id));
  if (published && !published.ok) return problem(c, published.refusal);
  const found = published?.value?.shown;
  if (!found || isOver(found, Date.now())) return problem(c, { code: "not_found" });
  const replies = await Promise.all(found.ticketTypes.map(({ id: typeId }) => readCounts(c, typeId)));
  const shown: z.infer<typeof Availability>["ticket_types"] = [];
  let at: number | null = null;
  for (const reply of replies) {
    // A type that its inventory does not know, or no longer shows, must not be shown to the public.
    if (!reply.ok && reply.refusal.code === "not_found") continue;
    if (!reply.ok) return problem(c, reply.refusal);
    const { at: asOf, visible, ...counts } = reply.value;
    at = Math.min(at ?? asOf, asOf);
    if (visible) shown.push(publicOccupancy(counts));
  }
  return c.json({ event_id: found.event.id, at: toIso(at ?? Date.now()), ticket_types: shown }, 200);
});
