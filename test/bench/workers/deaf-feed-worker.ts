// Is the same Worker over a feed that never accepts a push, to measure holds while it is away. For the bench only.

import { DurableObject } from "cloudflare:workers";
import worker from "../../../src/index.ts";

export { DoorDesk } from "../../../src/desk/door-desk.ts";
export { EventDoor } from "../../../src/door/lazy-door.ts";
export { TicketTypeInventory } from "../../../src/inventory/ticket-type-inventory.ts";

/** Has the methods that the bench meets, and refuses them all. */
export class EventFeed extends DurableObject<Env> {
  push(): never {
    throw new Error("away");
  }

  sync(): never {
    throw new Error("away");
  }
}

export default worker;
