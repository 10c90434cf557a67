// Each verdict and each refusal on the screen, to be drawn: a test goes through all of them on one phone.

import { typeLikeReader } from "../../support/pages/scanner-page.ts";
import { keepVerdict, nextSerial, pair, withoutSocket } from "./phone.ts";
import { ANSWERS, replyBy } from "./verdicts.ts";
import type { State } from "../state.ts";

export const SCANNER_VERDICT_STATES: readonly State[] = ANSWERS.map((answer) => ({
  ...{ name: `scan-verdict-${answer.name}`, path: "/scan", isOnlyDrawn: true, complains: /40[349]|429/ },
  prepare: (page) => Promise.all([keepVerdict(page), withoutSocket(page)]),
  async reach(page, server) {
    const evening = await pair(page, server);
    await replyBy(page, evening, () => answer);
    await typeLikeReader(page, await evening.codeOf(nextSerial()));
    await page.locator("[data-verdict]:not([data-verdict=reading])").waitFor();
  },
}));
