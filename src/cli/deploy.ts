// `npm run deploy`: remote migrations, then the Worker, on the organiser's own account. Stops at the first failure.

import { explainMissing } from "./remote.ts";
import { fail, say } from "./terminal.ts";
import { runWrangler } from "./wrangler.ts";

const missing = explainMissing();
if (missing) fail(missing);

await step("Applying migrations to the remote database", ["d1", "migrations", "apply", "DB", "--remote"]);
await step("Deploying the Worker", ["deploy"]);
say(
  "Deployed. `npm run bootstrap -- --remote --name ... --slug ...` --email ... creates an organisation, its first key and its owner.",
);

async function step(title: string, args: readonly string[]): Promise<void> {
  say(`${title} ...`);
  const { status } = await runWrangler(args, "show");
  if (status !== 0) fail(`${title} failed (wrangler ended with ${status}); nothing after it was done.`);
}
