// `npm run serve`: serves the production bundle on local data, for tests, load runs and other programs.

import { startServer } from "./local/server.ts";
import { readCommandLine } from "./terminal/command-line.ts";

readCommandLine(
  `Usage: [PORT=8787] [STATE_DIR=.wrangler/state] npm run -s serve
Prints "ready URL workerd=PID" and nothing else on stdout. Its variables: docs/commands.md, "Configuration".`,
  {},
);
const { baseUrl, workerdPid } = await startServer({ confirms: false });
process.stdout.write(`ready ${baseUrl} workerd=${workerdPid}\n`);
