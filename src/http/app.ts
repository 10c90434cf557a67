// Assembles the whole HTTP application: one router for each resource, and the document made from all of them. It is loaded
// by the first request that the storefront (storefront-app.ts) does not serve.

import { allowTicketsAndDevices } from "./middleware/device-cors.ts";
import { newApp } from "./new-app.ts";
import { accountPage } from "./routes/account-page.ts";
import { accounts } from "./routes/accounts.ts";
import { apiKeys } from "./routes/api-keys.ts";
import { attention } from "./routes/attention.ts";
import { auditLog } from "./routes/audit-log.ts";
import { consolePage } from "./routes/console-page.ts";
import { countsHistory } from "./routes/counts-history.ts";
import { crewCodes } from "./routes/crew-codes.ts";
import { desk } from "./routes/desk.ts";
import { devices } from "./routes/devices.ts";
import { serveDocumentation } from "./routes/docs.ts";
import { door } from "./routes/door.ts";
import { doorConflicts } from "./routes/door-conflicts.ts";
import { doorLeases } from "./routes/door-leases.ts";
import { doorReads } from "./routes/door-reads.ts";
import { eventDuplicates } from "./routes/event-duplicates.ts";
import { events } from "./routes/events.ts";
import { exports } from "./routes/exports.ts";
import { gates } from "./routes/gates.ts";
import { holdsList } from "./routes/holds-list.ts";
import { images } from "./routes/images.ts";
import { ledger } from "./routes/ledger.ts";
import { members } from "./routes/members.ts";
import { memberships } from "./routes/memberships.ts";
import { orderLists } from "./routes/order-lists.ts";
import { orderMails } from "./routes/order-mails.ts";
import { orderReturns } from "./routes/order-returns.ts";
import { ordersTogether } from "./routes/orders-together.ts";
import { organization } from "./routes/organization.ts";
import { pages } from "./routes/pages.ts";
import { problems } from "./routes/problems.ts";
import { publicImages } from "./routes/public-images.ts";
import { publicOrganization } from "./routes/public-organization.ts";
import { search } from "./routes/search.ts";
import { scanPage } from "./routes/scan-page.ts";
import { securityTxt } from "./routes/security-txt.ts";
import { servedFiles } from "./routes/served-files.ts";
import { ticketTypeHolds } from "./routes/ticket-type-holds.ts";
import { ticketTypes } from "./routes/ticket-types.ts";
import { ticketChanges } from "./routes/ticket-changes.ts";
import { tickets } from "./routes/tickets.ts";
import { venues } from "./routes/venues.ts";
import { newRouter } from "./routing.ts";
import { STOREFRONT } from "./storefront-app.ts";

const CATALOGUE = [
  venues,
  gates,
  events,
  eventDuplicates,
  images,
  ticketTypes,
  ticketTypeHolds,
  ledger,
  countsHistory,
  holdsList,
  orderLists,
  orderReturns,
  orderMails,
  ordersTogether,
  exports,
  search,
  tickets,
  ticketChanges,
];
const PEOPLE = [accounts, accountPage, consolePage, memberships, members];
const ORGANIZATION = [organization, attention, apiKeys, devices, auditLog];
const DOORS = [desk, door, doorReads, doorConflicts, doorLeases, crewCodes];
const PAGES = [publicOrganization, publicImages, problems, securityTxt, scanPage, servedFiles];

const cors = newRouter();
allowTicketsAndDevices(cors);

export const app = newApp([cors, pages, ...STOREFRONT, ...CATALOGUE, ...PEOPLE, ...ORGANIZATION, ...DOORS, ...PAGES]);
serveDocumentation(app);
