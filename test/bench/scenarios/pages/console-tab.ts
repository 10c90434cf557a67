// What the event's screen of the console costs the browser that shows it: beside 1,000 holds/s on the event, and beside
// none.

import type { Browser, CDPSession, Page } from "playwright-core";
import { mintShoppers, openClient } from "../../../support/server/client.ts";
import { hasChromium } from "../../../support/pages/chromium-path.ts";
import { openChromium, openPage } from "../../../support/pages/chromium.ts";
import { startServer, type TestServer } from "../../../support/server/server.ts";
import { buildShow, typeOf } from "../../../support/server/catalogue/show.ts";
import { signedInAs } from "../../../pages/console/session.ts";
import { results } from "../../report/report.ts";
import { median } from "../../report/rounds.ts";
import { progress } from "../../progress.ts";
import type { Scenario, ScenarioOptions, ScenarioResult } from "../../scenario.ts";
import { OFFERED, placeHolds } from "../../load/watching.ts";

const SHOPPERS = 1_000;
/** Within what the shoppers may hold of one type. */
const TOTAL = 50_000;
/** The most processor time of the tab, in percent of one core. */
const MOST_OF_A_CORE = 15;
/** What a person sees as a stutter, ms. */
const STUTTER_MS = 50;

/** `main`: of the tab's main thread, `process`: of all threads of its process, in percent of a core. */
type Turn = {
  readonly holds: number;
  readonly main: number;
  readonly process: number;
  readonly updates: number;
  readonly layouts: number;
  readonly longestMs: number;
};
type Sides = { readonly quiet: Turn[]; readonly busy: Turn[] };
type Tab = { readonly page: Page; readonly tab: CDPSession; readonly whole: CDPSession };

export const consoleTab: Scenario = {
  name: "console-tab",
  describe: `processor time of a browser's tab with the event's screen of the console, beside ${OFFERED} holds/s and beside none`,
  async run(options) {
    if (!hasChromium) throw new Error("there is no Chromium: apt-get install chromium");
    const server = await startServer({ env: { RATE_LIMITS: "off", HOLD_TTL_SECONDS: "3600" } });
    const browser = await openChromium();
    try {
      return await watch(server, browser, options);
    } finally {
      await browser.close();
      await server.stop();
    }
  },
};

async function watch(server: TestServer, browser: Browser, options: ScenarioOptions): Promise<ScenarioResult> {
  const client = openClient(server.baseUrl, 32);
  const types = [TOTAL, 500, 500].map((total) => ({ total, maxPerOrder: 100 }));
  const show = await buildShow(client, server.demo.api_keys.owner, types);
  const tokens = (await mintShoppers(client, SHOPPERS)).map(({ token }) => token);
  client.close();
  const { page } = await openPage(browser, `${server.baseUrl}/console/events/${show.eventId}`, undefined, (page) =>
    signedInAs(page, server, "owner"),
  );
  await page.locator(".lamp-live").waitFor();
  await page.locator(".chart canvas").waitFor();
  const opened = await measured(page, browser);
  const sides: Sides = { quiet: [], busy: [] };
  const heapBefore = await heapOf(opened);
  for (let round = 0; round <= options.rounds; round++) {
    for (const side of round % 2 === 0 ? (["quiet", "busy"] as const) : (["busy", "quiet"] as const)) {
      const turn = await during(opened, options.seconds, () =>
        side === "busy" ? placeHolds(server, typeOf(show), tokens, options.seconds) : wait(options.seconds),
      );
      progress(`console-tab, round ${round}, ${side}: ${turn.process.toFixed(1)} % of a core`);
      // The first of each warms up the tab and the server.
      if (round > 0) sides[side].push(turn);
    }
  }
  return describeSides(sides, { before: heapBefore, after: await heapOf(opened) }, options);
}

async function measured(page: Page, browser: Browser): Promise<Tab> {
  const tab = await page.context().newCDPSession(page);
  // Processor time, and not what the clock on the wall shows, which counts waiting for a core too.
  await tab.send("Performance.enable", { timeDomain: "threadTicks" });
  await page.evaluate(`(() => {
    globalThis.seen = { updates: 0, longestMs: 0 };
    new MutationObserver(() => seen.updates++).observe(document.querySelector(".tiles"), { subtree: true, childList: true, characterData: true });
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) seen.longestMs = Math.max(seen.longestMs, duration);
    }).observe({ type: "longtask" });
  })()`);
  return { page, tab, whole: await browser.newBrowserCDPSession() };
}

