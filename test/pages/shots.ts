// `npm run shots`: a picture of every page in every state, light and dark, on a phone and on a screen, to be looked at.

import { mkdirSync, rmSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { misuse, readCommandLine } from "../../src/cli/terminal/command-line.ts";
import { printResult, fail, say } from "../../src/cli/terminal/terminal.ts";
import { CHROMIUM, hasChromium } from "../support/pages/chromium-path.ts";
import { LOOKS, openChromium } from "../support/pages/chromium.ts";
import { PROJECT } from "../support/server/commands.ts";
import { startServer } from "../support/server/server.ts";
import { BRIEF, openState } from "./state.ts";
import { STATES } from "./states.ts";

const USAGE = `Usage: npm run shots [-- WORD ...]
Draws every page in every state into .wrangler/shots, or those whose names have one of the words.`;

const { positionals: words } = readCommandLine(USAGE, {}, Infinity);
const unknown = words.find((word) => !STATES.some(({ name }) => name.includes(word)));
if (unknown !== undefined) misuse(`No state has ${unknown} in its name.`, USAGE);
if (!hasChromium) fail(`There is no ${CHROMIUM}: install it, or name another by CHROMIUM.`);

const states = STATES.filter(({ name }) => words.length === 0 || words.some((word) => name.includes(word)));
const folder = join(PROJECT, ".wrangler/shots");
if (words.length === 0) rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });

const [usual, brief, browser] = await Promise.all([
  startServer({ env: { RATE_LIMITS: "off" } }),
  startServer({ env: BRIEF }),
  openChromium(),
]);
const waiting = states.flatMap((state) => LOOKS.map((look) => ({ state, look })));
const count = waiting.length;
try {
  await Promise.all(Array.from({ length: availableParallelism() }, draw));
} finally {
  await browser.close();
  await Promise.all([usual.stop(), brief.stop()]);
}
say(`${count} pictures are in ${folder}.`);

async function draw(): Promise<void> {
  for (let next = waiting.shift(); next; next = waiting.shift()) {
    const { state, look } = next;
    const { page, close } = await openState(browser, { usual, brief }, state, look);
    const file = join(folder, `${state.name}-${look.theme}-${look.width}.png`);
    // All of the page, as far as it can be looked at.
    const height = Math.min(6_000, await page.evaluate<number>("document.documentElement.scrollHeight"));
    await page.setViewportSize({ width: look.width, height: Math.max(700, height) });
    await page.screenshot({ path: file });
    printResult(file);
    await close();
  }
}
