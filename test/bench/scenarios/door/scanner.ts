// The scanner's page: from a code in the camera's picture to its verdict on the screen, with the door and alone; which codes
// it reads; and whether thousands of scans leave it as it was.

import { join } from "node:path";
import type { Page } from "playwright-core";
import { must } from "../../../../src/domain/result.ts";
import { openChromium, openWithCamera } from "../../../support/pages/chromium.ts";
import { openCutLine } from "../../../support/pages/cut-line.ts";
import { type Scene, writeFilm } from "../../../support/pages/film.ts";
import { openPhone, openScannerEvening, pairPhone, type ScannerEvening } from "../../../support/pages/scanner-page.ts";
import type { TestServer } from "../../../support/server/server.ts";
import { untilFirstVerdict, verdictTimes, watchCodes, watchPage } from "../../load/door/filmed-scans.ts";
import { progress } from "../../progress.ts";
import { type Judged, results } from "../../report/report.ts";
import { openSide, scratch, withSides } from "../../rig/rig.ts";
import { median } from "../../report/rounds.ts";
import type { Scenario, Table } from "../../scenario.ts";
import { type Stretch, typeAll } from "../../load/door/wedge-scans.ts";

/**
 * The codes of one film, which is shown once a round; how long each is in the picture, and how long the picture is then
 * empty.
 */
const [CODES, SHOWN_S, BLANK_S] = [10, 1.2, 0.8];
const FRAMES_A_SECOND = 10;
/** Tickets that come again and again, so that what the page knows of tickets stays as much as it is. */
const [TICKETS, TIMES, STRETCHES] = [500, 6, 3];

const BLANK: Scene = { text: null, seconds: BLANK_S };

export const scanner: Scenario = {
  name: "scanner",
  describe: "from a code in the camera's picture to its verdict on the screen, which codes are read, and 3,000 scans",
  run: ({ rounds }) =>
    withSides([() => openSide("scanner", "real", { shoppers: 1 })], async ([{ server }]) => {
      const evening = await openScannerEvening(server, ["free"]);
      const timed = await timeCodes(server, evening, rounds);
      const [online, alone] = [timed.online.map(inMs), timed.alone.map(inMs)];
      const read = await readDrawn(server, evening);
      const stretches = await scanThousands(server, evening);
      return {
        tables: [
          timesTable([online, alone]),
          read,
          stretchesTable(stretches),
          results(judged(online, alone, stretches)),
        ],
        figures: {
          ...{ online_median_ms: median(online), online_worst_ms: Math.max(...online) },
          ...{ alone_median_ms: median(alone), alone_worst_ms: Math.max(...alone) },
          ...{ heap_growth: heapGrowth(stretches), frame_p50_growth: frameGrowth(stretches) },
        },
        notes: [
          "Timed by the page's own clock, from when the browser gave out the first frame that has the code to when the page's frame with the verdict was painted. Chromium here has no reader of its own: all codes are read by ZXing.",
        ],
      };
    }),
};

type Timed = { readonly ms: number | null };
const inMs = ({ ms }: Timed): number => ms ?? Number.POSITIVE_INFINITY;

/** The same film with the door and then without it. */
async function timeCodes(server: TestServer, evening: ScannerEvening, rounds: number) {
  const texts = await Promise.all(Array.from({ length: CODES }, (_, n) => evening.codeOf(10_000 + n)));
  const line = await openCutLine(server.baseUrl);
  const scenes = texts.flatMap((text): Scene[] => [{ text, seconds: SHOWN_S }, BLANK]);
  const filmed = await openFilmed(scenes);
  try {
    const page = await pairedAt(line.baseUrl, evening, filmed);
    const count = CODES * rounds;
    const watch = async (what: string) => {
      progress(`scanner: ${count} codes ${what}`);
      return verdictTimes(await watchCodes(page, count, 1_000 * SHOWN_S), count);
    };
    const online = await watch("with the door");
    line.cut();
    await page.locator("[data-link=alone]").waitFor();
    return { online, alone: await watch("alone") };
  } finally {
    await filmed.browser.close();
    await line.close();
  }
}

type FilmedBrowser = { readonly browser: Awaited<ReturnType<typeof openWithCamera>> };

async function openFilmed(scenes: readonly Scene[]): Promise<FilmedBrowser> {
  const film = join(scratch(), `film-${scenes.length}.y4m`);
  writeFilm(film, scenes, { framesASecond: FRAMES_A_SECOND, isMarked: true });
  return { browser: await openWithCamera(film) };
}

async function pairedAt(baseUrl: string, evening: ScannerEvening, { browser }: FilmedBrowser): Promise<Page> {
  const { page } = await openPhone(browser);
  await watchPage(page);
  await pairPhone(page, baseUrl, await evening.crewCode());
  await untilFirstVerdict(page);
  return page;
}

type Drawn = Pick<Scene, "scale" | "light" | "turned" | "blurred">;

