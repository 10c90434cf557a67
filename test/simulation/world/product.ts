// Collects the parts of the product that a world uses in one value: load-product.ts imports it once unchanged, and once
// for each planted bug.

import { beatDesk } from "../../../src/app/desk/beat-desk.ts";
import { putNotice } from "../../../src/app/desk/put-notice.ts";
import { noteTicket, reissueTicket, returnTickets } from "../../../src/app/tickets/change-tickets.ts";
import { changeEvent } from "../../../src/app/events/change-event.ts";
import { changeGate } from "../../../src/app/gates/change-gate.ts";
import { changeVenue } from "../../../src/app/venues/change-venue.ts";
import { countAtDoor } from "../../../src/app/door/count-at-door.ts";
import { atDoor, scanTicket } from "../../../src/app/door/scan-ticket.ts";
import { uploadScans } from "../../../src/app/door/upload-scans.ts";
import { openDesks } from "../../../src/desk/client.ts";
import { Desk } from "../../../src/desk/desk.ts";
import { DoorDesk } from "../../../src/desk/door-desk.ts";
import { advanceEvents } from "../../../src/app/jobs/advance-events.ts";
import { changeTicketType } from "../../../src/app/ticket-types/change-ticket-type.ts";
import { checkOut } from "../../../src/app/orders/check-out.ts";
import { checkProjections } from "../../../src/app/jobs/check-projections.ts";
import { eraseCutContact, isCut } from "../../../src/app/orders/cut-orders.ts";
import { runJobs, unlessRestoring } from "../../../src/app/jobs/cron.ts";
import { deleteTicketType, reopenAbandoned } from "../../../src/app/ticket-types/delete-ticket-type.ts";
import { eraseContact } from "../../../src/app/orders/erase-contact.ts";
import { redeliverDoors } from "../../../src/app/deliveries/deliver-doors.ts";
import { redeliverFeeds } from "../../../src/app/deliveries/deliver-feeds.ts";
import { redeliverTerms } from "../../../src/app/deliveries/deliver-terms.ts";
import { redeliverWipes } from "../../../src/app/deliveries/deliver-wipes.ts";
import { repairPublishedEvents } from "../../../src/app/jobs/repair-published-events.ts";
import { sweepIdempotencyKeys } from "../../../src/app/jobs/sweep-idempotency-keys.ts";
import { sweepPeople } from "../../../src/app/jobs/sweep-people.ts";
import { watchSize } from "../../../src/app/jobs/watch-size.ts";
import { placeBasket } from "../../../src/app/orders/place-basket.ts";
import { cancelOrder, confirmOrder } from "../../../src/app/orders/settle-order.ts";
import { transitionEvent } from "../../../src/app/events/transition-event.ts";
import { changeStatus } from "../../../src/cli/rows/organization-status.ts";
import { projectAnew, raiseEpoch, UNDELIVERED } from "../../../src/cli/rows/restore-rows.ts";
import { decide } from "../../../src/domain/door/decisions/decide.ts";
import { readBundle } from "../../../src/domain/door/tickets/bundle-read.ts";
import { openDoorVerifier } from "../../../src/domain/door/verify/verify.ts";
import { openDoors } from "../../../src/door/client.ts";
import { EventDoor as DoorInside } from "../../../src/door/event-door.ts";
import { EventDoor } from "../../../src/door/lazy-door.ts";
import { openDb } from "../../../src/db/client.ts";
import { readCredentialState } from "../../../src/db/credentials/credential-watch.ts";
import { extensionKeyFrom, holdIdFrom, changeIdFrom } from "../../../src/domain/ids.ts";
import { joinFeed, openFeeds } from "../../../src/feed/client.ts";
import { EventFeed } from "../../../src/feed/event-feed.ts";
import { revokeApiKey } from "../../../src/app/credentials/revoke-api-key.ts";
import { joinLive, openInventories } from "../../../src/inventory/client.ts";
import { openTicketChanges } from "../../../src/inventory/orders/ticket-changes.ts";
import { TicketTypeInventory } from "../../../src/inventory/ticket-type-inventory.ts";

export const product = {
  /** An inventory loads it with its first change of tickets. */
  openTicketChanges,
  /** A feed that checks credentials loads it. */
  readCredentialState,
  /** A desk loads it with its first call; bugs are planted while the product is loaded. */
  Desk,
  DoorDesk,
  EventDoor,
  /** A door loads it with its first call. */
  DoorInside,
  EventFeed,
  TicketTypeInventory,
  atDoor,
  beatDesk,
  cancelOrder,
  changeEvent,
  changeGate,
  changeStatus,
  changeTicketType,
  changeVenue,
  checkOut,
  confirmOrder,
  countAtDoor,
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
  decide,
  deleteTicketType,
  eraseContact,
  eraseCutContact,
  extensionKeyFrom,
  holdIdFrom,
  isCut,
  joinFeed,
  joinLive,
  noteTicket,
  openDb,
  openDesks,
  openDoorVerifier,
  openDoors,
  openFeeds,
  openInventories,
  changeIdFrom,
  returnTickets,
  placeBasket,
  projectAnew,
  putNotice,
  raiseEpoch,
  readBundle,
  reissueTicket,
  revokeApiKey,
  runJobs,
  scanTicket,
  transitionEvent,
  UNDELIVERED,
  uploadScans,
};

export type Product = typeof product;
