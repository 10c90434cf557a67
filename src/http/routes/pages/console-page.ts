// Serves the page of the console, one shell at every address below /console. Its script draws what the address names,
// through the public API and the session's cookie (src/ui/console). Loaded by the first request for it.

import { newRouter } from "../../routing.ts";

export const consolePage = newRouter();

consolePage.get("/console", async (c) => (await import("../../pages/console-shell.ts")).showConsole(c));
consolePage.get("/console/*", async (c) => (await import("../../pages/console-shell.ts")).showConsole(c));
