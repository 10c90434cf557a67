// The Worker's entry: it only wires parts together.

import { storefrontApp } from "./http/storefront-app.ts";

export { DoorDesk } from "./desk/door-desk.ts";
export { EventDoor } from "./door/lazy-door.ts";
export { TicketTypeInventory } from "./inventory/ticket-type-inventory.ts";
export { EventFeed } from "./feed/event-feed.ts";

export default {
  fetch: storefrontApp.fetch,
  async scheduled(_controller, env, ctx) {
    const { runCron } = await import("./app/jobs/cron.ts");
    await runCron(env, ctx);
  },
} satisfies ExportedHandler<Env>;
