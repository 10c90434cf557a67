// `npm run shots`: a picture of every page in every state, light and dark, on a phone and on a screen, to be viewed;
// and those of the console that the docs show.

import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { misuse, readCommandLine } from "../../src/cli/terminal/command-line.ts";
import { printResult, fail, say } from "../../src/cli/terminal/terminal.ts";
import { CHROMIUM, hasChromium } from "../support/pages/chromium-path.ts";
import { type Look, LOOKS, openChromium } from "../support/pages/chromium.ts";
import { PROJECT } from "../support/server/commands.ts";
import { startServer } from "../support/server/server.ts";
import { BRIEF, openState, type State } from "./state.ts";
import { STATES } from "./states.ts";

const USAGE = `Usage: npm run shots [-- [--pictures] WORD ...]
Draws every page in every state into .wrangler/shots, or those whose names have one of the words.
  --pictures  draw only what the docs show of the console, into docs/pictures`;

/** How the docs show a state of the console: the picture has its name. */
const PICTURES: ReadonlyMap<string, Look> = new Map([
  ["console-event", { theme: "light", width: 1_280 }],
  ["console-payments", { theme: "light", width: 320 }],
]);
const MAX_PICTURE_PX = 1_100;
/** Letters are sharp, and a picture weighs some 40 KB. */
const WEBP_QUALITY = 0.6;

const { positionals: words, values } = readCommandLine(USAGE, { pictures: { type: "boolean" } }, Infinity);
const isForDocs = values.pictures === true;
const known = STATES.filter(({ name }) => !isForDocs || PICTURES.has(name));
const unknown = words.find((word) => !known.some(({ name }) => name.includes(word)));
if (unknown !== undefined) misuse(`No state has ${unknown} in its name.`, USAGE);
if (!hasChromium) fail(`There is no ${CHROMIUM}: install it, or name another by CHROMIUM.`);

const states = known.filter(({ name }) => words.length === 0 || words.some((word) => name.includes(word)));
const folder = join(PROJECT, isForDocs ? "docs/pictures" : ".wrangler/shots");
if (words.length === 0 && !isForDocs) rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });

const [usual, brief, browser] = await Promise.all([
  startServer({ env: { RATE_LIMITS: "off" } }),
  startServer({ env: BRIEF }),
  openChromium(),
]);
const waiting = states.flatMap((state) => looksAt(state).map((look) => ({ state, look })));
const count = waiting.length;
try {
  // A picture of the docs is of a server on which nothing else has happened.
  await Promise.all(Array.from({ length: isForDocs ? 1 : availableParallelism() }, draw));
} finally {
  await browser.close();
  await Promise.all([usual.stop(), brief.stop()]);
}
say(`${count} pictures are in ${folder}.`);

function looksAt({ name }: State): readonly Look[] {
  const look = PICTURES.get(name);
  return isForDocs && look ? [look] : LOOKS;
}

async function draw(): Promise<void> {
  for (let next = waiting.shift(); next; next = waiting.shift()) {
    const { state, look } = next;
    const { page, close } = await openState(browser, { usual, brief }, state, look);
    const file = join(folder, isForDocs ? `${state.name}.webp` : `${state.name}-${look.theme}-${look.width}.png`);
    // All of the page, as far as it can be scrolled.
    const height = Math.min(6_000, await page.evaluate<number>("document.documentElement.scrollHeight"));
    await page.setViewportSize({ width: look.width, height: Math.max(700, height) });
    const shot = await page.screenshot();
    writeFileSync(file, isForDocs ? await webpOf(await browser.newPage(), shot) : shot);
    printResult(file);
    await close();
  }
}

/** As WebP, which Chromium itself can write. */
async function webpOf(page: Page, png: Buffer): Promise<Buffer> {
  const url = `data:image/png;base64,${png.toString("base64")}`;
  const written = await page.evaluate<string>(`(async () => {
    const image = new Image();
    image.src = ${JSON.stringify(url)};
    await image.decode();
    const scale = Math.min(1, ${MAX_PICTURE_PX} / image.width);
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(image.width * scale);
    canvas.height = Math.round(image.height * scale);
    const context = canvas.getContext("2d");
    context.imageSmoothingQuality = "high";
    context.drawImage(image, 0, 0, canvas.width, canvas.height);
    return canvas.toDataURL("image/webp", ${WEBP_QUALITY});
  })()`);
  await page.close();
  return Buffer.from(written.slice(written.indexOf(",") + 1), "base64");
}
