// The page of the console, one shell at every address below /console: its script draws what the address is of, by the public
// API and the session's cookie (src/ui/console). Loaded when it is first asked for.

import { newRouter } from "../routing.ts";

export const consolePage = newRouter();

consolePage.get("/console", async (c) => (await import("../pages/console-shell.ts")).showConsole(c));
consolePage.get("/console/*", async (c) => (await import("../pages/console-shell.ts")).showConsole(c));
