// What of the product a world is made of, in one value: load-product.ts imports it once as it is, and once for each
// planted bug.

import { changeTicketType } from "../../src/app/change-ticket-type.ts";
import { checkOut } from "../../src/app/check-out.ts";
import { checkProjections } from "../../src/app/check-projections.ts";
import { runJobs } from "../../src/app/cron.ts";
import { eraseContact } from "../../src/app/erase-contact.ts";
import { redeliverFeeds } from "../../src/app/deliver-feeds.ts";
import { redeliverTerms } from "../../src/app/deliver-terms.ts";
import { returnTickets } from "../../src/app/return-tickets.ts";
import { placeBasket } from "../../src/app/place-basket.ts";
import { cancelOrder, confirmOrder } from "../../src/app/settle-order.ts";
import { transitionEvent } from "../../src/app/transition-event.ts";
import { projectAnew, raiseEpoch, UNDELIVERED } from "../../src/cli/restore-rows.ts";
import { openDb } from "../../src/db/client.ts";
import { extensionKeyFrom, holdIdFrom, returnIdFrom } from "../../src/domain/ids.ts";
import { joinLive, openInventories } from "../../src/inventory/client.ts";
import { TicketTypeInventory } from "../../src/inventory/ticket-type-inventory.ts";

export const product = {
  TicketTypeInventory,
  cancelOrder,
  changeTicketType,
  checkOut,
  confirmOrder,
  cronJobs: {
    redeliver_terms: redeliverTerms,
    redeliver_feeds: redeliverFeeds,
    check_projections: checkProjections,
  },
  eraseContact,
  extensionKeyFrom,
  holdIdFrom,
  joinLive,
  openDb,
  openInventories,
  returnIdFrom,
  returnTickets,
  placeBasket,
  projectAnew,
  raiseEpoch,
  runJobs,
  transitionEvent,
  UNDELIVERED,
};

export type Product = typeof product;
