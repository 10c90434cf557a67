// `npm run serve`: the production bundle on local data, for tests, load runs and other programs.

import { startServer } from "./server.ts";

const { baseUrl, workerdPid } = await startServer();
process.stdout.write(`ready ${baseUrl} workerd=${workerdPid}\n`);
