// Starts the server and the browser that the tests of one file share, and ends both after the last of them.

import type { Browser } from "playwright-core";
import { afterAll } from "vitest";
import { openChromium } from "./chromium.ts";
import type { CommandEnv } from "../server/commands.ts";
import { startServer, type TestServer } from "../server/server.ts";

/** Awaited at the top of a file: what the file itself opens then ends first, since hooks run in reverse order. */
export async function openServerAndBrowser(
  env: CommandEnv = { RATE_LIMITS: "off" },
): Promise<{ readonly server: TestServer; readonly browser: Browser }> {
  const [server, browser] = await Promise.all([startServer({ env }), openChromium()]);
  afterAll(async () => {
    await browser.close();
    await server.stop();
  });
  return { server, browser };
}
