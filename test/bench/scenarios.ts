// Lists every scenario of the bench in the order in which they run: a new one is one line here.

import type { Scenario } from "./scenario.ts";
import { burst } from "./scenarios/sales/burst.ts";
import { coldStart } from "./scenarios/objects/cold-start.ts";
import { consoleTab } from "./scenarios/pages/console-tab.ts";
import { cost } from "./scenarios/objects/cost.ts";
import { crowd } from "./scenarios/sales/crowd.ts";
import { doorCost } from "./scenarios/door/cost.ts";
import { doorLive } from "./scenarios/door/live.ts";
import { doorUploads } from "./scenarios/door/uploads.ts";
import { door } from "./scenarios/door/door.ts";
import { filled } from "./scenarios/objects/filled.ts";
import { firstRequest } from "./scenarios/pages/first-request.ts";
import { frontPath } from "./scenarios/sales/front-path.ts";
import { holdRelease } from "./scenarios/sales/hold-release.ts";
import { hotType } from "./scenarios/sales/hot-type.ts";
import { live } from "./scenarios/objects/live.ts";
import { overload } from "./scenarios/sales/overload.ts";
import { pages } from "./scenarios/pages/pages.ts";
import { peers, peersSale } from "./scenarios/sales/peers.ts";
import { projection } from "./scenarios/objects/projection.ts";
import { publishedRead } from "./scenarios/pages/published-read.ts";
import { scanner } from "./scenarios/door/scanner.ts";
import { sixteenTypes } from "./scenarios/sales/sixteen-types.ts";
import { sale } from "./scenarios/sales/sale.ts";
import { soldOut } from "./scenarios/sales/sold-out.ts";
import { tail } from "./scenarios/sales/tail.ts";
import { wake } from "./scenarios/objects/wake.ts";

export const SCENARIOS: readonly Scenario[] = [
  hotType,
  sixteenTypes,
  filled,
  holdRelease,
  sale,
  soldOut,
  tail,
  overload,
  burst,
  live,
  crowd,
  consoleTab,
  door,
  doorLive,
  doorUploads,
  doorCost,
  scanner,
  wake,
  coldStart,
  firstRequest,
  publishedRead,
  pages,
  frontPath,
  projection,
  cost,
];

/** Only with `--peers`, or by name: they need PostgreSQL and Redis. Run at the machine's own flush and at a slower one. */
export const PEERS: readonly Scenario[] = [peersSale, peers];
