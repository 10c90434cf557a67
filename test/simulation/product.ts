// What of the product a world is made of, in one value: load-product.ts imports it once as it is, and once for each
// planted bug.

import { beatDesk } from "../../src/app/beat-desk.ts";
import { putNotice } from "../../src/app/put-notice.ts";
import { openDesks } from "../../src/desk/client.ts";
import { Desk } from "../../src/desk/desk.ts";
import { DoorDesk } from "../../src/desk/door-desk.ts";
import { advanceEvents } from "../../src/app/advance-events.ts";
import { changeTicketType } from "../../src/app/change-ticket-type.ts";
import { checkOut } from "../../src/app/check-out.ts";
import { checkProjections } from "../../src/app/check-projections.ts";
import { eraseCutContact, isCut } from "../../src/app/cut-orders.ts";
import { runJobs, unlessRestoring } from "../../src/app/cron.ts";
import { deleteTicketType, reopenAbandoned } from "../../src/app/delete-ticket-type.ts";
import { eraseContact } from "../../src/app/erase-contact.ts";
import { redeliverDoors } from "../../src/app/deliver-doors.ts";
import { redeliverFeeds } from "../../src/app/deliver-feeds.ts";
import { redeliverTerms } from "../../src/app/deliver-terms.ts";
import { redeliverWipes } from "../../src/app/deliver-wipes.ts";
import { repairPublishedEvents } from "../../src/app/repair-published-events.ts";
import { sweepIdempotencyKeys } from "../../src/app/sweep-idempotency-keys.ts";
import { sweepPeople } from "../../src/app/sweep-people.ts";
import { watchSize } from "../../src/app/watch-size.ts";
import { returnTickets } from "../../src/app/change-tickets.ts";
import { placeBasket } from "../../src/app/place-basket.ts";
import { cancelOrder, confirmOrder } from "../../src/app/settle-order.ts";
import { transitionEvent } from "../../src/app/transition-event.ts";
import { changeStatus } from "../../src/cli/organization-status.ts";
import { projectAnew, raiseEpoch, UNDELIVERED } from "../../src/cli/restore-rows.ts";
import { openDb } from "../../src/db/client.ts";
import { readStanding } from "../../src/db/standing.ts";
import { extensionKeyFrom, holdIdFrom, changeIdFrom } from "../../src/domain/ids.ts";
import { joinFeed, openFeeds } from "../../src/live/client.ts";
import { EventFeed } from "../../src/live/event-feed.ts";
import { revokeApiKey } from "../../src/app/revoke-api-key.ts";
import { joinLive, openInventories } from "../../src/inventory/client.ts";
import { openTicketChanges } from "../../src/inventory/ticket-changes.ts";
import { TicketTypeInventory } from "../../src/inventory/ticket-type-inventory.ts";

export const product = {
  /** An inventory that is asked for a change of tickets loads it. */
  openTicketChanges,
  /** A feed that looks at credentials loads it. */
  readStanding,
  /** A desk that is asked loads it; bugs are planted while the product is loaded. */
  Desk,
  DoorDesk,
  EventFeed,
  TicketTypeInventory,
  beatDesk,
  cancelOrder,
  changeStatus,
  changeTicketType,
  checkOut,
  confirmOrder,
  cronJobs: {
    redeliver_terms: redeliverTerms,
    redeliver_doors: redeliverDoors,
    redeliver_feeds: redeliverFeeds,
    check_projections: checkProjections,
  },
  /** The rest of the cron: of what most worlds have nothing for. */
  furtherJobs: {
    advance_events: unlessRestoring(advanceEvents),
    reopen_abandoned: unlessRestoring(reopenAbandoned),
    redeliver_wipes: redeliverWipes,
    repair_published_events: repairPublishedEvents,
    sweep_idempotency_keys: sweepIdempotencyKeys,
    sweep_people: sweepPeople,
    watch_size: watchSize,
  },
  deleteTicketType,
  eraseContact,
  eraseCutContact,
  extensionKeyFrom,
  holdIdFrom,
  isCut,
  joinFeed,
  joinLive,
  openDb,
  openDesks,
  openFeeds,
  openInventories,
  changeIdFrom,
  returnTickets,
  placeBasket,
  projectAnew,
  putNotice,
  raiseEpoch,
  revokeApiKey,
  runJobs,
  transitionEvent,
  UNDELIVERED,
};

export type Product = typeof product;
