// Is the least that a hold can be: read the body, call an object that writes its rows, return JSON. No routing, no
// token, no validation, no decision, no hash, no deadline. It shows what the platform alone takes. For the bench only.

import type { HoldId, ShopperId, TicketTypeId } from "../../../src/domain/ids.ts";
import sameRows from "./same-rows-worker.ts";

export { DoorDesk, EventDoor, EventFeed, TicketTypeInventory } from "./same-rows-worker.ts";

const HOLDS = /^\/v1\/ticket-types\/(tt_[0-9a-z]+)\/holds$/;
const SHOPPER = "shp_00000000000000000000000000" as ShopperId;

async function hold(id: TicketTypeId, request: Request, env: Env): Promise<Response> {
  const { quantity } = await request.json<{ quantity: number }>();
  const requestId = crypto.randomUUID();
  const reply = await env.INVENTORY.getByName(id).hold(id, {
    holdId: `hold_${requestId}` as HoldId,
    holder: { id: SHOPPER, organizationId: null },
    quantity,
    source: "web",
    notes: null,
    replaces: null,
    actor: SHOPPER,
    requestId,
  });
  return Response.json(reply, { status: reply.ok ? 201 : 500 });
}

export default {
  fetch: (request, env, ctx) => {
    const id = request.method === "POST" ? HOLDS.exec(new URL(request.url).pathname)?.[1] : undefined;
    return id === undefined ? sameRows.fetch(request, env, ctx) : hold(id as TicketTypeId, request, env);
  },
  scheduled: () => undefined,
} satisfies ExportedHandler<Env>;
