// The HTTP application: what every request meets, then one router a resource.

import { limitBody } from "./body.ts";
import { refusalOf } from "./bug.ts";
import { everyAnswer } from "./every-answer.ts";
import { problem } from "./problem.ts";
import { apiKeys } from "./routes/api-keys.ts";
import { auditLog } from "./routes/audit-log.ts";
import { checkouts } from "./routes/checkouts.ts";
import { desk } from "./routes/desk.ts";
import { devices } from "./routes/devices.ts";
import { serveDocumentation } from "./routes/docs.ts";
import { events } from "./routes/events.ts";
import { gates } from "./routes/gates.ts";
import { holds } from "./routes/holds.ts";
import { holdsList } from "./routes/holds-list.ts";
import { ledger } from "./routes/ledger.ts";
import { live } from "./routes/live.ts";
import { operations } from "./routes/operations.ts";
import { orders } from "./routes/orders.ts";
import { organization } from "./routes/organization.ts";
import { problems } from "./routes/problems.ts";
import { shoppers } from "./routes/shoppers.ts";
import { storefront } from "./routes/storefront.ts";
import { ticketTypeHolds } from "./routes/ticket-type-holds.ts";
import { ticketTypes } from "./routes/ticket-types.ts";
import { venues } from "./routes/venues.ts";
import { newRouter } from "./routing.ts";
import { allowStorefronts } from "./storefront-cors.ts";

export const app = newRouter();

app.use(everyAnswer);
allowStorefronts(app);
app.use(limitBody);

const STOREFRONT = [holds, shoppers, storefront, checkouts, orders, live];
const CATALOGUE = [venues, gates, events, ticketTypes, ticketTypeHolds, ledger, holdsList];
const ORGANIZATION = [organization, apiKeys, devices, auditLog];
const DOORS = [desk];
for (const router of [...STOREFRONT, ...CATALOGUE, ...ORGANIZATION, ...DOORS, operations, problems])
  app.route("/", router);
serveDocumentation(app);

app.notFound((c) => problem(c, { code: "not_found" }));
app.onError((thrown, c) => problem(c, refusalOf(thrown)));
