// `npm run icons`: draws the scanner's icon as PNG, for phones that take no SVG. Its files are kept in the repository.

import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { readCommandLine } from "../../src/cli/terminal/command-line.ts";
import { printResult, fail } from "../../src/cli/terminal/terminal.ts";
import { ICON_SIDES, iconPath } from "../../src/http/pages/scan-icon.ts";
import { CHROMIUM, hasChromium } from "../support/pages/chromium-path.ts";
import { openChromium } from "../support/pages/chromium.ts";
import { PROJECT } from "../support/server/commands.ts";
import { drawIcon } from "./draw-icon.ts";

readCommandLine("Usage: npm run icons\nDraws the scanner's icon as PNG files into src/ui/public/ui.", {});
if (!hasChromium) fail(`There is no ${CHROMIUM}: install it, or name another by CHROMIUM.`);

const browser = await openChromium();
try {
  for (const side of ICON_SIDES) {
    const file = join(PROJECT, "src/ui/public", iconPath(side));
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, await drawIcon(browser, side));
    printResult(file);
  }
} finally {
  await browser.close();
}
