// The Worker's entry: wiring only.

import { app } from "./http/app.ts";
import { runCron } from "./app/cron.ts";

export { DoorDesk } from "./door/door-desk.ts";
export { TicketTypeInventory } from "./inventory/ticket-type-inventory.ts";
export { EventFeed } from "./live/event-feed.ts";

export default {
  fetch: app.fetch,
  async scheduled(_controller, env, ctx) {
    await runCron(env, ctx);
  },
} satisfies ExportedHandler<Env>;
