// Finds a real browser for tests of pages: Debian's Chromium, or the one in CHROMIUM.

import { existsSync } from "node:fs";

export const CHROMIUM = process.env["CHROMIUM"] ?? "/usr/bin/chromium";
export const hasChromium = existsSync(CHROMIUM);
