// Draws the scanner's icon by a browser, as many pixels wide as a phone requests.

import type { Browser } from "playwright-core";
import { SCAN_ICON } from "../../src/http/pages/scan-icon.ts";

export async function drawIcon(browser: Browser, side: number): Promise<Buffer> {
  const page = await browser.newPage({ viewport: { width: side, height: side } });
  const picture = `data:image/svg+xml;base64,${Buffer.from(SCAN_ICON).toString("base64")}`;
  await page.setContent(
    `<body style="margin:0"><img src="${picture}" width="${side}" height="${side}" style="display:block">`,
  );
  await page.evaluate("document.images[0].decode()");
  const drawn = await page.screenshot({ type: "png" });
  await page.close();
  return drawn;
}
