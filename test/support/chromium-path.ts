// Where a real browser is for tests of pages: Debian's Chromium, or the one that CHROMIUM names.

import { existsSync } from "node:fs";

export const CHROMIUM = process.env["CHROMIUM"] ?? "/usr/bin/chromium";
export const hasChromium = existsSync(CHROMIUM);