async function during(
  { page, tab, whole }: Tab,
  seconds: number,
  work: () => Promise<{ readonly placed: number; readonly seconds: number } | null>,
): Promise<Turn> {
  await page.evaluate("Object.assign(seen, { updates: 0, longestMs: 0 })");
  const [from, cpuFrom, at] = [await metricsOf(tab), await rendererSeconds(whole), performance.now()];
  const placed = await work();
  const [to, cpuTo] = [await metricsOf(tab), await rendererSeconds(whole)];
  const took = (performance.now() - at) / 1_000;
  const seen = await page.evaluate<{ updates: number; longestMs: number }>("seen");
  const by = (name: string) => ((to.get(name) ?? 0) - (from.get(name) ?? 0)) / took;
  return {
    holds: placed === null ? 0 : placed.placed / Math.max(placed.seconds, seconds),
    main: by("TaskDuration") * 100,
    process: ((cpuTo - cpuFrom) / took) * 100,
    updates: seen.updates / took,
    layouts: by("LayoutCount"),
    longestMs: seen.longestMs,
  };
}

async function wait(seconds: number): Promise<null> {
  await new Promise((settle) => setTimeout(settle, seconds * 1_000));
  return null;
}

async function metricsOf(tab: CDPSession): Promise<ReadonlyMap<string, number>> {
  const { metrics } = await tab.send("Performance.getMetrics");
  return new Map(metrics.map(({ name, value }) => [name, value]));
}

/** Counts all tabs, of which there is one. */
async function rendererSeconds(whole: CDPSession): Promise<number> {
  const { processInfo } = await whole.send("SystemInfo.getProcessInfo");
  return processInfo.filter(({ type }) => type === "renderer").reduce((sum, { cpuTime }) => sum + cpuTime, 0);
}

/** In use after a collection, MB. */
async function heapOf({ tab }: Tab): Promise<number> {
  await tab.send("HeapProfiler.collectGarbage");
  return ((await metricsOf(tab)).get("JSHeapUsedSize") ?? 0) / 1_000_000;
}

type Heap = { readonly before: number; readonly after: number };

function describeSides({ quiet, busy }: Sides, heap: Heap, { rounds, seconds }: ScenarioOptions): ScenarioResult {
  const mid = (turns: readonly Turn[], name: keyof Turn) => median(turns.map((turn) => turn[name]));
  const longest = (turns: readonly Turn[]) => Math.max(...turns.map(({ longestMs }) => longestMs));
  const task = (turns: readonly Turn[]) => (longest(turns) === 0 ? "below 50" : longest(turns).toFixed(0));
  const row = (name: string, turns: readonly Turn[]) => [
    name,
    mid(turns, "holds").toFixed(0),
    mid(turns, "main").toFixed(1),
    mid(turns, "process").toFixed(1),
    mid(turns, "updates").toFixed(1),
    mid(turns, "layouts").toFixed(1),
    task(turns),
  ];
  const process = mid(busy, "process");
  const what = `the console's tab beside ${OFFERED} holds/s`;
  const head = ["event's screen beside", "holds/s", "main thread, % of a core", "process, %"];
  return {
    tables: [
      {
        head: [...head, "updates/s", "layouts/s", "longest task, ms"],
        rows: [row("no hold", quiet), row(`${OFFERED} holds/s offered`, busy)],
      },
      {
        head: ["heap after a collection", "MB"],
        rows: [
          ["before", heap.before.toFixed(1)],
          [`after ${2 * (rounds + 1) * seconds} s`, heap.after.toFixed(1)],
        ],
      },
      results([
        { what, against: "% of a core", figure: process, reach: MOST_OF_A_CORE, most: true, digits: 1 },
        { what, against: "longest task, ms", figure: longest(busy), reach: STUTTER_MS, most: true, digits: 0 },
      ]),
    ],
    figures: {
      console_tab_percent: process,
      console_tab_main_percent: mid(busy, "main"),
      console_tab_updates: mid(busy, "updates"),
      console_tab_longest_ms: longest(busy),
      console_tab_heap_mb: heap.after,
    },
    notes: [
      `Real holds over HTTP and the event's own feed; server, load and browser share the machine. Medians of ${rounds} rounds of ${seconds} s in turn.`,
      "A task below 50 ms is not reported by the browser, and counts as 0.",
    ],
  };
}
