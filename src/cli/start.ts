// `npm start`: starts a local server and prints what a newcomer needs to try it.

import { drawCrewCode } from "./local/crew-code.ts";
import { guide } from "./local/guide.ts";
import { startServer } from "./local/server.ts";
import { readCommandLine } from "./terminal/command-line.ts";

readCommandLine(
  `Usage: [PORT=8787] [STATE_DIR=.wrangler/state] npm start
A local server with demonstration data. Its variables: docs/commands.md, "Configuration".`,
  {},
);
const server = await startServer({ confirms: true });
process.stdout.write(guide(server, await drawCrewCode(server.baseUrl, server.demo)));
