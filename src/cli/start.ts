// `npm start`: a local server and what a newcomer needs to try it.

import { guide } from "./guide.ts";
import { startServer } from "./server.ts";

process.stdout.write(guide(await startServer()));
