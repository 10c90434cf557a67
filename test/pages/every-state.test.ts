// Every page in every state: whole for everybody. Each state is tested in one way, and in every way with PAGES=all.

import { afterAll, expect, test } from "vitest";
import { must } from "../../src/domain/result.ts";
import { inaccessible, LOOKS, sideways } from "../support/pages/chromium.ts";
import { openServerAndBrowser } from "../support/pages/server-and-browser.ts";
import { startServer } from "../support/server/server.ts";
import { BRIEF, openState } from "./state.ts";
import { STATES } from "./states.ts";

/** Of a state at a width: the page is opened once, and turned from one theme to the other. */
const cases = STATES.filter(({ isOnlyDrawn }) => isOnlyDrawn !== true).flatMap((state, index) => {
  const own = LOOKS.filter((_, look) => process.env["PAGES"] === "all" || look === index % LOOKS.length);
  const widths = [...new Set(own.map(({ width }) => width))];
  return widths.map((width) => ({ name: state.name, state, width, looks: own.filter((look) => look.width === width) }));
});

/** Colours are the other theme's once they are painted, and those that are inherited a frame or two later. */
const FIVE_FRAMES = `new Promise((painted) => {
  let frames = 0;
  const next = () => (++frames > 5 ? painted() : requestAnimationFrame(next));
  next();
})`;

const { server: usual, browser } = await openServerAndBrowser();
const brief = await startServer({ env: BRIEF });
afterAll(() => brief.stop());

test("states have names of their own", () => {
  expect(new Set(STATES.map(({ name }) => name)).size).toBe(STATES.length);
});

test.each(cases)(
  "$name, $width px wide: no fault of axe, nothing sideways, nothing refused or foreign",
  async ({ state, looks: [first, ...others] }) => {
    const watched = await openState(browser, { usual, brief }, state, must(first, "each width has a look"));
    expect(await inaccessible(watched.page)).toEqual([]);
    expect(await sideways(watched.page)).toBe(0);
    for (const { theme } of others) {
      await watched.page.emulateMedia({ colorScheme: theme });
      await watched.page.evaluate(FIVE_FRAMES);
      expect(await inaccessible(watched.page), theme).toEqual([]);
      expect(await sideways(watched.page), theme).toBe(0);
    }
    expect([watched.complaints, watched.strays]).toEqual([[], []]);
    await watched.close();
  },
);
