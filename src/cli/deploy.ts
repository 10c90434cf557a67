// `npm run deploy`: applies remote migrations and then uploads the Worker, on the organiser's own account. Stops at the
// first failure.

import { buildUi } from "./build/build-ui.ts";
import { deploy } from "./build/deploy-steps.ts";
import { explainMissing } from "./d1/remote.ts";
import { readCommandLine } from "./terminal/command-line.ts";
import { fail, say } from "./terminal/terminal.ts";
import { CONFIG_PATH, readConfiguration, runWrangler } from "./d1/wrangler.ts";

readCommandLine(
  'Usage: npm run deploy\nRemote migrations, then the Worker, on your Cloudflare account (docs/operations.md, "First deploy").',
  {},
);
const missing = explainMissing();
if (missing) fail(missing);

await buildUi();
const fault = await deploy(runWrangler, readConfiguration(CONFIG_PATH).secrets.required, say);
if (fault) fail(fault);
say(
  "Deployed. `npm run bootstrap -- --remote --name ... --slug ... --email ...` creates an organisation, its first key and its owner.",
);
