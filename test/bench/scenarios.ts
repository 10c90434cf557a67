// Lists every scenario of the bench in the order in which they run: a new one is one line here.

import type { Scenario } from "./scenario.ts";
import { burst } from "./scenarios/burst.ts";
import { coldStart } from "./scenarios/cold-start.ts";
import { consoleTab } from "./scenarios/console-tab.ts";
import { cost } from "./scenarios/cost.ts";
import { crowd } from "./scenarios/crowd.ts";
import { doorCost } from "./scenarios/door-cost.ts";
import { doorLive } from "./scenarios/door-live.ts";
import { doorUploads } from "./scenarios/door-uploads.ts";
import { door } from "./scenarios/door.ts";
import { filled } from "./scenarios/filled.ts";
import { firstRequest } from "./scenarios/first-request.ts";
import { frontPath } from "./scenarios/front-path.ts";
import { holdRelease } from "./scenarios/hold-release.ts";
import { hotType } from "./scenarios/hot-type.ts";
import { live } from "./scenarios/live.ts";
import { overload } from "./scenarios/overload.ts";
import { pages } from "./scenarios/pages.ts";
import { peers, peersSale } from "./scenarios/peers.ts";
import { projection } from "./scenarios/projection.ts";
import { publishedRead } from "./scenarios/published-read.ts";
import { scanner } from "./scenarios/scanner.ts";
import { sixteenTypes } from "./scenarios/sixteen-types.ts";
import { sale } from "./scenarios/sale.ts";
import { soldOut } from "./scenarios/sold-out.ts";
import { tail } from "./scenarios/tail.ts";
import { wake } from "./scenarios/wake.ts";

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
