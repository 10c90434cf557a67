// Is the same Worker over objects that do nothing: what remains is the cost of the way to one. For the bench only.

import type { TicketTypeId } from "../../../src/domain/ids.ts";
import type { HoldCommand, HoldReply } from "../../../src/domain/ledger/command.ts";
import worker from "../../../src/index.ts";
import { BareDoor } from "./bare-door.ts";
import { BareInventory, holdAsAsked, replyOf } from "./bare-inventory.ts";

export * from "../../../src/index.ts";

export class TicketTypeInventory extends BareInventory {
  hold(_id: TicketTypeId, command: HoldCommand): HoldReply {
    const now = Date.now();
    return replyOf(holdAsAsked(command, now, 1), now);
  }
}

export class EventDoor extends BareDoor {}

export default { fetch: worker.fetch, scheduled: () => undefined } satisfies ExportedHandler<Env>;