/** From what a phone sees well to what it hardly sees. */
const DRAWN: readonly (readonly [string, Drawn])[] = [
  ["as it should be", {}],
  ["dim: paper at 90 of 235, the code at 16", { light: 90 }],
  ["dimmer: at 45", { light: 45 }],
  ["dark: at 30", { light: 30 }],
  ["turned by 15°", { turned: 15, scale: 7 }],
  ["turned by 45°", { turned: 45, scale: 6 }],
  ["blurred by half a module", { blurred: 2 }],
  ["blurred by three quarters of one", { blurred: 3 }],
  ["blurred by a module and more", { blurred: 5 }],
  ["small: 4 pixels a module, 196 in all", { scale: 4 }],
  ["smaller: 3 pixels, 147 in all", { scale: 3 }],
  ["smallest: 2 pixels, 98 in all", { scale: 2 }],
  ["small, dim, turned and blurred", { scale: 4, light: 90, turned: 15, blurred: 1 }],
];

async function readDrawn(server: TestServer, evening: ScannerEvening): Promise<Table> {
  const texts = await Promise.all(DRAWN.map((_, n) => evening.codeOf(20_000 + n)));
  const scenes = DRAWN.flatMap(([, drawn], n): Scene[] => [
    { ...drawn, text: must(texts[n], "one of each"), seconds: 2 },
    BLANK,
  ]);
  const filmed = await openFilmed(scenes);
  try {
    progress(`scanner: ${DRAWN.length} ways to draw a code`);
    const page = await pairedAt(server.baseUrl, evening, filmed);
    const times = verdictTimes(await watchCodes(page, DRAWN.length, 2_000), DRAWN.length);
    const rows = DRAWN.map(([name], n) => {
      // Each scene with a code has one without after it.
      const ms = times.find(({ scene }) => scene === 2 * n)?.ms ?? null;
      return [name, ms === null ? "no" : "yes", ms === null ? "–" : ms.toFixed(0)];
    });
    return { head: ["a code of 49 modules in 640 × 480 pixels", "read", "ms to its verdict"], rows };
  } finally {
    await filmed.browser.close();
  }
}

async function scanThousands(server: TestServer, evening: ScannerEvening): Promise<readonly Stretch[]> {
  const browser = await openChromium();
  try {
    const { page } = await openPhone(browser);
    await pairPhone(page, server.baseUrl, await evening.crewCode());
    await page.getByRole("button", { name: "More" }).click();
    await page.getByLabel("Scan with the camera").uncheck();
    await page.getByRole("button", { name: /Back to scanning/ }).click();
    await page.locator(".lamp").waitFor();
    const codes = await Promise.all(Array.from({ length: TICKETS }, (_, n) => evening.codeOf(30_000 + n)));
    const all = Array.from({ length: TIMES }, () => codes).flat();
    const each = all.length / STRETCHES;
    // Not counted: what is loaded, compiled and known once.
    await typeAll(page, codes);
    const stretches: Stretch[] = [];
    for (let from = 0; from < all.length; from += each) {
      stretches.push(await typeAll(page, all.slice(from, from + each)));
      progress(`scanner: ${from + each} scans by a hardware reader`);
    }
    return stretches;
  } finally {
    await browser.close();
  }
}

function timesTable([online, alone]: readonly [readonly number[], readonly number[]]): Table {
  const row = (name: string, times: readonly number[]) => [
    ...[name, String(times.length)],
    ...[Math.min(...times), median(times), Math.max(...times)].map((ms) => ms.toFixed(0)),
  ];
  return {
    head: ["code in the picture → verdict on the screen", "codes", "least ms", "median ms", "most ms"],
    rows: [row("with the door, by the socket", online), row("alone", alone)],
  };
}

const IN_MB = 1_000_000;

function stretchesTable(stretches: readonly Stretch[]): Table {
  let scans = 0;
  return {
    head: ["scans by a hardware reader", "p50 ms", "p99 ms", "a frame, p50 ms", "p99 ms", "heap after it, MB"],
    rows: stretches.map((each) => {
      const from = scans;
      scans += each.scans;
      const { p50, p99, frame50, frame99, heap } = each;
      const times = [p50, p99, frame50, frame99].map((ms) => ms.toFixed(1));
      return [`${from + 1} to ${scans}`, ...times, (heap / IN_MB).toFixed(2)];
    }),
  };
}

function ratioOfEnds(stretches: readonly Stretch[], of: (stretch: Stretch) => number): number {
  const [first, last] = [stretches[0], stretches.at(-1)];
  return first && last ? of(last) / of(first) : Number.NaN;
}
const heapGrowth = (stretches: readonly Stretch[]) => ratioOfEnds(stretches, ({ heap }) => heap);
const frameGrowth = (stretches: readonly Stretch[]) => ratioOfEnds(stretches, ({ frame50 }) => frame50);

function judged(online: readonly number[], alone: readonly number[], stretches: readonly Stretch[]): Judged[] {
  const ms = { against: "ms, median", most: true, digits: 0 } as const;
  const flat = { against: "the first thousand", most: true } as const;
  const what = "code in the picture → verdict on the screen";
  return [
    { ...ms, what: `${what}, with the door`, figure: median(online), reach: 600 },
    { ...ms, what: `${what}, alone`, figure: median(alone), reach: 300 },
    { ...flat, what: "heap of the scanner's page after 3,000 scans", figure: heapGrowth(stretches), reach: 1.1 },
    { ...flat, what: "time of a frame, the last thousand of 3,000 scans", figure: frameGrowth(stretches), reach: 1.2 },
  ];
}
