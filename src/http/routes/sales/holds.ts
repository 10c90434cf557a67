// Serves holds of the storefront and the door. This path must be fast: a shopper's request calls one inventory object and
// nothing else, no D1 and no KV.

import { z } from "@hono/zod-openapi";
import { extensionKeyFrom, holdIdFrom, type HoldId, parseHoldId, ticketTypeOfHold } from "../../../domain/ids.ts";
import { actingOnHolds } from "../../../domain/people/policy.ts";
import { sha256 } from "../../../shared/sha256.ts";
import { limitedShopperOr, shopperOr } from "../../middleware/access.ts";
import { buyerAddress } from "../../middleware/limits/rate-limit.ts";
import { idempotencyKey } from "../../middleware/idempotency-key.ts";
import { inventoryFor } from "../../middleware/limits/miss-limit.ts";
import { problem } from "../../problems/problem.ts";
import { endpoint, newRouter } from "../../routing.ts";
import { idParam, json, jsonContent } from "../../schemas/common.ts";
import { Hold, HoldInput, renderHold } from "../../schemas/sales/hold.ts";
import { optionalIfMatch, versionTag } from "../../responses/version-tag.ts";

export const holds = newRouter();

const holdIdParam = z.object({
  id: z
    .string()
    .openapi({ param: { name: "id", in: "path" }, example: `hold_${"4c9n0q2r8k3f7t5v1x6y0z9m2d".repeat(2)}` })
    .transform((text): HoldId | null => parseHoldId(text)),
});

const place = endpoint(
  {
    method: "post",
    path: "/v1/ticket-types/{id}/holds",
    tags: ["Storefront"],
    summary: "Hold tickets",
    description:
      "Takes tickets off sale for a while. A repeat with the same key is the same hold and takes nothing more. With " +
      "`replaces` it replaces an active hold, whose tickets count as free for it and whose time it inherits.",
    middleware: [limitedShopperOr("hold.door_sale"), idempotencyKey] as const,
    request: { params: idParam("tt"), body: jsonContent(HoldInput) },
    responses: { 201: { description: "The hold", content: json(Hold) } },
  },
  [
    "not_found",
    "organization_suspended",
    "not_on_sale",
    "quantity_out_of_bounds",
    "shopper_limit_reached",
    "address_limit_reached",
    "sold_out",
    "hold_not_active",
    "hold_expired",
    "idempotency_key_reused",
    "overloaded",
  ],
);

holds.openapi(place, async (c) => {
  const actor = c.get("actor");
  const ticketTypeId = c.req.valid("param").id;
  const input = c.req.valid("json");
  if (input.source === "scanner" && actor.kind === "shopper") return problem(c, { code: "forbidden" });
  if (!ticketTypeId) return problem(c, { code: "not_found" });
  const replaces = input.replaces === null ? null : parseHoldId(input.replaces);
  if (input.replaces !== null && !replaces) return problem(c, { code: "not_found", holdId: input.replaces });
  const reply = await inventoryFor(c, ticketTypeId).hold({
    holdId: holdIdFrom(ticketTypeId, actor.id, c.get("idempotencyKey"), sha256),
    holder: actingOnHolds(actor),
    quantity: input.quantity,
    source: input.source,
    notes: input.notes,
    replaces,
    address: buyerAddress(c, actor, ticketTypeId),
    actor: actor.id,
    requestId: c.get("requestId"),
  });
  if (!reply.ok) return problem(c, reply.refusal);
  const { hold, replayed } = reply.value;
  c.header("Location", `/v1/holds/${hold.id}`);
  c.header("ETag", versionTag(hold.seq));
  if (replayed) c.header("Idempotency-Replayed", "true");
  return c.json(renderHold(hold, ticketTypeId), 201);
});

const read = endpoint(
  {
    method: "get",
    path: "/v1/holds/{id}",
    tags: ["Storefront"],
    summary: "Read a hold",
    middleware: shopperOr("hold.list"),
    request: { params: holdIdParam },
    responses: { 200: { description: "The hold", content: json(Hold) } },
  },
  ["not_found", "overloaded"],
);

holds.openapi(read, async (c) => {
  const holdId = c.req.valid("param").id;
  if (!holdId) return problem(c, { code: "not_found" });
  const ticketTypeId = ticketTypeOfHold(holdId);
  const by = actingOnHolds(c.get("actor"));
  const reply = await inventoryFor(c, ticketTypeId).read({ holdIds: [holdId], by });
  if (!reply.ok) return problem(c, reply.refusal);
  const [hold] = reply.value.holds;
  if (!hold) return problem(c, { code: "not_found" });
  c.header("ETag", versionTag(hold.seq));
  return c.json(renderHold(hold, ticketTypeId), 200);
});

const release = endpoint(
  {
    method: "delete",
    path: "/v1/holds/{id}",
    tags: ["Storefront"],
    summary: "Release a hold",
    description: "Gives its tickets back. A second release changes nothing and returns the hold as it is.",
    middleware: [limitedShopperOr("hold.release"), optionalIfMatch] as const,
    request: { params: holdIdParam },
    responses: { 200: { description: "The hold", content: json(Hold) } },
  },
  ["not_found", "hold_converted", "overloaded"],
);

holds.openapi(release, async (c) => {
  const actor = c.get("actor");
  const holdId = c.req.valid("param").id;
  if (!holdId) return problem(c, { code: "not_found" });
  const ticketTypeId = ticketTypeOfHold(holdId);
  const reply = await inventoryFor(c, ticketTypeId).release({
    holdId,
    by: actingOnHolds(actor),
    ifMatch: c.get("ifMatch"),
    actor: actor.id,
    requestId: c.get("requestId"),
  });
  if (!reply.ok) return problem(c, reply.refusal);
  c.header("ETag", versionTag(reply.value.seq));
  return c.json(renderHold(reply.value, ticketTypeId), 200);
});

const extend = endpoint(
  {
    method: "post",
    path: "/v1/holds/{id}/extend",
    tags: ["Storefront"],
    summary: "Extend a hold",
    description:
      "Lengthens an active hold to its full time from now on: at most 10 times, and to at most an hour after it was first " +
      "placed. An extension that would gain less than a second changes nothing and is not counted.",
    middleware: [limitedShopperOr("hold.extend"), idempotencyKey] as const,
    request: { params: holdIdParam },
    responses: { 200: { description: "The hold", content: json(Hold) } },
  },
  [
    "not_found",
    "organization_suspended",
    "not_on_sale",
    "extension_refused",
    "hold_not_active",
    "hold_expired",
    "overloaded",
  ],
);

holds.openapi(extend, async (c) => {
  const actor = c.get("actor");
  const holdId = c.req.valid("param").id;
  if (!holdId) return problem(c, { code: "not_found" });
  const ticketTypeId = ticketTypeOfHold(holdId);
  const reply = await inventoryFor(c, ticketTypeId).extend({
    holdId,
    by: actingOnHolds(actor),
    key: extensionKeyFrom(holdId, actor.id, c.get("idempotencyKey"), sha256),
    actor: actor.id,
    requestId: c.get("requestId"),
  });
  if (!reply.ok) return problem(c, reply.refusal);
  const { hold, replayed } = reply.value;
  c.header("ETag", versionTag(hold.seq));
  if (replayed) c.header("Idempotency-Replayed", "true");
  return c.json(renderHold(hold, ticketTypeId), 200);
});
