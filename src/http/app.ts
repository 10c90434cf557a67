// Assembles the whole HTTP application: one router for each resource, and the document made from all of them. It is loaded
// by the first request that the storefront (storefront-app.ts) does not serve.

import { allowTicketsAndDevices } from "./middleware/device-cors.ts";
import { newApp } from "./new-app.ts";
import { accountPage } from "./routes/pages/account-page.ts";
import { accounts } from "./routes/people/accounts.ts";
import { apiKeys } from "./routes/people/api-keys.ts";
import { attention } from "./routes/reports/attention.ts";
import { auditLog } from "./routes/catalogue/audit-log.ts";
import { consolePage } from "./routes/pages/console-page.ts";
import { countsHistory } from "./routes/reports/counts-history.ts";
import { crewCodes } from "./routes/people/crew-codes.ts";
import { desk } from "./routes/entry/desk.ts";
import { devices } from "./routes/people/devices.ts";
import { serveDocumentation } from "./routes/pages/docs.ts";
import { door } from "./routes/entry/door.ts";
import { doorConflicts } from "./routes/entry/door-conflicts.ts";
import { doorLeases } from "./routes/entry/door-leases.ts";
import { doorReads } from "./routes/entry/door-reads.ts";
import { eventDuplicates } from "./routes/catalogue/event-duplicates.ts";
import { events } from "./routes/catalogue/events.ts";
import { exports } from "./routes/reports/exports.ts";
import { gates } from "./routes/catalogue/gates.ts";
import { holdsList } from "./routes/sales/holds-list.ts";
import { images } from "./routes/catalogue/images.ts";
import { ledger } from "./routes/reports/ledger.ts";
import { members } from "./routes/people/members.ts";
import { memberships } from "./routes/people/memberships.ts";
import { orderLists } from "./routes/sales/order-lists.ts";
import { orderMails } from "./routes/sales/order-mails.ts";
import { orderReturns } from "./routes/sales/order-returns.ts";
import { ordersTogether } from "./routes/sales/bulk-orders.ts";
import { organization } from "./routes/catalogue/organization.ts";
import { pages } from "./routes/pages/pages.ts";
import { problems } from "./routes/pages/problems.ts";
import { publicImages } from "./routes/public/public-images.ts";
import { publicOrganization } from "./routes/public/public-organization.ts";
import { search } from "./routes/sales/search.ts";
import { scanPage } from "./routes/pages/scan-page.ts";
import { securityTxt } from "./routes/pages/security-txt.ts";
import { servedFiles } from "./routes/pages/served-files.ts";
import { ticketTypeHolds } from "./routes/sales/ticket-type-holds.ts";
import { ticketTypes } from "./routes/catalogue/ticket-types.ts";
import { ticketChanges } from "./routes/entry/ticket-changes.ts";
import { tickets } from "./routes/entry/tickets.ts";
import { venues } from "./routes/catalogue/venues.ts";
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
